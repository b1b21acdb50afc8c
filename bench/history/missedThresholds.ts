/** What a measurement of the checker must show, as sentences about what it did not. */
import type { Measurement } from './measureChecker.ts';

/** Of the usual workload: registers or keys, 8 clients, at most 1 % of the operations without an outcome. */
export const LEAST_OPS_PER_SEC = 500_000;

/** @param leastOpsPerSec of the usual workload, on the machine that measures */
export function missedThresholds(
  measurements: readonly Measurement[],
  leastOpsPerSec = LEAST_OPS_PER_SEC,
): string[] {
  return measurements.flatMap((each) => {
    const { object, clients, indeterminateShare } = each;
    const what = `${object}, ${clients} clients, ${indeterminateShare * 100} % without an outcome`;
    const missed: string[] = [];
    const isUsual = object !== 'queue' && clients === 8 && indeterminateShare <= 0.01;
    if (isUsual && each.opsPerSec < leastOpsPerSec) {
      missed.push(`${what}: ${Math.round(each.opsPerSec)} ops/s, not ${leastOpsPerSec}`);
    }
    if (isUsual && each.unknownPartitions > 0) {
      missed.push(`${what}: ${each.unknownPartitions} of ${each.partitions} partitions undecided`);
    }
    if (isUsual && each.corruptedDecided === 0) missed.push(`${what}: no wrong reply was decided`);
    if (each.illegalPartitions > 0) missed.push(`${what}: a legal history was accused`);
    if (each.corruptedFound < each.corruptedDecided) {
      missed.push(`${what}: ${each.corruptedDecided - each.corruptedFound} wrong replies passed`);
    }
    if (each.mostEntries > each.maxEntries) {
      missed.push(`${what}: ${each.mostEntries} entries, over the bound ${each.maxEntries}`);
    }
    return missed;
  });
}
