import { describe, expect, test } from 'vitest';
import { reachedLevel, scoreOf, sharesOf } from './rubric.ts';
import type { Part } from './rubric.ts';

const shares = (given: Partial<Record<Part, number>>): Map<Part, number> =>
  new Map(Object.entries(given) as [Part, number][]);

describe('the score', () => {
  test('is 100 with every share whole, whatever parts there are', () => {
    const all = { correctness: 1, concurrency: 1, durability: 1, latency: 1, robustness: 1 };
    expect(scoreOf(shares(all)).score).toBe(100);
    expect(scoreOf(shares({ correctness: 1, durability: 1, latency: 1 })).score).toBe(100);
    expect(scoreOf(shares({ robustness: 1 })).score).toBe(100);
  });

  test('weighs the parts 50, 15, 15, 10, 10', () => {
    const { score, parts } = scoreOf(
      shares({ correctness: 0.5, concurrency: 1, durability: 0, latency: 0.75, robustness: 0.25 }),
    );
    expect(parts).toEqual([
      { part: 'correctness', weight: 50, share: 0.5, points: 25 },
      { part: 'concurrency', weight: 15, share: 1, points: 15 },
      { part: 'durability', weight: 15, share: 0, points: 0 },
      { part: 'latency', weight: 10, share: 0.75, points: 7.5 },
      { part: 'robustness', weight: 10, share: 0.25, points: 2.5 },
    ]);
    expect(score).toBe(50);
  });

  test('spreads the weights of parts that an exercise does not have', () => {
    const { score, parts } = scoreOf(shares({ correctness: 2 / 3, latency: 1 }));
    expect(parts.map(({ part, weight, points }) => [part, weight, points])).toEqual([
      ['correctness', 83.33, 55.56],
      ['latency', 16.67, 16.67],
    ]);
    expect(score).toBe(72.2);
  });

  test('is 0 without any part', () => {
    expect(scoreOf(new Map())).toEqual({ score: 0, parts: [] });
  });

  test('takes the share of its clauses that have credit for each dimension', () => {
    const clause = (dimension: 'correctness' | 'durability', credit: boolean) => ({
      dimension,
      credit,
    });
    const found = sharesOf([
      clause('correctness', true),
      clause('correctness', false),
      clause('correctness', true),
      clause('durability', false),
    ]);
    expect(found).toEqual(shares({ correctness: 2 / 3, durability: 0 }));
  });
});

describe('the level that is reached', () => {
  const clause = (level: number, credit: boolean) => ({ level, credit });

  test('is the highest with nothing missing up to it', () => {
    expect(reachedLevel([clause(1, true), clause(2, true), clause(3, false)])).toBe(2);
    expect(reachedLevel([clause(1, true), clause(2, true)])).toBe(2);
  });

  test('does not count a level above one that lacks something', () => {
    expect(reachedLevel([clause(1, false), clause(1, true), clause(2, true)])).toBe(0);
  });

  test('is 0 without clauses', () => {
    expect(reachedLevel([])).toBe(0);
  });
});
