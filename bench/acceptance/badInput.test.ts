/** Whatever is put before it, the harness ends, says what was expected, what came and what to do, and leaves nothing behind. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Report } from '../../harness/report/report.ts';
import { isAlive } from './isAlive.ts';
import { runCasemark } from './runCasemark.ts';
import type { CasemarkRun } from './runCasemark.ts';

const root = join(import.meta.dirname, 'tally');
const fakes = join(import.meta.dirname, 'fakes');

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'casemark-bad-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const pidFile = (): string => join(folder, 'pids');

function writeManifest(entry: object): string {
  const file = join(folder, 'casemark.json');
  const manifest = {
    name: 'fake',
    version: '1.0.0',
    language: 'typescript',
    cases: { tally: entry },
  };
  writeFileSync(file, JSON.stringify(manifest));
  return file;
}

async function check(
  manifest: string,
  patience = '1x',
): Promise<CasemarkRun & { report: () => Report }> {
  const out = join(folder, 'out');
  const run = await runCasemark([
    'check',
    'tally',
    ...['--root', root, '--impl', manifest, '--out', out, '--patience', patience],
  ]);
  return {
    ...run,
    report: () => JSON.parse(readFileSync(join(out, 'report.json'), 'utf8')) as Report,
  };
}

function fakeManifest(fake: string, more: object = {}): string {
  writeFileSync(pidFile(), '');
  return writeManifest({
    command: [process.execPath, join(fakes, `${fake}.ts`)],
    env: { PID_FILE: pidFile() },
    ready: { timeoutMs: 10_000 },
    capabilities: ['restart'],
    ...more,
  });
}

function livingProcesses(): number[] {
  const pids = readFileSync(pidFile(), 'utf8').trim().split('\n').map(Number);
  expect(pids.length).toBeGreaterThan(0);
  return pids.filter(isAlive);
}

function verdictOf(report: Report, clause: string): { verdict: string; reason: string } {
  const [id, key] = clause.split('.');
  const found = report.requirements.find((each) => each.id === id)!;
  const { verdict, reason } = found.clauses.find((each) => each.key === key)!;
  return { verdict, reason: reason ?? '' };
}

describe('a manifest', () => {
  test('with a typo is refused with the place, the names that are known, and exit code 2', async () => {
    const run = await check(writeManifest({ comand: ['./server'], capabilities: [] }));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('/cases/tally has the unknown property "comand"');
    expect(run.stderr).toContain('command');
    expect(run.stderr).toContain('spec/schema/manifest.schema.json');
    expect(run.stderr).not.toContain('    at ');
  });

  test('that is not JSON is refused with the place', async () => {
    const file = join(folder, 'casemark.json');
    writeFileSync(file, '{ "name": ');
    const run = await check(file);
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('casemark.json is not JSON');
  });

  test('that is not there is refused with what --impl takes', async () => {
    const run = await check(join(folder, 'nowhere'));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('--impl names a folder with a casemark.json');
  });

  test('with a capability that the case does not know is refused with those that it knows', async () => {
    const run = await check(writeManifest({ command: ['x'], capabilities: ['restrat'] }));
    expect(run.code).toBe(2);
    expect(run.stderr).toContain('"restrat"');
    expect(run.stderr).toContain('restart, virtual-clock');
  });

  test('with a command that does not exist ends in could-not-run', async () => {
    writeFileSync(pidFile(), '1\n');
    const run = await check(
      writeManifest({ command: ['./no-such-server'], capabilities: ['restart'] }),
    );
    expect(run.code).toBe(6);
    expect(run.stdout).toContain('no-such-server');
    expect(run.stdout).toContain('correct "command" in the manifest');
  });
});

/** For what hangs for good: waits are a tenth of the usual ones. What answers gets the usual ones, also on a busy machine. */
const HURRY = '0.1x';

interface Fake {
  fake: string;
  patience?: string;
  manifest?: object;
  code: number;
  verdict: string;
  /** What was expected, what came, what to do. */
  says: string[];
}

const FAKES: Fake[] = [
  {
    fake: 'exitsAtOnce',
    code: 6,
    verdict: 'could-not-run',
    says: ['exit code 3', 'no licence file found', 'answer GET /health'],
  },
  {
    fake: 'neverListens',
    patience: HURRY,
    manifest: { ready: { timeoutMs: 5_000 } },
    code: 6,
    verdict: 'could-not-run',
    says: [
      'did not answer GET /health',
      'nothing listened there',
      'Let it listen on 127.0.0.1:{port}',
    ],
  },
  {
    fake: 'answersHtml',
    code: 1,
    verdict: 'fail',
    says: [
      '"text/html"',
      '<html>It works!</html>',
      'Answer with application/json and the message Tally',
    ],
  },
  {
    fake: 'answersTruncatedJson',
    code: 1,
    verdict: 'fail',
    says: ['not a JSON document', '{"tally":"t","to', 'Answer with application/json'],
  },
  {
    fake: 'answersHalfABody',
    code: 6,
    verdict: 'could-not-run',
    says: ['lost its connection before the whole reply was there'],
  },
  {
    fake: 'answersWithoutEnd',
    code: 1,
    verdict: 'fail',
    says: ['more than 16777216 bytes', 'reading stopped there', 'Answer in pages'],
  },
  {
    fake: 'answersNothing',
    patience: HURRY,
    code: 6,
    verdict: 'could-not-run',
    says: ['was not answered in full within 500 ms', '--patience'],
  },
  {
    fake: 'answersUnknownCode',
    code: 1,
    verdict: 'fail',
    says: ['status 418', 'TEAPOT', 'spec/tally/errors.json'],
  },
  {
    fake: 'answersTheWrongId',
    manifest: { binding: 'stdio' },
    code: 1,
    verdict: 'fail',
    says: ['which no request has', 'one object a line'],
  },
  {
    fake: 'logsToStdout',
    manifest: { binding: 'stdio' },
    code: 1,
    verdict: 'fail',
    says: ['INFO handling a request', 'Write logs to stderr'],
  },
  { fake: 'leavesAChild', code: 1, verdict: 'fail', says: ['TEAPOT'] },
];

describe('an implementation that', () => {
  test.each(FAKES)('$fake ends in $verdict, and nothing of it is left', async (row) => {
    const run = await check(fakeManifest(row.fake, row.manifest), row.patience);
    expect(run.code, run.stdout + run.stderr).toBe(row.code);
    const { verdict, reason } = verdictOf(run.report(), 'TAL-SUM-01.a');
    expect(verdict).toBe(row.verdict);
    for (const words of row.says) expect(reason).toContain(words);
    expect(run.stderr).not.toContain('casemark itself failed');
    expect(livingProcesses()).toEqual([]);
  });

  test('dies on the way spoils only the checks that kill it, and says how it died', async () => {
    const run = await check(fakeManifest('diesOnTheSecondAddition'));
    const report = run.report();
    const { verdict, reason } = verdictOf(report, 'TAL-SUM-01.a');
    expect(verdict).toBe('could-not-run');
    expect(reason).toContain('exit code 9');
    expect(reason).toContain('out of ink');
    expect(verdictOf(report, 'TAL-SUM-01.b').verdict).toBe('pass');
    expect(report.summary.conformance).toBe('not-conformant');
    expect(verdictOf(report, 'TAL-KEEP-01.a').verdict).toBe('fail');
    expect(livingProcesses()).toEqual([]);
  });
});
