import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { runChecks } from '../../run/runChecks.ts';
import { implementationOf, readManifest } from '../../target/manifest.ts';
import { targetFactory } from '../../target/targetFactory.ts';
import { exerciseOf } from '../levels.ts';
import { buildPack } from './buildPack.ts';
import { LANGUAGE_IDS, languageOf } from './languages.ts';
import { newPack } from './newPack.ts';
import { readPack } from './readPack.ts';
import { isInstalled } from './testing/isInstalled.ts';

const root = join(import.meta.dirname, '../../../bench/acceptance/tally');
const caseStudy = loadCaseStudy('tally', [root]);
const scratch = mkdtempSync(join(tmpdir(), 'casemark-packs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function pack(language: string, level: number, name = `${language}-${level}`): string {
  return newPack({ caseStudy, level, language, dir: join(scratch, name) });
}

function allFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** That each of them starts and refuses is tried by starters.test.ts, without the checks. */
const TRIED = process.env['CASEMARK_TEST_ALL'] === undefined ? ['ts', 'python'] : LANGUAGE_IDS;

describe.each(TRIED)('a pack in %s', (id) => {
  const { command, build, needs } = languageOf(id);
  const program = (build ?? command)[0]!;
  const missing = program === 'node' || isInstalled(program) ? '' : ` (skipped: install ${needs})`;

  test.skipIf(missing !== '')(
    `has a starter that starts and passes no clause, the first visible one least of all${missing}`,
    async () => {
      const dir = pack(id, 2);
      const { toolchain } = readPack(dir);
      expect(await buildPack(toolchain, { dir })).toBeUndefined();
      const { clauses, visible } = exerciseOf(caseStudy, 2);
      const factory = targetFactory(caseStudy, implementationOf(readManifest(dir), caseStudy));
      const judgements = await runChecks(
        caseStudy,
        factory,
        { seed: 1, only: [...clauses.keys()], replayCommand: () => '' },
        () => undefined,
      );
      const verdicts = new Map(judgements.map(({ clause, verdict }) => [clause, verdict]));
      expect([...verdicts.keys()].sort()).toEqual([...clauses.keys()].sort());
      expect([...verdicts.values()]).not.toContain('pass');
      expect(verdicts.get(visible[0]!)).toBe('fail');
      const told = judgements.find(({ clause }) => clause === visible[0])!.counterexample;
      expect(JSON.stringify(told)).toContain('not supported yet');
      // It started: where it cannot, nothing is said of a requirement.
      expect(judgements.map(({ reason }) => reason ?? '').join()).not.toMatch(
        /could not be started|ended with/,
      );
    },
  );
});

test('a pack has the brief, the contract and a table of the operations to fill in', () => {
  const dir = pack('python', 1);
  const brief = readFileSync(join(dir, 'README.md'), 'utf8');
  expect(brief).toContain('level 1: Adding up');
  expect(brief).toContain('- `TAL-SUM-01.a` **try** The reply to an addition has the sum so far.');
  expect(brief).toContain('- `TAL-SUM-01.b` A tally');
  expect(brief).not.toContain('TAL-KEEP-01');
  const rpc = JSON.parse(readFileSync(join(dir, 'contract/openrpc.json'), 'utf8')) as {
    methods: { name: string; params: { name: string; required: boolean }[] }[];
  };
  expect(rpc.methods.map(({ name }) => name)).toEqual(['add', 'getTally']);
  expect(rpc.methods[0]!.params.map(({ name }) => name)).toEqual(['tally', 'by']);
  expect(readFileSync(join(dir, 'solution.py'), 'utf8')).toContain('# "add": lambda params: ...,');
  for (const name of ['PROTOCOL.md', 'GUIDE.md', 'try', 'contract/errors.json']) {
    expect(existsSync(join(dir, name)), name).toBe(true);
  }
});

test('the brief of a later level has what a start from nothing needs: goals, hints, order and time of all levels', () => {
  const brief = readFileSync(join(pack('python', 2, 'later'), 'README.md'), 'utf8');
  const first = exerciseOf(caseStudy, 1).own;
  expect(brief).toContain('About 30 minutes, once the levels before it are done; about 60 from');
  expect(brief).toContain(`1. ${first.title}: ${first.goal}`);
  expect(brief).toContain('order: `TAL-SUM-01.a`, `TAL-KEEP-01.a`.');
  for (const { hints } of [first, exerciseOf(caseStudy, 2).own]) {
    for (const hint of hints) expect(brief).toContain(hint);
  }
  expect(brief).not.toContain('examples/');
});

test('a pack has nothing of the judge: no check, no later level, no answer to a question', () => {
  const dir = pack('ts', 1, 'secrets');
  const text = allFiles(dir)
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
  const { own } = exerciseOf(caseStudy, 1);
  const later = exerciseOf(caseStudy, 2).own;
  const hidden = [
    ...own.discussion.flatMap(({ question, listenFor }) => [question, ...listenFor]),
    ...[own.shows, later.title, later.goal, ...later.hints],
    ...caseStudy.requirements.flatMap(({ clauses }) => clauses.flatMap(({ check }) => check ?? [])),
  ];
  expect(hidden.filter((each) => text.includes(each))).toEqual([]);
  expect(text).not.toMatch(/harness\/checks|reference\//);
});

test('a folder with something in it, an unknown language and an unknown level are refused', () => {
  const used = join(scratch, 'used');
  mkdirSync(used);
  writeFileSync(join(used, 'mine.txt'), 'mine');
  const into = (dir: string, language: string, level: number) => () =>
    newPack({ caseStudy, level, language, dir });
  expect(into(used, 'ts', 1)).toThrow(/is not empty: name another folder/);
  expect(readdirSync(used)).toEqual(['mine.txt']);
  expect(into(join(scratch, 'x'), 'cobol', 1)).toThrow(/there are ts, python, java, go, rust/);
  expect(into(join(scratch, 'x'), 'ts', 3)).toThrow(/has the levels 1 to 2, and no level 3/);
  expect(() => readPack(scratch)).toThrow(/exercise.json does not exist/);
});

test('what a compiler says is told, and so is a toolchain that is not there', async () => {
  const dir = pack('rust', 1, 'broken');
  const broken = {
    ...languageOf('rust'),
    build: ['node', '-e', 'console.error("line 3"); process.exit(1)'],
  };
  expect(await buildPack(broken, { dir })).toContain('line 3');
  const none = { ...broken, build: ['no-such-compiler-here'] };
  expect(await buildPack(none, { dir })).toBe(
    '"no-such-compiler-here" could not be started: install rustc 1.65 or later.',
  );
});
