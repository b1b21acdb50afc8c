import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { leafHash, leafHashOfText, merkleTree } from './merkleTree.ts';

function sha256(...parts: (Buffer | string)[]): Buffer {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

const LEAF = Buffer.of(0);
const NODE = Buffer.of(1);

/** The leaves and the roots of the test tree of Certificate Transparency, RFC 6962's and 9162's. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => sha256(LEAF, Buffer.from(hex, 'hex')));

const ROOTS = [
  'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855',
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

function treeOf(leaves: readonly Buffer[]) {
  const tree = merkleTree();
  for (const leaf of leaves) tree.append(leaf);
  return tree;
}

test('the roots of the test tree are the known ones, at each size', () => {
  const tree = treeOf(LEAVES);
  const roots = ROOTS.map((_, size) => tree.root(size).toString('hex'));
  expect(roots).toEqual(ROOTS);
  expect(tree.root().toString('hex')).toBe(ROOTS[8]);
  expect(tree.size()).toBe(8);
});

test('the proofs of the example tree of RFC 9162, 2.1.5, are as written there', () => {
  const [a, b, c, d, e, f, j] = LEAVES as [Buffer, Buffer, Buffer, Buffer, Buffer, Buffer, Buffer];
  const node = (left: Buffer, right: Buffer) => sha256(NODE, left, right);
  const [g, h, i] = [node(a, b), node(c, d), node(e, f)];
  const k = node(g, h);
  const l = node(i, j);
  const tree = treeOf(LEAVES.slice(0, 7));
  expect(tree.inclusion(0, 7)).toEqual([b, h, l]);
  expect(tree.inclusion(3, 7)).toEqual([c, g, l]);
  expect(tree.inclusion(4, 7)).toEqual([f, j, k]);
  expect(tree.inclusion(6, 7)).toEqual([i, k]);
  expect(tree.consistency(3, 7)).toEqual([c, d, g, l]);
  expect(tree.consistency(4, 7)).toEqual([l]);
  expect(tree.consistency(6, 7)).toEqual([i, j, k]);
});

/** The definitions of RFC 9162, section 2.1, word for word. */
function split(count: number): number {
  let power = 1;
  while (2 * power < count) power *= 2;
  return power;
}

function mth(leaves: Buffer[]): Buffer {
  if (leaves.length === 0) return sha256('');
  if (leaves.length === 1) return leaves[0]!;
  const k = split(leaves.length);
  return sha256(NODE, mth(leaves.slice(0, k)), mth(leaves.slice(k)));
}

function path(m: number, leaves: Buffer[]): Buffer[] {
  if (leaves.length === 1) return [];
  const k = split(leaves.length);
  return m < k
    ? [...path(m, leaves.slice(0, k)), mth(leaves.slice(k))]
    : [...path(m - k, leaves.slice(k)), mth(leaves.slice(0, k))];
}

function subproof(m: number, leaves: Buffer[], isKnown: boolean): Buffer[] {
  if (m === leaves.length) return isKnown ? [] : [mth(leaves)];
  const k = split(leaves.length);
  return m <= k
    ? [...subproof(m, leaves.slice(0, k), isKnown), mth(leaves.slice(k))]
    : [...subproof(m - k, leaves.slice(k), false), mth(leaves.slice(0, k))];
}

test('every root and proof of trees up to 40 leaves is that of the definition', () => {
  const leaves = Array.from({ length: 40 }, (_, index) => leafHash({ index }));
  const tree = treeOf(leaves);
  for (let size = 1; size <= leaves.length; size++) {
    const those = leaves.slice(0, size);
    expect(tree.root(size)).toEqual(mth(those));
    for (let index = 0; index < size; index++) {
      expect(tree.inclusion(index, size)).toEqual(path(index, those));
      expect(tree.consistency(index + 1, size)).toEqual(subproof(index + 1, those, true));
    }
  }
});

test('large trees too, wherever one looks', () => {
  const leaves = Array.from({ length: 3000 }, (_, index) => leafHash({ index }));
  const tree = treeOf(leaves);
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 3000 }), fc.nat(), (size, number) => {
      const those = leaves.slice(0, size);
      const index = number % size;
      expect(tree.root(size)).toEqual(mth(those));
      expect(tree.inclusion(index, size)).toEqual(path(index, those));
      expect(tree.consistency(index + 1, size)).toEqual(subproof(index + 1, those, true));
    }),
    { numRuns: 20 },
  );
});

test('a hash that was given stays as it was while the tree grows', () => {
  const tree = treeOf(LEAVES);
  const root = tree.root(4);
  const before = Buffer.from(root);
  for (let index = 0; index < 100; index++) tree.append(leafHash({ index }));
  expect(root).toEqual(before);
  expect(tree.root(4)).toEqual(before);
});

test('of no leaf, and of equal sizes, the consistency proof is empty', () => {
  const tree = treeOf(LEAVES);
  expect(tree.consistency(5, 5)).toEqual([]);
  expect(tree.consistency(0, 5)).toEqual([]);
});

test('an index or a size that is not there is refused', () => {
  const tree = treeOf(LEAVES);
  expect(() => tree.root(9)).toThrow(RangeError);
  expect(() => tree.root(1.5)).toThrow(RangeError);
  expect(() => tree.inclusion(8, 8)).toThrow(RangeError);
  expect(() => tree.inclusion(0, 9)).toThrow(RangeError);
  expect(() => tree.inclusion(-1, 8)).toThrow(RangeError);
  expect(() => tree.inclusion(0, 0)).toThrow(RangeError);
  expect(() => tree.consistency(4, 3)).toThrow(RangeError);
  expect(() => tree.consistency(4, 9)).toThrow(RangeError);
});

test('a leaf is the hash of a zero byte and the canonical JSON', () => {
  const canonical = '{"a":[1,"é"],"b":0}';
  expect(leafHash({ b: -0, a: [1, 'é'] })).toEqual(sha256(LEAF, canonical));
  expect(leafHashOfText(canonical)).toEqual(sha256(LEAF, canonical));
});
