import { describe, expect, test } from 'vitest';
import { leafHash, leafOf, rootOf, rootsOf, verifyConsistency, verifyInclusion } from './merkle.ts';

/** The leaves of certificate-transparency's own tests, and the roots of their first 0 to 8. */
const LEAVES = [
  '',
  '00',
  '10',
  '2021',
  '3031',
  '40414243',
  '5051525354555657',
  '606162636465666768696a6b6c6d6e6f',
].map((hex) => leafOf(Buffer.from(hex, 'hex')));
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
/** Nodes of that tree, by the leaves below them. */
const [N1, N5] = [LEAVES[1], LEAVES[5]] as [string, string];
const N23 = '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e';
const N4 = 'bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b';
const N45 = '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a';
const N67 = 'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0';
const N4567 = '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4';
const ROOT = (size: number): string => ROOTS[size] as string;

/** MTH, PATH and PROOF as section 2.1 defines them: another way to the same hashes. */
const split = (n: number): number => 2 ** Math.ceil(Math.log2(n) - 1);
function path(index: number, leaves: readonly string[]): string[] {
  if (leaves.length <= 1) return [];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return index < k
    ? [...path(index, left), rootOf(right)]
    : [...path(index - k, right), rootOf(left)];
}
function proof(first: number, leaves: readonly string[], isWhole = true): string[] {
  if (first === leaves.length) return isWhole ? [] : [rootOf(leaves)];
  const k = split(leaves.length);
  const [left, right] = [leaves.slice(0, k), leaves.slice(k)];
  return first <= k
    ? [...proof(first, left, isWhole), rootOf(right)]
    : [...proof(first - k, right, false), rootOf(left)];
}

const MANY = Array.from({ length: 40 }, (_, index) => leafOf(`leaf ${index}`));

describe('a root', () => {
  test('is that of the published tree, at every size', () => {
    const sizes = ROOTS.map((_, size) => size);
    expect(rootsOf(LEAVES, sizes)).toEqual(ROOTS);
    expect(sizes.map((size) => rootOf(LEAVES.slice(0, size)))).toEqual(ROOTS);
    expect(rootsOf(LEAVES, [8, 3, 8])).toEqual([ROOT(8), ROOT(3), ROOT(8)]);
    expect(() => rootsOf(LEAVES, [9])).toThrow('8 leaves have no tree of size 9.');
  });

  test('shows every entry that is changed, missing, added or moved', () => {
    const root = rootOf(MANY);
    const x = leafOf('x');
    for (let at = 0; at < MANY.length; at += 1) {
      expect(rootOf(MANY.with(at, x))).not.toBe(root);
      expect(rootOf(MANY.toSpliced(at, 1))).not.toBe(root);
      expect(rootOf(MANY.toSpliced(at, 0, x))).not.toBe(root);
      expect(rootOf(MANY.toSpliced(at, 0, MANY[at] as string))).not.toBe(root);
      for (let to = 0; to < MANY.length; to += 1) {
        const moved = MANY.toSpliced(at, 1).toSpliced(to, 0, MANY[at] as string);
        if (to !== at) expect(rootOf(moved)).not.toBe(root);
      }
    }
  });
});

test('the leaf of an event is that of its RFC 8785 form', () => {
  const text = '{"a":[1,{"x":"€","y":null}],"b":1e-7}';
  expect(leafHash({ b: 1e-7, a: [1, { y: null, x: '€' }] })).toBe(leafOf(text));
  expect(leafHash({ a: 1 })).not.toBe(leafHash({ a: 2 }));
});

describe('an inclusion proof', () => {
  test.each([
    [0, 1, []],
    [0, 8, [N1, N23, N4567]],
    [5, 8, [N4, N67, ROOT(4)]],
    [2, 3, [ROOT(2)]],
    [1, 5, [ROOT(1), N23, N4]],
  ])('of the published tree verifies: %d of %d', (index, size, published) => {
    const leaf = LEAVES[index] as string;
    expect(path(index, LEAVES.slice(0, size))).toEqual(published);
    const inclusion = { index, size, leaf, path: published, root: ROOT(size) };
    expect(verifyInclusion(inclusion)).toBe(true);
  });

  test('verifies for every leaf of every size, and for no other place, path, leaf or root', () => {
    for (let size = 1; size <= MANY.length; size += 1) {
      const leaves = MANY.slice(0, size);
      const root = rootOf(leaves);
      for (const [index, leaf] of leaves.entries()) {
        const right = { index, size, leaf, path: path(index, leaves), root };
        expect(verifyInclusion(right)).toBe(true);
        const wrong = [
          { leaf: N5 },
          { root: ROOT(8) },
          { index: index + 1 },
          { index: size },
          { index: index === 0 ? size : index - 1 },
          { path: [...right.path, N5] },
          { path: [N5, ...right.path] },
          ...right.path.map((_, at) => ({ path: right.path.toSpliced(at, 1) })),
          ...right.path.map((_, at) => ({ path: right.path.with(at, N5) })),
        ];
        for (const more of wrong) expect(verifyInclusion({ ...right, ...more })).toBe(false);
      }
    }
  });
});

describe('a consistency proof', () => {
  test.each([
    [1, 1, []],
    [1, 8, [N1, N23, N4567]],
    [6, 8, [N45, N67, ROOT(4)]],
    [2, 5, [N23, N4]],
  ])('of the published tree verifies: %d to %d', (first, second, published) => {
    expect(proof(first, LEAVES.slice(0, second))).toEqual(published);
    const roots = { firstRoot: ROOT(first), secondRoot: ROOT(second) };
    expect(verifyConsistency({ first, second, ...roots, path: published })).toBe(true);
  });

  test('verifies between any two sizes, and for no other sizes, path or roots', () => {
    for (let second = 1; second <= MANY.length; second += 1) {
      const leaves = MANY.slice(0, second);
      const secondRoot = rootOf(leaves);
      for (let first = 1; first <= second; first += 1) {
        const firstRoot = rootOf(leaves.slice(0, first));
        const right = { first, second, firstRoot, secondRoot, path: proof(first, leaves) };
        expect(verifyConsistency(right)).toBe(true);
        const wrong = [
          { firstRoot: ROOT(8) },
          { secondRoot: ROOT(8) },
          { path: [...right.path, N5] },
          { path: [N5, ...right.path] },
          { first: second + 1 },
          ...right.path.map((_, at) => ({ path: right.path.toSpliced(at, 1) })),
          ...right.path.map((_, at) => ({ path: right.path.with(at, N5) })),
        ];
        for (const more of wrong) expect(verifyConsistency({ ...right, ...more })).toBe(false);
      }
    }
  });

  test('from the empty tree is empty', () => {
    const from = { first: 0, second: 8, firstRoot: ROOT(0), secondRoot: ROOT(8), path: [] };
    expect(verifyConsistency(from)).toBe(true);
    expect(verifyConsistency({ ...from, firstRoot: ROOT(1) })).toBe(false);
    expect(verifyConsistency({ ...from, path: [N5] })).toBe(false);
  });
});
