import { describe, expect, test } from 'vitest';
import { regularity } from './regularity.ts';

const PHASE = { fromMs: 1000, toMs: 11_000 };

/** A counter of 30/s, each value as much later than its time as `lateMs` says. */
function counted(perS: number, lateMs: (nth: number) => number = () => 0) {
  const value = Array.from({ length: 10 * perS }, (_, nth) => 100 + nth);
  return { value, atMs: value.map((_, nth) => 1000 + (1000 * nth) / perS + lateMs(nth)) };
}

describe('a counter', () => {
  test('that keeps to the clock neither drifts nor is late', () => {
    const { driftPerMinute, latenessMs } = regularity(counted(30), 30, PHASE)!;
    expect(driftPerMinute).toBeCloseTo(0, 6);
    expect(Math.max(...latenessMs)).toBeCloseTo(0, 6);
  });

  test.each([
    ['gains', 33, 180],
    ['falls behind', 27, -180],
  ])('that %s on the clock drifts, and is not late', (_, perS, drift) => {
    const found = regularity(counted(perS), 30, PHASE)!;
    expect(found.driftPerMinute).toBeCloseTo(drift, 0);
    expect(Math.max(...found.latenessMs)).toBeLessThan(1);
  });

  test('that hesitates is late, and does not drift', () => {
    const found = regularity(
      counted(30, (nth) => (nth % 50 === 7 ? 40 : 0)),
      30,
      PHASE,
    )!;
    expect(found.latenessMs.filter((late) => late > 39)).toHaveLength(6);
    expect(found.driftPerMinute).toBeCloseTo(0, 6);
  });

  test('does not drift because its last value was late', () => {
    const found = regularity(
      counted(30, (nth) => (nth === 299 ? 25 : 0)),
      30,
      PHASE,
    )!;
    expect(found.driftPerMinute).toBeCloseTo(0, 6);
  });

  test('counts when it first has a value', () => {
    const { value, atMs } = counted(30);
    const twice = {
      value: value.flatMap((each) => [each, each]),
      atMs: atMs.flatMap((at) => [at, at + 30]),
    };
    expect(Math.max(...regularity(twice, 30, PHASE)!.latenessMs)).toBeCloseTo(0, 6);
  });

  test('that stops has none of both', () => {
    const { value, atMs } = counted(30);
    const stopped = { value: value.slice(0, 200), atMs: atMs.slice(0, 200) };
    expect(regularity(stopped, 30, PHASE)).toBeUndefined();
  });
});
