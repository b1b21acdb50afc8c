/** RFC 9162's tree as its text has it: the root by recursion over all leaves, the check of an inclusion proof step by step. */
import { createHash } from 'node:crypto';

function sha256(...parts: readonly Buffer[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}

const nodeOf = (left: Buffer, right: Buffer) => sha256(Buffer.of(1), left, right);

export const leafOf = (text: string) => sha256(Buffer.of(0), Buffer.from(text));

/** 2.1.1 */
export function rootByHand(leaves: readonly Buffer[]): Buffer {
  const [only] = leaves;
  if (!only) return sha256();
  if (leaves.length === 1) return only;
  let middle = 1;
  while (2 * middle < leaves.length) middle *= 2;
  return nodeOf(rootByHand(leaves.slice(0, middle)), rootByHand(leaves.slice(middle)));
}

/** 2.1.3.2 @returns the root that the proof leads to; undefined when it has not the length of one */
export function rootOfProof(
  leaf: Buffer,
  index: number,
  size: number,
  proof: readonly Buffer[],
): Buffer | undefined {
  let [place, last, root] = [index, size - 1, leaf];
  for (const hash of proof) {
    if (last === 0) return undefined;
    if (place % 2 === 1 || place === last) {
      root = nodeOf(hash, root);
      while (place % 2 === 0 && place !== 0) [place, last] = [place >> 1, last >> 1];
    } else {
      root = nodeOf(root, hash);
    }
    [place, last] = [place >> 1, last >> 1];
  }
  return last === 0 ? root : undefined;
}
