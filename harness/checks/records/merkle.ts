/** The tree of the audit log: RFC 9162, section 2.1, over SHA-256. Hashes are 32 bytes in lower-case hex. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  readonly leaf: string;
  readonly path: readonly string[];
  readonly root: string;
}

export interface Consistency {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: string;
  readonly secondRoot: string;
  readonly path: readonly string[];
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** Of an event as listAudit gives it: in its RFC 8785 form, whatever the order of its members. */
export function leafHash(event: object): string {
  return leafOf(canonicalize(event) ?? '');
}

export function leafOf(data: string | Buffer): string {
  return sha256(LEAF, data);
}

/** MTH of section 2.1.1. */
export function rootOf(leaves: readonly string[]): string {
  return rootsOf(leaves, [leaves.length])[0] as string;
}

/** The roots of several sizes, none above the number of leaves: each leaf is hashed in once. */
export function rootsOf(leaves: readonly string[], sizes: readonly number[]): string[] {
  const wanted = new Set(sizes);
  const roots = new Map<number, string>();
  /** Roots of the complete subtrees of what has been read, the largest first. */
  const complete: { readonly root: string; readonly size: number }[] = [];
  if (wanted.has(0)) roots.set(0, sha256());
  for (const [index, leaf] of leaves.entries()) {
    let added = { root: leaf, size: 1 };
    for (let last = complete.at(-1); last?.size === added.size; last = complete.at(-1)) {
      complete.pop();
      added = { root: nodeOf(last.root, added.root), size: 2 * added.size };
    }
    complete.push(added);
    if (!wanted.has(index + 1)) continue;
    const all = complete.map(({ root }) => root);
    roots.set(
      index + 1,
      all.reduceRight((right, left) => nodeOf(left, right)),
    );
  }
  return sizes.map((size) => {
    const root = roots.get(size);
    if (root === undefined)
      throw new Error(`${leaves.length} leaves have no tree of size ${size}.`);
    return root;
  });
}

/** Section 2.1.3.2. */
export function verifyInclusion({ index, size, leaf, path, root }: Inclusion): boolean {
  if (index >= size) return false;
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      hash = nodeOf(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      hash = nodeOf(hash, sibling);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && hash === root;
}

/** Section 2.1.4.2; between equal sizes the path is empty, and the empty tree is a prefix of every tree. */
export function verifyConsistency(proof: Consistency): boolean {
  const { first, second, firstRoot, secondRoot, path } = proof;
  if (first > second) return false;
  if (first === second) return path.length === 0 && firstRoot === secondRoot;
  if (first === 0) return path.length === 0 && firstRoot === sha256();
  const isPower = Number.isInteger(Math.log2(first));
  const [start, ...rest] = isPower ? [firstRoot, ...path] : path;
  if (start === undefined || path.length === 0) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start, start];
  for (const hash of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [nodeOf(hash, fr), nodeOf(hash, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else {
      sr = nodeOf(sr, hash);
    }
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr === firstRoot && sr === secondRoot;
}

function nodeOf(left: string, right: string): string {
  return sha256(NODE, Buffer.from(left, 'hex'), Buffer.from(right, 'hex'));
}

function sha256(...parts: readonly (string | Buffer)[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}

function isOdd(value: number): boolean {
  return value % 2 === 1;
}

function half(value: number): number {
  return Math.floor(value / 2);
}
