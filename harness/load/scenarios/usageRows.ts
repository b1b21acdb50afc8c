/** What the implementation cost while it was measured, as rows beside its latency. */
import type { CpuShares } from '../cpuUsage.ts';
import { openLoopRow } from '../rows.ts';
import type { Figure, Row, RowContext } from '../rows.ts';
import type { Tally } from '../tally.ts';
import type { ImplementationUsage } from '../usage/implementationUsage.ts';

/** Rows only of what is known: the implementation may run where nobody can look, and may not be Node. */
export function usageRows(
  usage: ImplementationUsage | undefined,
  cpu: CpuShares | undefined,
  tally: Tally,
  context: RowContext,
): Row[] {
  const answered = tally.counts.ok + tally.counts.refused;
  const figures: Figure[] = [];
  const add = (
    metric: string,
    unit: string,
    value: number | null | undefined,
    percentile: number | null = null,
  ): void => {
    if (value === null || value === undefined || !Number.isFinite(value)) return;
    figures.push({ metric, unit, value, percentile, n: answered });
  };
  // Of the whole window, phases and all: the share of a core times the time, over what was answered per second.
  if (cpu && cpu.implementation !== null && tally.achievedRps > 0)
    add('cpu-per-request', 'us', (1e6 * cpu.implementation) / tally.achievedRps);
  add('memory-max', 'bytes', usage?.rssBytes?.max);
  add('memory-end', 'bytes', usage?.rssBytes?.end);
  add('event-loop-delay', 'us', usage?.eventLoopDelayP99Us, 99);
  add('event-loop-utilisation', 'ratio', usage?.eventLoopUtilisation);
  return figures.map((figure) => openLoopRow(tally, context, figure));
}
