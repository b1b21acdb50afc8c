import { rmSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareConformance } from '../../compare/compareConformance.ts';
import { compareRuns } from '../../compare/compareRuns.ts';
import { fixtureFolder, runsOf, seriesOf, writeResults } from '../../compare/fixtures.ts';
import { leaderboard } from '../../compare/leaderboard.ts';
import { readResults } from '../../compare/readResults.ts';
import { separateSides, seriesSides } from '../../compare/sides.ts';
import { buildReport } from '../buildReport.ts';
import { ended, judged, requirement, started } from '../fixtures.ts';
import { comparisonPage } from './comparisonPage.ts';
import { elementsOf } from './fixtures.ts';

const STEADY = [100, 101, 99, 100.5, 99.5, 100.2, 99.8, 100.1];
const times = (factor: number): number[] => STEADY.map((value) => value * factor);

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const rows = (name: string, runs: Parameters<typeof writeResults>[2]) =>
  readResults(writeResults(folder, name, runs));
const series = (factor: number) =>
  compareRuns(
    seriesSides(
      rows(
        'ab',
        [1, 2].flatMap((each) => seriesOf(each, STEADY, times(factor))),
      ),
    ),
  );
const sectionsOf = (page: string): (string | undefined)[] =>
  elementsOf(page)
    .filter(({ name }) => name === 'section')
    .map(({ attributes }) => attributes['id'])
    .slice(1);

describe('the page of a comparison', () => {
  test('draws each change with its interval beside its band, and every run in its order', () => {
    const page = comparisonPage(series(1.2));
    expect(sectionsOf(page)).toEqual(['changes', 'order', 'table', 'reproduce']);
    expect(page).toContain('class="banner bad"');
    expect(page.match(/class="interval"/g)).toHaveLength(1);
    expect(page.match(/class="whisker"/g)).toHaveLength(1);
    expect(page).toContain('tone-bad');
    // Eight pairs of the second series, which decides.
    const order = page.slice(page.indexOf('id="order"'), page.indexOf('id="table"'));
    const drawn = order.slice(order.search(/<svg\s+class="plot"/));
    expect(drawn.match(/<circle\s+class="mark"/g)).toHaveLength(8);
    expect(drawn.match(/<rect\s+class="mark"/g)).toHaveLength(8);
    expect(page).not.toMatch(/NaN|Infinity|undefined/);
  });

  test('puts the runs where they were made, not where their files have them', () => {
    const { runs } = series(1.2).figures[0]!;
    expect(runs.filter(({ side }) => side === 'baseline').map(({ order }) => order)).toEqual([
      0, 3, 4, 7, 8, 11, 12, 15,
    ]);
  });

  test('says so where no change can be drawn', () => {
    const one = compareRuns(separateSides([rows('a', runsOf([0]))], [rows('b', runsOf([2]))]));
    const page = comparisonPage(one);
    expect(page).toContain('No figure has a change that could be drawn');
    elementsOf(page);
  });

  test('of several implementations or of two reports is a table', () => {
    const called = (name: string) => ({
      implementation: { name, version: '1', language: 'go', source: 'x' },
    });
    const board = leaderboard([
      ...rows('a', runsOf([1], {}, called('</td><script>'))),
      ...rows('b', runsOf([2], {}, called('b'))),
    ]);
    expect(sectionsOf(comparisonPage(board))).toEqual(['table']);
    const report = (verdict: 'pass' | 'fail') =>
      buildReport([
        started({ requirements: [requirement('R1')] }),
        judged('R1.a', verdict, { reason: '<b>' }),
        ended,
      ]);
    const page = comparisonPage(
      compareConformance(
        { file: 'a.json', report: report('pass') },
        { file: 'b.json', report: report('fail') },
      ),
    );
    expect(sectionsOf(page)).toEqual(['table', 'reproduce']);
    expect(page).toContain('npx casemark compare a.json b.json');
    const scripts = elementsOf(comparisonPage(board)).filter(({ name }) => name === 'script');
    expect(scripts).toHaveLength(1);
  });
});
