/** The Merkle tree of RFC 9162, section 2.1, over the entries of the log. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEvent } from '../../../../spec/records/messages.d.ts';
import type { Defect } from './defects.ts';

export interface Tree {
  readonly size: number;
  append(event: AuditEvent): void;
  leafHash(index: number): string;
  /** Hex, like all that is below. @param size at most `size` */
  root(size: number): string;
  /** PATH of section 2.1.3. */
  inclusion(index: number, size: number): string[];
  /** PROOF of section 2.1.4. */
  consistency(first: number, second: number): string[];
}

export function openTree(defects: ReadonlySet<string>): Tree {
  const has = (defect: Defect): boolean => defects.has(defect);
  const leaves: Buffer[] = [];
  /** Of the whole subtrees of two leaves and more, by their first leaf and their size. */
  const nodes = new Map<string, Buffer>();
  const leafPrefix = has('hashes leaves without their prefix') ? '' : '\0';

  const range = (from: number, to: number): Buffer => {
    if (to === from) return sha256('');
    if (to - from === 1) return leaves[from]!;
    const split = from + largestPowerBelow(to - from);
    const key = `${from}/${to}`;
    const isWhole = 2 * (split - from) === to - from;
    const known = isWhole ? nodes.get(key) : undefined;
    if (known) return known;
    const right =
      has('doubles the last leaf') && to - split === 1 && !isWhole
        ? sha256('\x01', leaves[split]!, leaves[split]!)
        : range(split, to);
    const node = sha256('\x01', range(from, split), right);
    if (isWhole) nodes.set(key, node);
    return node;
  };

  const path = (index: number, from: number, to: number): Buffer[] => {
    if (to - from <= 1) return [];
    const split = from + largestPowerBelow(to - from);
    return index < split
      ? [...path(index, from, split), range(split, to)]
      : [...path(index, split, to), range(from, split)];
  };

  const subproof = (size: number, from: number, to: number, isOriginal: boolean): Buffer[] => {
    if (size === to) return isOriginal ? [] : [range(from, to)];
    const split = from + largestPowerBelow(to - from);
    return size <= split
      ? [...subproof(size, from, split, isOriginal), range(split, to)]
      : [...subproof(size, split, to, false), range(from, split)];
  };

  return {
    get size() {
      return leaves.length;
    },
    append(event) {
      const text = has('hashes what is not canonical')
        ? JSON.stringify(event)
        : (canonicalize(event) ?? '');
      leaves.push(sha256(leafPrefix, text));
    },
    leafHash: (index) => leaves[index]!.toString('hex'),
    root: (size) =>
      range(0, has('gives one root for every size') ? leaves.length : size).toString('hex'),
    inclusion(index, size) {
      const hashes = path(index, 0, has('proves for the present size') ? leaves.length : size);
      if (has('proves from the root down')) hashes.reverse();
      return hashes.map((hash) => hash.toString('hex'));
    },
    consistency(first, second) {
      if (first === 0) return [];
      const hashes = subproof(first, 0, second, !has('begins each proof with the first root'));
      return hashes.map((hash) => hash.toString('hex'));
    },
  };
}

/** The largest power of two below a size of two and more. */
function largestPowerBelow(size: number): number {
  return 2 ** Math.floor(Math.log2(size - 1));
}

function sha256(...parts: (string | Buffer)[]): Buffer {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
}
