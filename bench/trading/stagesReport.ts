/**
 * What the manifest of the reference names for measuring inside: the stages of a command, as the rows that `casemark bench` reads.
 * Usage: node stagesReport.ts [seed]
 */
import { measureStages } from './stages.ts';

/** Enough for a p99.9 of a thousand samples; a second or two. */
const COMMANDS = 1_000_000;
const DEFAULT_SEED = 1;

function main(seed: number): void {
  const measured = measureStages({ seed, commands: COMMANDS });
  const n = COMMANDS;
  const stages = (['risk', 'match', 'execute'] as const).flatMap((operation) => {
    const { p50, p99, p999 } = measured[operation];
    const of = (percentile: number, value: number) => {
      return { metric: 'latency', operation, percentile, value, unit: 'us', n };
    };
    return [of(50, p50), of(99, p99), of(99.9, p999)];
  });
  const value = Math.round(measured.opsPerSecond);
  const rate = {
    metric: 'throughput',
    operation: 'all',
    percentile: null,
    value,
    unit: 'ops/s',
    n,
  };
  console.log(JSON.stringify([...stages, rate]));
}

const seed = Number(process.argv[2] ?? DEFAULT_SEED);
if (!Number.isSafeInteger(seed)) {
  console.error(
    `"${process.argv[2]}" is no seed: write an integer, as in \`node stagesReport.ts 7\`.`,
  );
  process.exit(2);
}
main(seed);
