/** The rubric: what each part of a mark counts, and what becomes of it where an exercise has no clauses of a part. */
import type { Dimension } from '../levels.ts';

export type Part = Dimension | 'latency';

/** Out of 100. Right comes first; what only shows under load, kills or bad input is worth half of that together. */
export const WEIGHTS: Readonly<Record<Part, number>> = {
  correctness: 50,
  concurrency: 15,
  durability: 15,
  latency: 10,
  robustness: 10,
};
export const PARTS = Object.keys(WEIGHTS) as Part[];

export interface ScoredPart {
  part: Part;
  /** Points that it is worth, of the 100 of all parts. */
  weight: number;
  /** 0 to 1. */
  share: number;
  points: number;
}

/**
 * @param shares 0 to 1, of the parts that this exercise has; the weights of the others are spread over these
 * @returns in the order of WEIGHTS; the score has one decimal
 */
export function scoreOf(shares: ReadonlyMap<Part, number>): {
  score: number;
  parts: ScoredPart[];
} {
  const present = PARTS.filter((part) => shares.has(part));
  const whole = present.reduce((sum, part) => sum + WEIGHTS[part], 0);
  const exact = present.map((part) => {
    const weight = (100 * WEIGHTS[part]) / whole;
    const share = shares.get(part)!;
    return { part, weight, share, points: weight * share };
  });
  const score = exact.reduce((sum, { points }) => sum + points, 0);
  return {
    score: rounded(score, 1),
    parts: exact.map(({ part, weight, share, points }) => ({
      part,
      weight: rounded(weight, 2),
      share: rounded(share, 4),
      points: rounded(points, 2),
    })),
  };
}

/** @returns the shares of the dimensions that have clauses */
export function sharesOf(
  clauses: readonly { readonly dimension: Dimension; readonly credit: boolean }[],
): Map<Part, number> {
  const groups = Map.groupBy(clauses, ({ dimension }) => dimension);
  return new Map(
    [...groups].map(([dimension, group]): [Part, number] => [
      dimension,
      group.filter(({ credit }) => credit).length / group.length,
    ]),
  );
}

/** The highest level all of whose clauses, and of those before it, have credit; 0 for none. */
export function reachedLevel(
  clauses: readonly { readonly level: number; readonly credit: boolean }[],
): number {
  const levels = clauses.map(({ level }) => level);
  const highest = Math.max(0, ...levels);
  const lacking = clauses.filter(({ credit }) => !credit).map(({ level }) => level);
  return Math.min(highest, Math.min(...lacking, highest + 1) - 1);
}

function rounded(value: number, decimals: number): number {
  return Number(value.toFixed(decimals));
}
