import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { findCaseStudies } from '../../contract/findCaseStudies.ts';
import { headlineArithmetic, readScale } from './headline.ts';
import type { Scale } from './headline.ts';

const SCALE: Scale = {
  headline: '1M parcels/day',
  factors: [
    { label: 'parcels a day', value: 1_000_000, unit: 'parcels', power: 1, source: 'the design' },
    { label: 'scans a parcel', value: 18, unit: 'scans/parcel', power: 1, source: 'our choice' },
    { label: 'a working day', value: 36_000, unit: 's', power: -1, source: 'our choice' },
  ],
  peak: { value: 4, source: 'our choice' },
  assumptions: ['Depots share nothing.', 'The network is left out.'],
};

describe('the arithmetic to the headline', () => {
  test('multiplies and divides as the factors say, and rounds nodes up', () => {
    const { requiredOpsPerS, peakOpsPerS, nodes, nodesAtPeak } = headlineArithmetic(SCALE, 499);
    expect([requiredOpsPerS, peakOpsPerS, nodes, nodesAtPeak]).toEqual([500, 2000, 2, 5]);
    expect(headlineArithmetic(SCALE, 500)).toMatchObject({ nodes: 1, nodesAtPeak: 4 });
  });

  test('labels every line as extrapolation, shows every factor and prints every assumption', () => {
    const { lines } = headlineArithmetic(SCALE, 499);
    expect(lines.filter((line) => !line.startsWith('extrapolation: '))).toEqual([]);
    expect(lines.map((line) => line.slice('extrapolation: '.length))).toEqual([
      '“1M parcels/day” is arithmetic here, not a measurement',
      'x 1 000 000 parcels (parcels a day; the design)',
      'x 18 scans/parcel (scans a parcel; our choice)',
      '/ 36 000 s (a working day; our choice)',
      '= 500 ops/s on average',
      'x 4 = 2 000 ops/s at the peak (our choice)',
      'one node was measured at 499 ops/s: 2 such nodes on average, 5 such nodes at the peak',
      'assumed: Depots share nothing.',
      'assumed: The network is left out.',
    ]);
  });

  test('needs a measured rate', () => {
    for (const rate of [0, -1, Number.NaN, Infinity]) {
      expect(() => headlineArithmetic(SCALE, rate)).toThrow('was measured at');
    }
  });
});

describe('scale.json', () => {
  let dir: string;
  beforeEach(() => {
    dir = mkdtempSync(join(tmpdir(), 'casemark-scale-'));
  });
  afterEach(() => rmSync(dir, { recursive: true }));

  function write(scale: object): void {
    writeFileSync(join(dir, 'scale.json'), JSON.stringify({ $schema: 'scale', ...scale }));
  }

  test('is read when it is there, and may be absent', () => {
    expect(readScale({ dir })).toBeUndefined();
    write(SCALE);
    expect(readScale({ dir })).toMatchObject(SCALE);
  });

  test.each([
    ['no assumptions', { ...SCALE, assumptions: [] }, '/assumptions'],
    ['a peak below the average', { ...SCALE, peak: { value: 0.5, source: 'x' } }, '/peak/value'],
    [
      'a factor of zero',
      { ...SCALE, factors: [{ ...SCALE.factors[0], value: 0 }] },
      '/factors/0/value',
    ],
    [
      'a factor of another power',
      { ...SCALE, factors: [{ ...SCALE.factors[0], power: 2 }] },
      '/factors/0/power',
    ],
    ['an unknown field', { ...SCALE, haedline: 'x' }, 'haedline'],
  ])('with %s is refused at its place', (_, scale, place) => {
    write(scale);
    expect(() => readScale({ dir })).toThrow(place);
  });

  test('is valid in every case study that has one, and some has', () => {
    const scales = findCaseStudies()
      .map(readScale)
      .filter((scale) => scale !== undefined);
    expect(scales.length).toBeGreaterThan(0);
    for (const scale of scales) {
      const { requiredOpsPerS, lines } = headlineArithmetic(scale, 1000);
      expect(requiredOpsPerS).toBeGreaterThan(0);
      expect(lines.length).toBeGreaterThan(scale.factors.length + scale.assumptions.length);
    }
  });
});
