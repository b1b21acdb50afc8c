/** `casemark exercise try`, as a candidate meets it: from an empty starter to all that is visible. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { runTryVerb } from '../../harness/cli/exercise/tryVerb.ts';
import { loadCaseStudy } from '../../harness/contract/loadCaseStudy.ts';
import { newPack } from '../../harness/exercise/pack/newPack.ts';
import { copyTally } from './copyTally.ts';
import type { TallyCopy } from './copyTally.ts';

const SUMS = `const tallies = new Map<string, any>();
const current = (tally: string) => tallies.get(tally) ?? { tally, total: 0, additions: 0 };
const SOLVED: Record<string, (params: any) => any> = {
  add: ({ tally, by }) => {
    const { total, additions } = current(tally);
    tallies.set(tally, { tally, total: total + by, additions: additions + 1 });
    return current(tally);
  },
  getTally: ({ tally }) => current(tally),
};
`;

let tally: TallyCopy;
let dir: string;
let said: string[];
beforeEach(() => {
  tally = copyTally();
  dir = mkdtempSync(join(tmpdir(), 'casemark-try-'));
  const caseStudy = loadCaseStudy('tally', [tally.root]);
  newPack({ caseStudy, level: 1, language: 'ts', dir });
  said = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void said.push(text));
});
afterEach(() => {
  vi.restoreAllMocks();
  tally.remove();
  rmSync(dir, { recursive: true, force: true });
});

const tried = (watch: boolean, signal = new AbortController().signal): Promise<number> =>
  runTryVerb(dir, { only: [], watch, patience: 1, root: [tally.root] }, signal);

function solve(): void {
  const file = join(dir, 'solution.ts');
  const text = readFileSync(file, 'utf8');
  const solved = text.replace(
    /^const operations: .*= \{$/m,
    (start) => `${SUMS}${start} ...SOLVED,`,
  );
  expect(solved).not.toBe(text);
  writeFileSync(file, solved);
}

test('a starter fails the first check, with the sentence of its requirement and a conversation', async () => {
  expect(await tried(false)).toBe(1);
  expect(said.join('\n')).toContain('A tally is the sum of what was added to it.');
  expect(said.join('\n')).toContain('conversation');
  expect(said.at(-1)).toBe('0 of 1 pass. Now: TAL-SUM-01.a.');
});

test('what is solved passes', async () => {
  solve();
  expect(await tried(false)).toBe(0);
});

test('--watch runs again when a file is saved, until it is ended', async () => {
  const stop = new AbortController();
  const ended = tried(true, stop.signal);
  await expect.poll(() => said.at(-1), { timeout: 10_000 }).toContain('Waiting');
  solve();
  await expect.poll(() => said.join('\n'), { timeout: 10_000 }).toContain('All 1 pass');
  stop.abort();
  expect(await ended).toBe(0);
});

test('--only names what a candidate may run', async () => {
  const options = { only: ['TAL-SUM-01.b'], patience: 1, root: [tally.root] };
  const signal = new AbortController().signal;
  await expect(runTryVerb(dir, options, signal)).rejects.toThrow('not among the checks to try');
});
