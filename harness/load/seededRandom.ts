/**
 * A small seeded generator of random numbers (mulberry32: 32 bits of state, period 2^32), as a load needs it: fast, and the same
 * sequence for the same seed on every machine. Math.random cannot be seeded, and no dependency exports one.
 */

/** Uniform in [0, 1). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
