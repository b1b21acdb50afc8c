import { describe, expect, test } from 'vitest';
import { createFates } from './idFates.ts';
import type { Fate } from './idFates.ts';

const REFERENCES = Array.from({ length: 1_000 }, (_, index) => `ref-${index}`);

function fates(id: string, fateOf = createFates()): Fate[] {
  return REFERENCES.map((reference) => fateOf(id, reference, false));
}

function count(all: readonly Fate[], fate: Fate): number {
  return all.filter((each) => each === fate).length;
}

describe('an id', () => {
  test.each<[string, Fate, number]>([
    ['m', 'usual', 1_000],
    ['m-flaky-00', 'usual', 1_000],
    ['m-flaky-100', 'refused', 1_000],
    ['m-silent-100-x', 'silent', 1_000],
  ])('%s makes the first requests %s', (id, fate, expected) => {
    expect(count(fates(id), fate)).toBe(expected);
  });

  test('asks for a share of the references, the same ones in every run', () => {
    const all = fates('m-flaky-20-silent-10');
    // Three standard deviations of a binomial count are 38 and 28.
    expect(Math.abs(count(all, 'refused') - 200)).toBeLessThan(38);
    expect(Math.abs(count(all, 'silent') - 100)).toBeLessThan(28);
    expect(fates('m-flaky-20-silent-10')).toEqual(all);
  });

  test('refuses no reference twice, and does nothing to what is booked', () => {
    const fateOf = createFates();
    expect(fateOf('m-flaky-100', 'a', false)).toBe('refused');
    expect(fateOf('m-flaky-100', 'a', false)).toBe('usual');
    expect(fateOf('m-silent-100', 'a', true)).toBe('usual');
  });
});
