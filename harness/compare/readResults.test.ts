import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { packageRoot } from '../contract/packageRoot.ts';
import { SpecError } from '../contract/specError.ts';
import { fixtureFolder, resultsText, runsOf, seriesOf, writeResults } from './fixtures.ts';
import { readResults } from './readResults.ts';

let folder: string;
beforeEach(() => {
  folder = fixtureFolder();
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function written(text: string): string {
  const file = join(folder, 'broken.csv');
  writeFileSync(file, text);
  return file;
}

const whole = resultsText(runsOf([321, 322]));

describe('a results file', () => {
  test('is read as it was written, a row a figure', () => {
    const rows = readResults(writeResults(folder, 'a.csv', runsOf([321, 322])));
    expect(rows.map(({ value }) => value)).toEqual([321, 322]);
    const [row] = rows;
    expect(row).toMatchObject({ caseId: 'tally', implName: 'mine', percentile: 99, place: null });
    expect(rows[0]!.run).not.toBe(rows[1]!.run);
  });

  test('says where a run stands in a series', () => {
    const rows = readResults(writeResults(folder, 'ab.csv', seriesOf(2, [1, 2], [3, 4])));
    expect(rows.map(({ place }) => place)).toEqual([
      { series: 2, pair: 1, order: 0, side: 'baseline' },
      { series: 2, pair: 1, order: 1, side: 'candidate' },
      { series: 2, pair: 2, order: 2, side: 'candidate' },
      { series: 2, pair: 2, order: 3, side: 'baseline' },
    ]);
  });

  test('from before series were there is read too', () => {
    const rows = readResults(join(packageRoot, 'results/trading-standard.csv'));
    expect(rows.length).toBeGreaterThan(100);
    expect(rows.every(({ place }) => place === null)).toBe(true);
  });
});

describe('a broken results file is refused with what to do', () => {
  test.each([
    ['that is not there', () => join(folder, 'none.csv'), /does not exist: name a measurements/],
    ['that is a folder', () => folder, /is a folder: name the measurements.csv in it/],
    ['that is empty', () => written(''), /is empty: name the measurements.csv/],
    ['without rows', () => written(`${whole.split('\n')[0]}\n`), /no rows.*Run it again/],
    [
      'without a column that is needed',
      () => written(whole.replace('scenario', 'scene')),
      /no column scenario: is it a measurements.csv/,
    ],
    [
      'of another version',
      () => written(whole.replace(/\n1,/, '\n2,')),
      /row 2: schema_version is 2, and this casemark reads 1: measure again/,
    ],
    ['cut off in a line', () => written(whole.slice(0, -200)), /cut off in line 3: copy it again/],
    [
      'cut off in a line that was ended',
      () => written(`${whole.slice(0, -200)}\n`),
      /is not a table: .*line 3.*Copy it again/,
    ],
    [
      'with a word where a number belongs',
      () => written(whole.replace(',321,', ',fast,')),
      /row 2: value is "fast", and must be a number/,
    ],
    [
      'with a direction that is none',
      () => written(whole.replace('lower-is-better', 'smaller')),
      /row 2: direction is "smaller", and must be lower-is-better or/,
    ],
    [
      'with a place in a series that is none',
      () => written(resultsText(seriesOf(1, [1], [2])).replace('1/1,', 'x,')),
      /row 2: pair_id "x".*Take the row out/,
    ],
  ])('%s', (_, file, message) => {
    const path = file();
    expect(() => readResults(path)).toThrow(SpecError);
    expect(() => readResults(path)).toThrow(message);
  });

  test('wherever it was cut', () => {
    const text = readFileSync(written(whole), 'utf8');
    const header = text.indexOf('\n') + 1;
    for (let end = header + 1; end < text.length; end += 7) {
      if (text[end - 1] === '\n') continue;
      expect(() => readResults(written(text.slice(0, end)))).toThrow(/cut off in line/);
    }
  });
});
