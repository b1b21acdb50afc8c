/**
 * What benchmark-action/github-action-benchmark reads (its README, "custom" tools): one list for figures of which less is better, one for
 * those of which more is.
 */
import type { Direction } from '../measurement.ts';
import type { Report } from '../report.ts';
import { json } from './json.ts';
import { runFigures } from './runFigures.ts';

/** @param direction `lower-is-better` is the tool customSmallerIsBetter */
export function benchmarkAction(report: Report, direction: Direction): string {
  const figures = runFigures(report).filter((figure) => figure.direction === direction);
  return json(
    figures.map(({ name, unit, value, ciLow, ciHigh, n }) => ({
      name: `${report.case.id} ${name}`,
      // It wants one; UCUM's name for none.
      unit: unit === '' ? '1' : unit,
      value,
      ...(ciLow !== null && ciHigh !== null && { range: `± ${(ciHigh - ciLow) / 2}` }),
      extra: `${report.implementation.name} ${report.implementation.version}, n = ${n}`,
    })),
  );
}
