import { expect, test } from 'vitest';
import { figure } from './figure.ts';
import { throughputAt } from './scalabilityCurve.ts';
import { scalabilityText } from './scalabilityText.ts';
import { fitScalability } from './universalScalability.ts';

function textOf(sigma: number, kappa: number, concurrencies: readonly number[]): string[] {
  const points = concurrencies.map((concurrency) => ({
    concurrency,
    throughputPerS: throughputAt({ lambda: 1234567, sigma, kappa }, concurrency),
  }));
  return scalabilityText(fitScalability(points));
}

test('a fit is told as the formula with its numbers, each with its interval, the knee and the peak', () => {
  const text = textOf(0.03, 0.0005, [1, 2, 4, 8, 16, 64]);
  expect(text[0]).toContain(
    'X(N) = 1 234 567 N / (1 + 0.03 (N - 1) + 0.0005 N (N - 1)) ops/s; R2 1.0000',
  );
  expect(text[0]).toContain('6 measurements at N = 1 to 64');
  expect(text[2]).toContain('sigma  0.03 (95 %: 0.03 to 0.03)');
  expect(text[4]).toMatch(/^Knee: N = 17.* \(95 %: .*\) with .* ops\/s/);
  expect(text[4]).not.toContain('extrapolated');
  expect(text[5]).toContain('Peak: N = 44.05');
  expect(text).toHaveLength(6);
});

test('a knee beyond what was measured is called extrapolated', () => {
  expect(textOf(0.001, 0.0005, [1, 2, 3, 4, 5, 6])[4]).toContain(
    'extrapolated: nothing above N = 6 was measured',
  );
});

test('a straight line has neither knee nor peak', () => {
  const points = [1, 2, 4, 8, 16, 32].map((n) => ({ concurrency: n, throughputPerS: n ** 1.1 }));
  expect(scalabilityText(fitScalability(points)).slice(4)).toEqual([
    'Knee: none, the throughput grows in a straight line as far as was measured',
    'Peak: none, kappa is 0 and the throughput never falls',
  ]);
});

test('points that depart from the law by more than their repeats say so', () => {
  const points = [1, 2, 4, 8, 16, 32].flatMap((n) =>
    [0.999, 1.001].map((noise) => ({ concurrency: n, throughputPerS: Math.min(8, n) * noise })),
  );
  expect(scalabilityText(fitScalability(points)).at(-1)).toContain('depart from the law');
});

test('a sweep too small is told as the reason', () => {
  expect(textOf(0.03, 0, [1, 2, 4])).toEqual([
    expect.stringMatching(/^No scalability law: .*3 different concurrencies/),
  ]);
});

test.each([
  [0, '0'],
  [0.000123456, '0.0001235'],
  [999.96, '1000'],
  [1000, '1 000'],
  [123456789.4, '123 456 789'],
])('%d is shown as %s', (value, text) => {
  expect(figure(value)).toBe(text);
});
