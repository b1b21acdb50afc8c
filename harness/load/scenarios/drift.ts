/** Whether latency creeps up during a long stretch: what a soak is for. */
import { openLoopRow } from '../rows.ts';
import type { Row, RowContext } from '../rows.ts';
import type { SampleLog } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import type { Stretch } from '../tally.ts';

/** Shorter stretches drift by chance. */
const MIN_STRETCH_MS = 300_000;
const PARTS = 4;

/** @returns one row, the p99 of the last quarter over that of the first; none for a short stretch */
export function driftRows(log: SampleLog, { fromMs, toMs }: Stretch, context: RowContext): Row[] {
  if (toMs - fromMs < MIN_STRETCH_MS) return [];
  const partMs = (toMs - fromMs) / PARTS;
  const first = tallyOf(log, { fromMs, toMs: fromMs + partMs });
  const last = tallyOf(log, { fromMs: toMs - partMs, toMs });
  const value = last.response.getValueAtPercentile(99) / first.response.getValueAtPercentile(99);
  const figure = { metric: 'latency-drift', unit: 'ratio', percentile: 99, value };
  return [openLoopRow(last, context, { ...figure, n: last.response.totalCount })];
}
