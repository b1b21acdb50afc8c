/**
 * The Mann-Whitney test, for two sets of runs that were not interleaved. Own code: of the libraries that are kept up, those with this test
 * have its normal approximation only (simple-statistics, @stdlib), which for 4 to 8 runs a side is off by a third and more.
 */
import jstat from 'jstat';

/** Both sides together. Above it the counting takes longer than the normal approximation is wrong. */
export const MAX_EXACT = 60;

/** @returns the two-sided p of no difference: exact, given the ties that there are; approximate for more than 60 values */
export function mannWhitneyP(baseline: readonly number[], candidate: readonly number[]): number {
  const ranks = doubledRanks([...baseline, ...candidate]);
  const ofCandidate = ranks.slice(baseline.length);
  const sum = ofCandidate.reduce((total, rank) => total + rank, 0);
  const size = candidate.length;
  const expected = size * (ranks.length + 1);
  return ranks.length <= MAX_EXACT
    ? exactP(ranks, size, Math.abs(sum - expected))
    : approximateP(ranks, size, Math.abs(sum - expected));
}

/** The smallest p that it can give for so many runs: those of one side all above those of the other. */
export function leastP(baseline: number, candidate: number): number {
  return 2 / choose(baseline + candidate, candidate);
}

/** Twice the mean rank of each, which is an integer also where values are equal. */
function doubledRanks(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const rank = new Map<number, number>();
  for (const value of new Set(sorted)) {
    rank.set(value, sorted.indexOf(value) + 1 + (sorted.lastIndexOf(value) + 1));
  }
  return values.map((value) => rank.get(value)!);
}

/** The share of all ways to choose the candidate's runs that lie as far from the expected rank sum, or farther. */
function exactP(ranks: readonly number[], size: number, distance: number): number {
  const ways = waysBySum(ranks, size);
  const expected = size * (ranks.length + 1);
  let extreme = 0;
  let all = 0;
  ways.forEach((count, sum) => {
    all += count;
    if (Math.abs(sum - expected) >= distance) extreme += count;
  });
  return Math.min(1, extreme / all);
}

/** @returns by rank sum, how many subsets of that size have it */
export function waysBySum(ranks: readonly number[], size: number): Float64Array {
  const most = ranks.reduce((total, rank) => total + rank, 0);
  const ways = Array.from({ length: size + 1 }, () => new Float64Array(most + 1));
  ways[0]![0] = 1;
  ranks.forEach((rank, index) => {
    for (let chosen = Math.min(size, index + 1); chosen >= 1; chosen -= 1) {
      const from = ways[chosen - 1]!;
      const to = ways[chosen]!;
      for (let sum = most; sum >= rank; sum -= 1) to[sum]! += from[sum - rank]!;
    }
  });
  return ways[size]!;
}

/** With the correction for ties and for continuity (Lehmann 1975, Nonparametrics, 1.4). */
function approximateP(ranks: readonly number[], size: number, doubledDistance: number): number {
  const n = ranks.length;
  const other = n - size;
  const ties = new Map<number, number>();
  for (const rank of ranks) ties.set(rank, (ties.get(rank) ?? 0) + 1);
  const tied = [...ties.values()].reduce((sum, count) => sum + count ** 3 - count, 0);
  const variance = ((size * other) / 12) * (n + 1 - tied / (n * (n - 1)));
  if (variance === 0) return 1;
  const z = Math.max(0, doubledDistance / 2 - 0.5) / Math.sqrt(variance);
  return Math.min(1, 2 * jstat.normal.cdf(-z, 0, 1));
}

function choose(n: number, k: number): number {
  let ways = 1;
  for (let step = 1; step <= k; step += 1) ways = (ways * (n - k + step)) / step;
  return ways;
}
