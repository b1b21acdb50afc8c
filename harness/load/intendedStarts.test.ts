import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MAX_REQUESTS, intendedStarts, recordedStarts } from './intendedStarts.ts';
import type { RateSegment } from './intendedStarts.ts';

function steady(shape: RateSegment['shape'], ratePerS: number, durationS: number): RateSegment {
  return { shape, fromPerS: ratePerS, toPerS: ratePerS, durationS };
}

function ramp(
  shape: RateSegment['shape'],
  fromPerS: number,
  toPerS: number,
  durationS: number,
): RateSegment {
  return { shape, fromPerS, toPerS, durationS };
}

function gapsOf(starts: Float64Array): number[] {
  return Array.from(starts.subarray(1), (start, index) => start - starts[index]!);
}

function variation(values: readonly number[]): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return Math.sqrt(variance) / mean;
}

function between(starts: Float64Array, fromMs: number, toMs: number): number {
  return starts.filter((start) => start >= fromMs && start < toMs).length;
}

/** Of a Poisson count; beyond five standard deviations it is no such count. */
function isCountOf(expected: number, count: number): boolean {
  return Math.abs(count - expected) < 5 * Math.sqrt(expected);
}

describe('a steady rate', () => {
  test('constant has exactly so many requests, equally far apart from time zero on', () => {
    const starts = intendedStarts({ segments: [steady('constant', 2000, 10)], seed: 1 });
    expect(starts).toHaveLength(20_000);
    expect(starts[0]).toBe(0);
    expect(variation(gapsOf(starts))).toBeLessThan(1e-9);
    // 0.4 taken off five times leaves a little less than it should: still two requests, not a third at the very end.
    const fifths = Array.from({ length: 5 }, () => steady('constant', 0.4, 1));
    expect(intendedStarts({ segments: fifths, seed: 1 })).toHaveLength(2);
  });

  test('poisson has as many but for chance, with gaps that vary as much as they are long', () => {
    const starts = intendedStarts({ segments: [steady('poisson', 2000, 10)], seed: 1 });
    expect(isCountOf(20_000, starts.length)).toBe(true);
    expect(starts[0]).toBeGreaterThan(0);
    // The coefficient of variation of n exponential gaps is 1 with a standard deviation of about 1 / sqrt(n).
    expect(Math.abs(variation(gapsOf(starts)) - 1)).toBeLessThan(5 / Math.sqrt(20_000));
  });
});

describe('a rate that changes', () => {
  test('over a ramp has the integral of the rate in every part of it', () => {
    // 0 to 1000/s in 10 s: t^2 / 2 * 100 requests by t.
    const up = intendedStarts({ segments: [ramp('constant', 0, 1000, 10)], seed: 1 });
    expect(up).toHaveLength(5000);
    for (const second of [1, 2, 5, 9, 10]) {
      expect(Math.abs(between(up, 0, second * 1000) - 50 * second ** 2)).toBeLessThanOrEqual(1);
    }
    const down = intendedStarts({ segments: [ramp('constant', 1000, 0, 10)], seed: 1 });
    expect(down).toHaveLength(5000);
    expect(Math.abs(between(down, 9000, 10_000) - 50)).toBeLessThanOrEqual(1);
    const random = intendedStarts({ segments: [ramp('poisson', 100, 2000, 20)], seed: 3 });
    // 100 t + 47.5 t^2.
    expect(isCountOf(1000 + 4750, between(random, 0, 10_000))).toBe(true);
    expect(isCountOf(21_000 - 5750, between(random, 10_000, 20_000))).toBe(true);
  });

  test('as a spike has baseline, step, overload and back, each with its rate', () => {
    for (const shape of ['constant', 'poisson'] as const) {
      const segments = [
        steady(shape, 100, 10),
        steady(shape, 1000, 5),
        steady(shape, 3000, 5),
        steady(shape, 100, 10),
      ];
      const starts = intendedStarts({ segments, seed: 5 });
      const counts = [
        between(starts, 0, 10_000),
        between(starts, 10_000, 15_000),
        between(starts, 15_000, 20_000),
        between(starts, 20_000, 30_000),
      ];
      expect([1000, 5000, 15_000, 1000].every((count, at) => isCountOf(count, counts[at]!))).toBe(
        true,
      );
    }
  });

  test('constant goes on at the pace of each segment, without a seam', () => {
    const segments = [steady('constant', 10, 1.05), steady('constant', 100, 1)];
    const starts = intendedStarts({ segments, seed: 1 });
    // At 1050 ms half a request is due: the other half takes 5 ms of the second segment.
    expect(Array.from(starts.subarray(10, 13), Math.round)).toEqual([1000, 1055, 1065]);
    expect(starts).toHaveLength(Math.ceil(10.5 + 100));
  });

  test('may be 0 for a while, and nothing is sent then', () => {
    const segments = [
      steady('poisson', 500, 2),
      steady('poisson', 0, 3),
      steady('constant', 500, 2),
    ];
    const starts = intendedStarts({ segments, seed: 1 });
    expect(between(starts, 2000, 5000)).toBe(0);
    expect(between(starts, 5000, 7000)).toBe(1000);
    expect(starts.at(-1)).toBeLessThan(7000);
  });
});

