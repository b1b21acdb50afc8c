import { expect, test } from 'vitest';
import { measureDisk } from './diskFloor.ts';

test('a write that waits for the disk takes time, and the measurement ends when it is told to', () => {
  const startMs = performance.now();
  const histogram = measureDisk(0.2);
  expect(performance.now() - startMs).toBeLessThan(5_000);
  expect(histogram.totalCount).toBeGreaterThan(0);
  expect(histogram.minNonZeroValue).toBeGreaterThan(0);
});
