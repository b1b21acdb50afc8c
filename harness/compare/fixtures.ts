/** Results files for the tests of the comparison, written as a bench writes them. */
import { randomUUID } from 'node:crypto';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildReport } from '../report/buildReport.ts';
import { measurement, started } from '../report/fixtures.ts';
import type { Measurement } from '../report/measurement.ts';
import { measurementLines, measurementsCsv } from '../report/measurementsCsv.ts';
import type { Report } from '../report/report.ts';
import type { RunStarted } from '../run/event.ts';
import type { SeriesPlace } from './resultRow.ts';

export interface FixtureRun {
  readonly rows: readonly Partial<Measurement>[];
  readonly run?: Partial<RunStarted>;
  readonly place?: SeriesPlace;
}

export function fixtureFolder(): string {
  return mkdtempSync(join(tmpdir(), 'casemark-compare-'));
}

export function reportOf({ rows, run }: FixtureRun): Report {
  return buildReport([
    started({ runId: randomUUID(), verb: 'bench', ...run }),
    ...rows.map((row) => ({ kind: 'measurement' as const, measurement: measurement(row) })),
  ]);
}

export function resultsText(runs: readonly FixtureRun[]): string {
  const [first, ...others] = runs;
  return (
    measurementsCsv(reportOf(first!), first!.place ?? null) +
    others.map((run) => measurementLines(reportOf(run), run.place ?? null)).join('')
  );
}

/** @returns the path */
export function writeResults(folder: string, name: string, runs: readonly FixtureRun[]): string {
  const file = join(folder, name);
  writeFileSync(file, resultsText(runs));
  return file;
}

/** One run a value, of the figure that the report's fixtures have. */
export function runsOf(
  values: readonly number[],
  row: Partial<Measurement> = {},
  run: Partial<RunStarted> = {},
): FixtureRun[] {
  return values.map((value) => ({ rows: [{ operation: 'all', value, ...row }], run }));
}

/** A series as `bench --ab` makes it, of the pairs' baselines and candidates. */
export function seriesOf(
  series: number,
  baseline: readonly number[],
  candidate: readonly number[],
  row: Partial<Measurement> = {},
): FixtureRun[] {
  return baseline.flatMap((before, index) => {
    const turned = index % 2 === 1;
    const runs = [
      { side: 'baseline' as const, value: before },
      { side: 'candidate' as const, value: candidate[index]! },
    ];
    return (turned ? runs.reverse() : runs).map(({ side, value }, position) => ({
      rows: [{ operation: 'all', value, ...row }],
      place: { series, pair: index + 1, order: 2 * index + position, side },
    }));
  });
}
