import { expect, test } from 'vitest';
import { acceptedWithin, countAccepted, emptyRateWindow } from './rateWindow.ts';

test('what was accepted counts for a thousand milliseconds and not one more', () => {
  const window = emptyRateWindow();
  countAccepted(window, 5000);
  countAccepted(window, 5000);
  countAccepted(window, 5400);
  expect(acceptedWithin(window, 5999)).toBe(3);
  expect(acceptedWithin(window, 6000)).toBe(1);
  expect(acceptedWithin(window, 6400)).toBe(0);
});