const segment = fc.record({
  shape: fc.constantFrom('constant' as const, 'poisson' as const),
  fromPerS: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2000, noNaN: true })),
  toPerS: fc.oneof(fc.constant(0), fc.double({ min: 0.01, max: 2000, noNaN: true })),
  durationS: fc.double({ min: 0.001, max: 3, noNaN: true }),
});
const anySchedule = fc.record({
  segments: fc
    .array(segment, { minLength: 1, maxLength: 5 })
    .filter((all) =>
      all.some(({ fromPerS, toPerS, durationS }) => (fromPerS + toPerS) * durationS > 0),
    ),
  seed: fc.integer(),
});

describe('any schedule', () => {
  test('is ascending, begins at or after zero and ends before its time is over', () => {
    fc.assert(
      fc.property(anySchedule, (options) => {
        const starts = intendedStarts(options);
        const totalMs = options.segments.reduce((sum, { durationS }) => sum + durationS * 1000, 0);
        expect(starts.every((start) => start >= 0 && start < totalMs)).toBe(true);
        expect(gapsOf(starts).every((gap) => gap >= 0)).toBe(true);
        expect(starts.buffer).toBeInstanceOf(SharedArrayBuffer);
        expect(starts.buffer.byteLength).toBe(starts.length * 8);
      }),
      { seed: 7, numRuns: 300 },
    );
  });

  test('has the requests that its rates add up to: exactly when constant, but for chance when Poisson', () => {
    fc.assert(
      fc.property(anySchedule, ({ segments, seed }) => {
        const expected = segments.reduce(
          (sum, each) => sum + ((each.fromPerS + each.toPerS) / 2) * each.durationS,
          0,
        );
        const of = (shape: RateSegment['shape']): number =>
          intendedStarts({ segments: segments.map((each) => ({ ...each, shape })), seed }).length;
        expect(Math.abs(of('constant') - expected)).toBeLessThanOrEqual(1);
        expect(Math.abs(of('poisson') - expected)).toBeLessThan(6 * Math.sqrt(expected) + 10);
      }),
      { seed: 8, numRuns: 300 },
    );
  });

  test('is the same for the same seed, and another one for another seed', () => {
    const options = {
      segments: [steady('poisson', 100, 5), ramp('poisson', 100, 500, 5)],
      seed: 9,
    };
    expect(intendedStarts(options)).toEqual(intendedStarts(options));
    expect(intendedStarts({ ...options, seed: 10 })).not.toEqual(intendedStarts(options));
  });
});

test.each([
  [[steady('constant', -1, 1)], 'rates of 0 or more'],
  [[steady('constant', Number.NaN, 1)], 'rates of 0 or more'],
  [[steady('constant', 1, 0)], 'a duration above 0'],
  [[steady('constant', 1, Infinity)], 'a duration above 0'],
  [[steady('poisson', 0, 5)], 'nothing would be sent'],
  [[], 'nothing would be sent'],
  [[steady('poisson', 1e6, 10), steady('poisson', 1e6, 10.1)], `at most ${MAX_REQUESTS}`],
])('%j is refused with what to give', (segments, message) => {
  expect(() => intendedStarts({ segments, seed: 1 })).toThrow(RangeError);
  expect(() => intendedStarts({ segments, seed: 1 })).toThrow(message);
});

describe('a recording', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'casemark-starts-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function recording(text: string): string {
    const file = join(dir, 'recorded.csv');
    writeFileSync(file, text);
    return file;
  }

  test.each([
    ['one offset a line', '0\n0.5\n0.5\n12\n'],
    [
      'a CSV with the column offset_ms',
      'id,offset_ms,offset_ms\na,0,9\nb,0.5,8\r\nc,0.5,7\n\nd,12,6',
    ],
    ['the column alone', '\uFEFFoffset_ms\n0\n0.5\n0.5\n12'],
  ])('as %s is read in shared memory', (_, text) => {
    const starts = recordedStarts(recording(text));
    expect(Array.from(starts)).toEqual([0, 0.5, 0.5, 12]);
    expect(starts.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  test.each([
    ['0\n5\n4\n', /recorded\.csv:3: 4 ms comes after 5 ms; sort/],
    ['0\nsoon\n', /recorded\.csv:2: “soon” is no offset in ms; give a number/],
    ['0\n-1\n', /recorded\.csv:2: “-1” is no offset/],
    ['id,offset_ms\na\n', /recorded\.csv:2: “” is no offset/],
    ['id,time\na,1\n', /recorded\.csv:1 is neither .* column offset_ms/],
    ['id,offset_ms\n"a,b",1\n', /recorded\.csv:2 has quotes/],
    ['1764000000000\n', /recorded\.csv:1: 1764000000000 ms is more than a week/],
    ['offset_ms\n', /has no offsets/],
    ['', /recorded\.csv:1 is neither/],
  ])('%j is refused with its line and what to do', (text, message) => {
    expect(() => recordedStarts(recording(text))).toThrow(message);
  });

  test('that is not there says what it would be', () => {
    expect(() => recordedStarts(join(dir, 'none'))).toThrow('does not exist: a recording has');
  });
});
