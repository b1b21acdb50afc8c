/**
 * ABBA: both implementations in turn on one machine, so that what the machine does to one it does to the other. A second series is made
 * where the first one suspects a regression: a build fails by what shows twice.
 */
import { appendFileSync, writeFileSync } from 'node:fs';
import { measurementLines, measurementsCsv } from '../report/measurementsCsv.ts';
import type { Report } from '../report/report.ts';
import { compareRuns, suspectsOf } from './compareRuns.ts';
import type { RunsComparison } from './comparison.ts';
import { readResults } from './readResults.ts';
import type { SeriesPlace, Side } from './resultRow.ts';
import { seriesSides } from './sides.ts';

export interface SeriesOptions {
  readonly pairs: number;
  /** measurements.csv of the series: it grows by every run, so that a crash loses one at most. */
  readonly file: string;
  /** Makes one run. */
  readonly measure: (place: SeriesPlace) => Promise<Report>;
  readonly tell: (sentence: string) => void;
}

export type SeriesResult =
  | { readonly kind: 'compared'; readonly comparison: RunsComparison }
  /** A run without a figure: what follows it would have nothing to be paired with. The comparison is there where a whole series is. */
  | { readonly kind: 'ended'; readonly why: string; readonly comparison: RunsComparison | null };

export async function makeSeries(options: SeriesOptions): Promise<SeriesResult> {
  const { file, tell } = options;
  let isFirstRun = true;
  for (const series of [1, 2]) {
    for (const place of placesOf(series, options.pairs)) {
      const report = await measured(options, place);
      if (report.measurements.every(({ value }) => value === null)) {
        const why = report.targets.map(({ reason }) => reason)[0] ?? 'nothing was measured';
        const comparison = series === 1 ? null : compareRuns(seriesSides(readResults(file)));
        return { kind: 'ended', why: `${describePlace(place)}: ${why}`, comparison };
      }
      if (isFirstRun) writeFileSync(file, measurementsCsv(report, place));
      else appendFileSync(file, measurementLines(report, place));
      isFirstRun = false;
    }
    const sides = seriesSides(readResults(file));
    const suspects = series === 1 ? suspectsOf(sides) : [];
    if (suspects.length === 0) return { kind: 'compared', comparison: compareRuns(sides) };
    tell(`measured again before it counts as a regression: ${suspects.join(', ')}`);
  }
  throw new Error('The second series has no suspects.');
}

/** A B B A A B B A ...: each pair in the other order than the one before it. */
export function placesOf(series: number, pairs: number): SeriesPlace[] {
  return Array.from({ length: pairs }, (_, index) => {
    const sides: readonly Side[] =
      index % 2 === 0 ? ['baseline', 'candidate'] : ['candidate', 'baseline'];
    return sides.map((side, position) => ({
      ...{ series, pair: index + 1, order: 2 * index + position, side },
    }));
  }).flat();
}

/** A disturbance voids a run, and with it the whole series: one more try. What is invalid twice stays so. */
async function measured({ measure, tell }: SeriesOptions, place: SeriesPlace): Promise<Report> {
  const report = await measure(place);
  const invalid = report.measurements.find(({ validity }) => validity === 'invalid');
  if (!invalid) return report;
  tell(`${describePlace(place)} is made again: ${invalid.validityReasons.join('; ')}`);
  return measure(place);
}

export function describePlace({ series, pair, side }: SeriesPlace): string {
  return `series ${series}, pair ${pair}, ${side}`;
}
