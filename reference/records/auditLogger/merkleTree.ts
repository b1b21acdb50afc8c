/** The Merkle tree of RFC 9162, section 2.1. Every hash of a full subtree is kept, so a question takes O(log n) hashes. */
import { hash } from 'node:crypto';
import { canonicalJson } from '../../kit/canonicalJson.ts';

export interface MerkleTree {
  append(leafHash: Buffer): void;
  size(): number;
  /** Of the first `size` leaves; without it of all. */
  root(size?: number): Buffer;
  /** PATH(index, D[0:size]) of 2.1.3.1. */
  inclusion(index: number, size: number): Buffer[];
  /** PROOF(first, D[0:second]) of 2.1.4.1; of no leaf and of equal sizes empty. */
  consistency(first: number, second: number): Buffer[];
}

const HASH_BYTES = 32;
const LEAF = Buffer.of(0x00);
const NODE = Buffer.of(0x01);

/** SHA-256(0x00 || RFC 8785 canonical JSON of the event) */
export function leafHash(event: object): Buffer {
  return leafHashOfText(canonicalJson(event));
}

/** Of an event that is canonical JSON already. */
export function leafHashOfText(canonical: string): Buffer {
  return sha256(Buffer.concat([LEAF, Buffer.from(canonical)]));
}

function nodeHash(left: Buffer, right: Buffer): Buffer {
  return sha256(Buffer.concat([NODE, left, right]));
}

function sha256(bytes: Buffer): Buffer {
  return hash('sha256', bytes, 'buffer');
}

/** root, inclusion and consistency throw RangeError for an index or size that the tree does not have. */
export function merkleTree(): MerkleTree {
  /** At level k the hashes of the full subtrees of 2^k leaves. */
  const levels = [hashList()];

  function append(leaf: Buffer): void {
    levels[0]!.push(leaf);
    for (let level = 0; levels[level]!.count() % 2 === 0; level++) {
      const below = levels[level]!;
      const count = below.count();
      levels[level + 1] ??= hashList();
      levels[level + 1]!.push(nodeHash(below.at(count - 2), below.at(count - 1)));
    }
  }

  /** MTH(D[start:end]) of a range as the recursion splits them: start is a multiple of each subtree's size. */
  function rangeHash(start: number, end: number): Buffer {
    const length = end - start;
    const level = 31 - Math.clz32(length);
    if (length === 1 << level) return levels[level]!.at(start / length);
    const middle = start + largestPowerBelow(length);
    return nodeHash(rangeHash(start, middle), rangeHash(middle, end));
  }

  function inclusionIn(index: number, start: number, end: number): Buffer[] {
    if (end - start === 1) return [];
    const middle = start + largestPowerBelow(end - start);
    return index < middle
      ? [...inclusionIn(index, start, middle), rangeHash(middle, end)]
      : [...inclusionIn(index, middle, end), rangeHash(start, middle)];
  }

  /** @param isWholeTree whether the first tree is known to the asker as such: SUBPROOF's third argument */
  function consistencyIn(
    first: number,
    start: number,
    end: number,
    isWholeTree: boolean,
  ): Buffer[] {
    if (first === end) return isWholeTree ? [] : [rangeHash(start, end)];
    const middle = start + largestPowerBelow(end - start);
    return first <= middle
      ? [...consistencyIn(first, start, middle, isWholeTree), rangeHash(middle, end)]
      : [...consistencyIn(first, middle, end, false), rangeHash(start, middle)];
  }

  function size(): number {
    return levels[0]!.count();
  }

  return {
    append,
    size,
    root(ofSize = size()) {
      requireIn(ofSize, 0, size());
      return ofSize === 0 ? sha256(Buffer.alloc(0)) : rangeHash(0, ofSize);
    },
    inclusion(index, ofSize) {
      requireIn(ofSize, 1, size());
      requireIn(index, 0, ofSize - 1);
      return inclusionIn(index, 0, ofSize);
    },
    consistency(first, second) {
      requireIn(second, 0, size());
      requireIn(first, 0, second);
      return first === 0 ? [] : consistencyIn(first, 0, second, true);
    },
  };
}

function requireIn(value: number, least: number, most: number): void {
  if (Number.isInteger(value) && value >= least && value <= most) return;
  throw new RangeError(`${value} is not in [${least}, ${most}]`);
}

/** The largest power of two smaller than `count`, which is 2 or more and fits into 31 bits. */
function largestPowerBelow(count: number): number {
  return 1 << (31 - Math.clz32(count - 1));
}

interface HashList {
  count(): number;
  push(added: Buffer): void;
  at(index: number): Buffer;
}

/** So many hashes stand in one buffer. */
const CHUNK_HASHES = 1024;

/**
 * In buffers of equal size: a Buffer for each hash would take several times the 32 bytes, and one that doubles would copy all of
 * them while everybody waits.
 */
function hashList(): HashList {
  const chunks: Buffer[] = [];
  let count = 0;
  return {
    count: () => count,
    push(added) {
      const at = count % CHUNK_HASHES;
      if (at === 0) chunks.push(Buffer.alloc(CHUNK_HASHES * HASH_BYTES));
      added.copy(chunks.at(-1)!, at * HASH_BYTES);
      count++;
    },
    at(index) {
      const start = (index % CHUNK_HASHES) * HASH_BYTES;
      return chunks[Math.floor(index / CHUNK_HASHES)]!.subarray(start, start + HASH_BYTES);
    },
  };
}
