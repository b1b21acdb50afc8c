import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Measurement } from '../report/measurement.ts';
import { fixtureFolder, reportOf } from './fixtures.ts';
import { makeSeries, placesOf } from './makeSeries.ts';
import type { SeriesResult } from './makeSeries.ts';
import { readResults } from './readResults.ts';
import type { SeriesPlace } from './resultRow.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = fixtureFolder();
  file = join(folder, 'measurements.csv');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** About one per cent around 100. */
const noise = ({ order }: SeriesPlace): number => 100 + ((order * 7) % 5) / 2;

/** @param made gets every run that is made */
function series(
  rowOf: (place: SeriesPlace, tries: number) => Partial<Measurement>,
  made: SeriesPlace[] = [],
  told: string[] = [],
): Promise<SeriesResult> {
  return makeSeries({
    pairs: 8,
    file,
    tell: (sentence) => told.push(sentence),
    measure: async (place) => {
      const tries = made.filter((each) => each === place).length;
      made.push(place);
      return reportOf({ rows: [{ operation: 'all', ...rowOf(place, tries) }] });
    },
  });
}

const slower = (place: SeriesPlace, factor: number) => ({
  value: noise(place) * (place.side === 'candidate' ? factor : 1),
});

describe('a series', () => {
  test('goes A B B A', () => {
    const sides = placesOf(1, 4).map(({ side }) => (side === 'baseline' ? 'A' : 'B'));
    expect(sides.join('')).toBe('ABBAABBA');
    expect(placesOf(1, 4).map(({ order }) => order)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
  });

  test('of the same implementation is made once', async () => {
    const made: SeriesPlace[] = [];
    const result = await series((place) => slower(place, 1), made);
    expect(made).toHaveLength(16);
    expect(result).toMatchObject({
      kind: 'compared',
      comparison: { exitCode: 0, series: 1, counts: { equivalent: 1 } },
    });
  });

  test('that shows a regression is made again, and confirms it', async () => {
    const [made, told]: [SeriesPlace[], string[]] = [[], []];
    const result = await series((place) => slower(place, 1.2), made, told);
    expect(made.map((place) => place.series).filter((number) => number === 2)).toHaveLength(16);
    expect(told).toEqual([expect.stringContaining('open-loop all latency p99')]);
    expect(result).toMatchObject({ comparison: { exitCode: 3, series: 2 } });
  });

  test('that shows one by chance is made again, and does not confirm it', async () => {
    const result = await series((place) => slower(place, place.series === 1 ? 1.2 : 1));
    expect(result).toMatchObject({ comparison: { exitCode: 0, counts: { regressed: 0 } } });
  });

  test('is written after each run', async () => {
    const rowsSoFar: number[] = [];
    await series((place) => {
      if (place.order > 0) rowsSoFar.push(readResults(file).length);
      return slower(place, 1);
    });
    expect(rowsSoFar).toEqual(Array.from({ length: 15 }, (_, index) => index + 1));
    expect(readFileSync(file, 'utf8').split('\n')[1]).toContain(',1/1,0,baseline');
  });

  test('names the histograms of each run where they stand', async () => {
    await series((place) => ({ ...slower(place, 1), histRef: 'histograms/open-loop.ndjson' }));
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines[2]).toContain(',runs/1-1-candidate/histograms/open-loop.ndjson,');
  });

  test('makes a disturbed run again once, and leaves what is disturbed twice', async () => {
    const disturbed = (tries: number): Partial<Measurement> =>
      tries === 0 ? { validity: 'invalid', validityReasons: ['other programs ran'] } : {};
    const made: SeriesPlace[] = [];
    const once = await series(
      (place, tries) => ({ ...slower(place, 1), ...(place.order === 3 ? disturbed(tries) : {}) }),
      made,
    );
    expect(made).toHaveLength(17);
    expect(once).toMatchObject({ comparison: { exitCode: 0 } });
    const twice = await series((place) => ({ ...slower(place, 1), ...disturbed(0) }));
    expect(twice).toMatchObject({ comparison: { exitCode: 4 } });
  });

  test('ends with a run that measured nothing, and keeps the ones before it', async () => {
    const result = await series((place) =>
      place.order === 5 ? { value: null } : slower(place, 1),
    );
    expect(result).toEqual({
      kind: 'ended',
      why: 'series 1, pair 3, candidate: nothing was measured',
      comparison: null,
    });
    expect(readResults(file)).toHaveLength(5);
  });

  test('that ends while it is made again leaves the suspicion undecided', async () => {
    for (const last of [0, 5]) {
      const result = await series((place) =>
        place.series === 2 && place.order === last ? { value: null } : slower(place, 1.2),
      );
      expect(result).toMatchObject({
        kind: 'ended',
        comparison: { exitCode: 4, counts: { invalid: 1, regressed: 0 } },
      });
    }
  });
});
