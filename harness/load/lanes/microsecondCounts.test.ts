import { expect, test } from 'vitest';
import { latencyHistogram, recordMs } from '../latencyHistogram.ts';
import { countMs, flushCounts, microsecondCounts } from './microsecondCounts.ts';

test('counts of microseconds end up where the histogram itself would have put them', () => {
  const counts = microsecondCounts(latencyHistogram());
  const expected = latencyHistogram();
  for (const ms of [0, 0.0004, 0.001, 0.0515, 0.0515, 3, 16.383, 16.384, 20.5, 4_000, 1e9]) {
    countMs(counts, ms);
    recordMs(expected, ms);
  }
  expect(flushCounts(counts).toJSON()).toEqual(expected.toJSON());
  expect(flushCounts(counts).totalCount).toBe(11);
});
