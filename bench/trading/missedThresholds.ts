import type { BookThreshold } from './bookEngines.ts';
import type { BookMeasurement } from './measureBooks.ts';

/** One sentence for each threshold that was missed. */
export function missedThresholds(
  measurements: readonly BookMeasurement[],
  thresholds: readonly BookThreshold[],
  peers: readonly string[],
): string[] {
  const missed: string[] = [];
  for (const { engine, minRatio } of thresholds) {
    const own = measurements.find((each) => each.engine === engine)!;
    for (const peer of measurements.filter((each) => peers.includes(each.engine))) {
      const ratio = own.ratioTo[peer.engine]!;
      if (!(ratio >= minRatio)) {
        missed.push(`${engine} is ${ratio.toFixed(1)} x ${peer.engine}, not ${minRatio} x`);
      }
      if (!(own.p999Ns <= peer.p999Ns)) {
        const [left, right] = [own.p999Ns, peer.p999Ns].map((ns) => `${Math.round(ns)} ns`);
        missed.push(`p99.9 of ${engine} is ${left}, of ${peer.engine} ${right}`);
      }
    }
  }
  return missed;
}
