/** A seed for each part of a run, from the run's: independent of the order in which the parts run, so that one can be replayed alone. */
import { createHash } from 'node:crypto';

/** @returns a 32-bit signed integer, as fast-check takes it */
export function deriveSeed(seed: number, part: string): number {
  return createHash('sha256').update(`${seed}/${part}`).digest().readInt32BE(0);
}
