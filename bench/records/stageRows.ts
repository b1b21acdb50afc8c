/** The figure of the stage as the row that `casemark bench` reads from a program that measures inside. */
import type { InProcessRow } from '../../harness/load/inProcess.ts';
import type { StageMeasurement, StageSizes } from './stages.ts';

export function stageRows(
  { entriesPerSecond }: StageMeasurement,
  { entries: n }: StageSizes,
): InProcessRow[] {
  const value = Math.round(entriesPerSecond);
  return [
    {
      metric: 'throughput',
      operation: 'verifyAudit',
      percentile: null,
      value,
      unit: 'ops/s',
      n,
    },
  ];
}
