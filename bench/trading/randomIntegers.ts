/**
 * Marsaglia's xorshift32: the same numbers for the same seed on every machine and in every version of Node. Own code, because a
 * published workload must not change with a library's next version, and six lines are all it takes.
 */
export interface RandomIntegers {
  /** From 0 to below `bound` (at most 2^32). */
  below(bound: number): number;
}

export function randomIntegers(seed: number): RandomIntegers {
  // Spread first, because neighbouring seeds begin alike; 0 is the one state that xorshift never leaves.
  let state = Math.imul(seed ^ 0x5bd1e995, 0x9e3779b1) || 1;
  return {
    below(bound) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      return Math.floor(((state >>> 0) / 2 ** 32) * bound);
    },
  };
}
