/** The audit log: an entry's leaf, the tree that grows, and the proof that an entry is in it. */
import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import { leafHash, merkleTree } from '../../../reference/records/auditLogger/merkleTree.ts';
import type { MerkleTree } from '../../../reference/records/auditLogger/merkleTree.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { entryOf } from './logEntries.ts';
import { leafOf, rootByHand, rootOfProof } from './treeByHand.ts';

const LEAVES_A_CALL = 1_000;

function leafHashing(): MicroWork {
  const entries = Array.from({ length: LEAVES_A_CALL }, (_, at) => entryOf(at));
  const expected = entries.map((entry) => leafOf(canonicalize(entry) ?? ''));
  let leaves: Buffer[] = [];
  return {
    fn() {
      leaves = entries.map((entry) => leafHash(entry));
      return sumOfFirstBytes(leaves);
    },
    check(answer) {
      const wrong = leaves.findIndex((leaf, at) => !leaf.equals(expected[at]!));
      assert.equal(wrong, -1, `entry ${wrong} has not the leaf hash of the contract`);
      assert.equal(answer, sumOfFirstBytes(expected));
    },
  };
}

function sumOfFirstBytes(hashes: readonly Buffer[]): number {
  return hashes.reduce((sum, hash) => sum + hash[0]!, 0);
}

/** No power of two, so that the right edge has subtrees of several sizes. */
const LEAVES_BEFORE = 100_003;
const allLeaves = Array.from({ length: LEAVES_BEFORE + LEAVES_A_CALL }, (_, at) =>
  leafOf(`entry ${at}`),
);
const leavesBefore = allLeaves.slice(0, LEAVES_BEFORE);
const leavesAdded = allLeaves.slice(LEAVES_BEFORE);

/** In the tree that is appended to, which is made anew before each call. */
const LEAVES_OF_APPENDED = 1_003;

function appending(): MicroWork {
  const before = leavesBefore.slice(0, LEAVES_OF_APPENDED);
  const all = [...before, ...leavesAdded];
  const root = rootByHand(all);
  let tree = merkleTree();
  return {
    prepare() {
      tree = merkleTree();
      for (const leaf of before) tree.append(leaf);
    },
    fn() {
      for (const leaf of leavesAdded) tree.append(leaf);
      return tree.root()[0]! + 256 * tree.size();
    },
    check(answer) {
      assert.deepEqual(tree.root(), root, 'not the root of RFC 9162');
      assert.equal(answer, root[0]! + 256 * all.length);
    },
  };
}

const PROOFS_A_CALL = 1_000;

function proving(): MicroWork {
  const tree: MerkleTree = merkleTree();
  for (const leaf of leavesBefore) tree.append(leaf);
  const root = rootByHand(leavesBefore);
  // The last ones too, whose paths are short.
  const indexes = Array.from(
    { length: PROOFS_A_CALL },
    (_, at) => LEAVES_BEFORE - 1 - Math.floor((at * LEAVES_BEFORE) / PROOFS_A_CALL),
  );
  let proofs: Buffer[][] = [];
  return {
    fn() {
      proofs = indexes.map((index) => tree.inclusion(index, LEAVES_BEFORE));
      return proofs.reduce((sum, proof) => sum + proof.length + proof.at(-1)![0]!, 0);
    },
    check(answer) {
      indexes.forEach((index, at) => {
        const proved = rootOfProof(leavesBefore[index]!, index, LEAVES_BEFORE, proofs[at]!);
        assert.deepEqual(proved, root, `the proof of ${index} does not lead to the root`);
      });
      assert.equal(
        answer,
        proofs.reduce((sum, proof) => sum + proof.length + proof.at(-1)![0]!, 0),
      );
    },
  };
}

export const logTasks: MicroTask[] = [
  { name: 'log: leaf hash of an entry', operations: LEAVES_A_CALL, setup: leafHashing },
  { name: 'log: append to the tree', operations: LEAVES_A_CALL, setup: appending },
  {
    name: 'log: inclusion proof, of 100 000 entries',
    operations: PROOFS_A_CALL,
    setup: proving,
  },
];
