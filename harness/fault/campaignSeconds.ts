/** A campaign second by second, for a strip beside its faults. */
import type { CampaignSecond } from '../report/campaignSummary.ts';
import { fateOf } from './commandLog.ts';
import type { CommandLog } from './commandLog.ts';

const MS_PER_S = 1_000;

/**
 * By the intended starts of the commands that are counted; a second without one is left out.
 * @param firstCounted index of the first command after the warm-up
 */
export function campaignSeconds(log: CommandLog, firstCounted: number): CampaignSecond[] {
  const bySecond = new Map<number, number[]>();
  for (let index = firstCounted; index < log.count; index += 1) {
    if (fateOf(log, index) === 'unknown') continue;
    const second = Math.floor(log.startMs[index]! / MS_PER_S);
    const indices = bySecond.get(second);
    if (indices) indices.push(index);
    else bySecond.set(second, [index]);
  }
  return [...bySecond]
    .sort(([one], [other]) => one - other)
    .map(([second, indices]) => secondOf(log, second, indices));
}

function secondOf(log: CommandLog, second: number, indices: readonly number[]): CampaignSecond {
  const count = (fate: ReturnType<typeof fateOf>): number =>
    indices.filter((index) => fateOf(log, index) === fate).length;
  const responseMs = indices
    .filter((index) => fateOf(log, index) === 'available')
    .map((index) => log.endMs[index]! - log.startMs[index]!)
    .sort((one, other) => one - other);
  const rank = (share: number): number | null => {
    const value = responseMs[Math.max(0, Math.ceil(share * responseMs.length) - 1)];
    return value === undefined ? null : rounded(value);
  };
  return {
    second,
    sent: indices.length,
    available: count('available'),
    late: count('late'),
    failed: count('failed'),
    notSent: count('not-sent'),
    p50Ms: rank(0.5),
    p99Ms: rank(0.99),
    lagMaxMs: rounded(Math.max(...indices.map((index) => log.lagMs[index]!))),
  };
}

function rounded(ms: number): number {
  return Number(ms.toFixed(3));
}
