/** The figures of a run that may be sent elsewhere: measured, by casemark, on a valid run. */
import { nameOf } from '../../compare/compareRuns.ts';
import { median } from '../../compare/statistics/median.ts';
import type { Direction, Measurement } from '../measurement.ts';
import type { Report } from '../report.ts';

export interface RunFigure {
  /** Unique within the run. */
  readonly name: string;
  readonly scenario: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly unit: string;
  readonly direction: Direction;
  readonly value: number;
  /** Bounds of the 95 % interval; null where there is none. */
  readonly ciLow: number | null;
  readonly ciHigh: number | null;
  readonly n: number;
}

/** A scenario may measure a figure several times: its median stands for the run, and no interval with it. */
export function runFigures({ measurements }: Report): RunFigure[] {
  const usable = measurements.filter(
    ({ value, validity, verdict, percentile }) =>
      value !== null && validity !== 'invalid' && verdict !== 'declared' && percentile !== 100,
  );
  const byFigure = Map.groupBy(usable, (row) => `${nameOf(row)} ${row.unit} ${row.direction}`);
  return [...byFigure.values()].map((rows) => {
    const { scenario, operation, metric, percentile, unit, direction } = rows[0]!;
    const isOne = rows.length === 1;
    return {
      name: nameOf(rows[0]!),
      ...{ scenario, operation, metric, percentile, unit, direction },
      value: median(rows.map(({ value }) => value!)),
      ciLow: isOne ? rows[0]!.ciLow : null,
      ciHigh: isOne ? rows[0]!.ciHigh : null,
      n: rows.reduce((sum: number, { n }: Measurement) => sum + n, 0),
    };
  });
}
