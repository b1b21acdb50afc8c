/**
 * `npm run bench:slower -- [pairs]`: the whole way on trial, with real runs. A copy of the tiny case study whose every addition sleeps is
 * measured against itself, and against one that sleeps 20 % longer. Ends with exit code 1 when the first regressed, or the second did not.
 */
import { spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { copyTally } from '../acceptance/copyTally.ts';
import type { TallyCopy } from '../acceptance/copyTally.ts';

const PAIRS = '8';
/** Of some 150 additions a second: a third of the time, so that nobody queues for long. */
const SLEEP_MS = 2;
const LONGER = 1.2;
/** Of each of both series: 32 runs of some 8 s, with one more series where the first has to be confirmed. */
const MAX_SERIES_MS = 20 * 60_000;
const EXIT = { same: 0, regressed: 3 } as const;

const casemark = join(import.meta.dirname, '../../harness/cli/bin.js');
const [pairs = PAIRS] = process.argv.slice(2);

/** The process does nothing else meanwhile, as one that computes would. */
function sleepy(ms: number): TallyCopy {
  const copy = copyTally();
  const file = join(copy.implementation, 'tallies.ts');
  const text = readFileSync(file, 'utf8');
  const line = '    appendFileSync(journal,';
  if (text.split(line).length !== 2) throw new Error(`${file} has changed: where does it write?`);
  const sleep = `    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ${ms});\n`;
  writeFileSync(file, text.replace(line, sleep + line));
  return copy;
}

function series(name: string, candidate: TallyCopy, expected: number): boolean {
  console.log(`== ${name}`);
  const ab = [baseline.implementation, candidate.implementation];
  const args = ['bench', 'tally', '--root', baseline.root, '--ab', ...ab, '--pairs', pairs];
  const { status } = spawnSync(
    process.execPath,
    [casemark, ...args, '--scenario', 'open-loop', '--out', join(candidate.root, 'out')],
    { stdio: ['ignore', 'inherit', 'inherit'], timeout: MAX_SERIES_MS },
  );
  const isRight = status === expected;
  console.log(
    `== ${name}: exit code ${status}, ${isRight ? 'as' : `not ${expected}, which is what`} it should be`,
  );
  return isRight;
}

const copies = [SLEEP_MS, SLEEP_MS, SLEEP_MS * LONGER].map(sleepy);
const [baseline, same, longer] = copies as [TallyCopy, TallyCopy, TallyCopy];
try {
  const right = [
    series('the same twice', same, EXIT.same),
    series('one sleeps 20 % longer', longer, EXIT.regressed),
  ];
  process.exitCode = right.every(Boolean) ? 0 : 1;
} finally {
  for (const copy of copies) copy.remove();
}
