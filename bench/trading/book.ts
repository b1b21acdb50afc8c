/**
 * `npm run bench:book`: how fast is the reference's order book, next to the two order books that npm has, in one run on one machine?
 * Ends with exit code 1 when a threshold is missed, 2 when it was asked wrongly.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { bookCommands, COMMAND_NAMES } from './bookCommands.ts';
import type { BookCommands } from './bookCommands.ts';
import { BOOK_THRESHOLDS, bookEngines, PEERS } from './bookEngines.ts';
import { nowNs } from './bookEngine.ts';
import { bookOptions } from './bookOptions.ts';
import type { BookOptions } from './bookOptions.ts';
import { bookCsv, bookTable } from './bookReport.ts';
import { measureBooks } from './measureBooks.ts';
import { missedThresholds } from './missedThresholds.ts';
import { median } from './percentile.ts';

/** Enough samples for the 99.9th percentile; each of these rounds costs as much as one of throughput. */
const TIMED_ROUNDS = 2;

function main(options: BookOptions): void {
  const startedUtc = new Date().toISOString();
  const commands = bookCommands(options);
  console.log(describe(commands));
  const measurements = measureBooks({
    engines: bookEngines,
    commands,
    rounds: options.rounds,
    timedRounds: TIMED_ROUNDS,
    onProgress: (done, total) => {
      if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${total} rounds `);
      if (process.stderr.isTTY && done === total) process.stderr.write('\r\x1b[K');
    },
  });
  console.log(bookTable(measurements));
  const { digest, orders, levels } = measurements[0]!;
  console.log(
    `every engine ends with the same book: ${orders} orders, ${levels} levels, ${digest}`,
  );
  console.log(`latencies hold two readings of the clock, about ${Math.round(clockNs())} ns`);
  mkdirSync(dirname(options.out), { recursive: true });
  writeFileSync(options.out, bookCsv(measurements, commands, startedUtc));
  console.log(`written to ${options.out}`);
  const missed = missedThresholds(measurements, BOOK_THRESHOLDS, PEERS);
  for (const sentence of missed) console.error(`missed: ${sentence}`);
  process.exitCode = missed.length === 0 ? 0 : 1;
}

function describe({ seed, count, fillCount, kind }: BookCommands): string {
  const measured = count - fillCount;
  const shares = COMMAND_NAMES.map((name, code) => {
    const share = kind.subarray(fillCount).filter((each) => each === code).length / measured;
    return `${(share * 100).toFixed(1)} % ${name}`;
  });
  return `${measured} commands, seed ${seed}: ${shares.join(', ')}`;
}

/** What a sample takes when nothing happens between its two readings. */
function clockNs(): number {
  const samples = new Float64Array(10_000);
  for (let index = 0; index < samples.length; index++) {
    const startNs = nowNs();
    samples[index] = nowNs() - startNs;
  }
  return median(samples);
}

try {
  main(bookOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
