import { expect, test } from 'vitest';
import { historyOptions } from './historyOptions.ts';
import { measureChecker } from './measureChecker.ts';
import type { Measurement } from './measureChecker.ts';
import { missedThresholds } from './missedThresholds.ts';

const usual = { object: 'register', clients: 8, indeterminateShare: 0.01 } as const;
const fine: Measurement = { ...measureChecker(usual, 1, 30), opsPerSec: 900_000 };

test('a measurement says how many histories it judged, and that every wrong reply was found', () => {
  expect(fine).toMatchObject({ operations: 3000, partitions: 30, illegalPartitions: 0 });
  expect(fine).toMatchObject({ unknownPartitions: 0, corruptedFound: 30, corruptedDecided: 30 });
  expect(missedThresholds([fine])).toEqual([]);
});

test.each<[string, Partial<Measurement>, string]>([
  ['too slow', { opsPerSec: 499_999 }, '499999 ops/s'],
  ['an accusation of a legal history', { illegalPartitions: 1 }, 'legal history was accused'],
  ['a wrong reply that passed', { corruptedFound: 29 }, '1 wrong replies passed'],
  ['no wrong reply decided', { corruptedFound: 0, corruptedDecided: 0 }, 'no wrong reply'],
  [
    'undecided partitions of the usual kind',
    { unknownPartitions: 1 },
    '1 of 30 partitions undecided',
  ],
  ['a bound that did not hold', { mostEntries: 20_001 }, 'over the bound'],
])('%s misses', (_, change, sentence) => {
  expect(missedThresholds([{ ...fine, ...change }])).toEqual([expect.stringContaining(sentence)]);
});

test('hard settings are reported and may be slow', () => {
  expect(missedThresholds([{ ...fine, clients: 16, opsPerSec: 10, unknownPartitions: 3 }])).toEqual(
    [],
  );
});

test('the bound on entries holds where a partition is too hard', () => {
  const hard = measureChecker({ object: 'queue', clients: 16, indeterminateShare: 0.05 }, 1, 5);
  expect(hard.unknownPartitions).toBeGreaterThan(0);
  expect(hard.mostEntries).toBeLessThanOrEqual(hard.maxEntries);
});

test('options that make no sense are refused with what to write', () => {
  expect(historyOptions(['--mutants', '--seeds', '50'])).toMatchObject({
    what: 'mutants',
    seeds: 50,
  });
  expect(historyOptions(['--least-speed', '1000'])).toMatchObject({ leastSpeed: 1000 });
  expect(missedThresholds([{ ...fine, opsPerSec: 400_000 }], 100_000)).toEqual([]);
  expect(() => historyOptions(['--partitions', '0'])).toThrow('from 1 to 20000');
});
