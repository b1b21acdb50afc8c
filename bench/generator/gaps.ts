/** Whether requests arrive as the schedule says: evenly, or as a Poisson process, as the server sees it. */
import { between, judged, near, reported } from './acceptance.ts';
import type { Acceptance, AcceptanceRow } from './acceptance.ts';
import { startMeasuredServer } from './startServer.ts';

const RATE_PER_S = 500;
const WARMUP_S = 0.3;
const DURATION_S = { short: 2, full: 8 } as const;
/**
 * The variation is taken of each of these parts, and of them the median: one hiccup of the machine makes a single gap of many, and would
 * be most of the variation of the whole.
 */
const PARTS = 10;
/** By which the variation may differ from the schedule's: 0.1 of a gap is 200 us at this rate. */
const MAX_DIFFERENCE = 0.1;
const MAX_MEAN_DIFFERENCE = 0.01;

export const gaps: Acceptance = {
  name: 'gaps',
  async run({ bed, length }) {
    const rows: AcceptanceRow[] = [];
    const spoiled: string[] = [];
    for (const arrival of ['constant', 'poisson'] as const) {
      const server = await startMeasuredServer({ kind: 'at-once' });
      try {
        const { log, busy } = await bed.offer(server, {
          arrival,
          ratePerS: RATE_PER_S,
          warmupS: WARMUP_S,
          durationS: DURATION_S[length],
          connections: 20,
          maxInFlight: 5_000,
          timeoutMs: 5_000,
        });
        const { arrivalsMs } = await server.report();
        const from = Math.round(RATE_PER_S * WARMUP_S);
        rows.push(...judgeGaps(arrival, log.startsMs.slice(from), arrivalsMs.slice(from)));
        spoiled.push(...busy);
      } finally {
        await server.close();
      }
    }
    return judged(rows, spoiled);
  },
};

/** @param arrivalsMs one for each start, on any clock */
export function judgeGaps(
  arrival: string,
  startsMs: Float64Array,
  arrivalsMs: Float64Array,
): AcceptanceRow[] {
  const asked = variationOf(startsMs);
  const limits = [Math.max(0, asked - MAX_DIFFERENCE), asked + MAX_DIFFERENCE] as const;
  const expected = meanGap(startsMs);
  const mean = { expected, share: MAX_MEAN_DIFFERENCE };
  return [
    reported(`${arrival}: variation of the scheduled gaps`, asked, 'ratio'),
    between(`${arrival}: variation of the gaps`, limits, variationOf(arrivalsMs), 'ratio'),
    near(`${arrival}: mean gap`, mean, meanGap(arrivalsMs), 'ms'),
  ];
}

function meanGap(timesMs: Float64Array): number {
  return (timesMs.at(-1)! - timesMs[0]!) / (timesMs.length - 1);
}

/** Standard deviation over mean of the gaps: 0 when all are alike, 1 of a Poisson process. */
function variationOf(timesMs: Float64Array): number {
  const size = Math.floor(timesMs.length / PARTS);
  const parts = Array.from({ length: PARTS }, (_, part) => {
    const times = timesMs.subarray(part * size, (part + 1) * size);
    const all = Array.from(times.subarray(1), (atMs, index) => atMs - times[index]!);
    const mean = all.reduce((sum, each) => sum + each, 0) / all.length;
    const variance = all.reduce((sum, each) => sum + (each - mean) ** 2, 0) / all.length;
    return Math.sqrt(variance) / mean;
  }).sort((a, b) => a - b);
  return (parts[PARTS / 2 - 1]! + parts[PARTS / 2]!) / 2;
}
