/** The figures of the stages as the rows that `casemark bench` reads from a program that measures inside. */
import type { InProcessRow } from '../../harness/load/inProcess.ts';
import type { StageMeasurement } from './stages.ts';

const PERCENTILES = [50, 99, 100];

export function stageRows({ tickUs, snapshotBytes }: StageMeasurement): InProcessRow[] {
  const n = tickUs.length;
  return [
    ...PERCENTILES.map((percentile) => ({
      metric: 'latency',
      operation: 'tick',
      percentile,
      value: Math.round(tickUs[Math.ceil((percentile / 100) * n) - 1]!),
      unit: 'us',
      n,
    })),
    {
      metric: 'size',
      operation: 'snapshot',
      percentile: null,
      value: Math.round(snapshotBytes),
      unit: 'bytes',
      n,
    },
  ];
}
