/** csv-parse is what these are held to: plain or not, the cells are the same. */
import { parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { csvRecords } from './csvRecords.ts';

const cell = fc.string({ unit: fc.constantFrom('a', ',', '"', '\n', ' ', '\u00e9'), maxLength: 4 });
const table = fc
  .integer({ min: 2, max: 4 })
  .chain((columns) =>
    fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1 }),
  );

describe('the cells of a CSV text', () => {
  test('are what was written, whatever stands in them', () => {
    fc.assert(
      fc.property(table, (rows) => {
        expect([...csvRecords(stringify(rows))]).toEqual(rows);
      }),
    );
  });

  test.each([
    ['a,b\r\nc,d\r\n'],
    ['\ufeffa,b\nc,d\n'],
    ['a,b\n"c\nd",e\n'],
    ['a,""\n"",b\n'],
    ['a,b\n,\n'],
    ['a\n"b"\n'],
    [''],
  ])('of %j are those of csv-parse', (text) => {
    expect([...csvRecords(text)]).toEqual(parse(text, { bom: true }));
  });

  test.each([['a,b\nc\n'], ['a,b\nc"d,e\n'], ['a,b\n"c"d,e\n'], ['a,b\n"c,d\n'], ['a,b\n\nc,d\n']])(
    'of %j are refused as csv-parse refuses them',
    (text) => {
      const message = (read: () => unknown): string => {
        try {
          return JSON.stringify(read());
        } catch (error) {
          return (error as Error).message;
        }
      };
      expect(message(() => [...csvRecords(text)])).toBe(message(() => parse(text, { bom: true })));
    },
  );
});
