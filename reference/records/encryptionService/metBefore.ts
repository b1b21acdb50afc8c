/** Whether a text was met before, in a fixed number of bits: now and then it is said of one that was not (one hash of a Bloom filter). */
import { hash } from 'node:crypto';

const BITS = 2 ** 20;
/** With more of them set it would be said too often. */
const MAX_SET = BITS / 8;

/** Answers, and remembers it. Of too many, all are forgotten. */
export function metBefore(): (text: string) => boolean {
  const bytes = new Uint8Array(BITS / 8);
  let set = 0;
  return (text) => {
    const bit = hash('sha256', text, 'buffer').readUInt32LE() % BITS;
    const mask = 1 << (bit & 7);
    if (bytes[bit >> 3]! & mask) return true;
    if (set === MAX_SET) {
      bytes.fill(0);
      set = 0;
    }
    bytes[bit >> 3]! |= mask;
    set += 1;
    return false;
  };
}
