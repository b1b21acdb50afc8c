/** Which shard a key is on: the reference's ring, and the package hashring (ketama) with as many points. */
import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import HashRing from 'hashring';
import { createRing } from '../../../reference/marketplace/inventorySystem/shards/ring.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { fullestOverMean, shardsByHand } from './ringByHand.ts';
import type { RingOf } from './ringByHand.ts';

const KEYS = Array.from({ length: 100_000 }, (_, number) => `product-${number}`);
const SHARDS = Array.from({ length: 8 }, (_, number) => `shard-${number + 1}`);
const ONE_MORE = [...SHARDS, 'shard-9'];
const POINTS_PER_SHARD = 512;

type Route = (key: string) => string;

interface RingEngine {
  open(shardIds: readonly string[]): Route;
  readonly points: Omit<RingOf, 'shardIds'>;
}

/** The contract's: no shard has more than that share of the mean, and no more keys move to a ninth shard. */
const MAX_OVER_MEAN = 1.25;
const MAX_MOVED = 1 / ONE_MORE.length + 0.05;

const reference: RingEngine = {
  open(shardIds) {
    const ring = createRing(shardIds);
    return (key) => ring.shardOf(key);
  },
  points: {
    pointsOf: (shardId) => range(POINTS_PER_SHARD).map((point) => placeOf(`${shardId}/${point}`)),
    placeOf,
  },
};

function placeOf(text: string): number {
  return Number.parseInt(hash('sha256', text).slice(0, 8), 16);
}

/** Of one hash, as libketama does. */
const POINTS_A_HASH = 4;
const HASHES_PER_SHARD = POINTS_PER_SHARD / POINTS_A_HASH;

const ketama: RingEngine = {
  open(shardIds) {
    const ring = new HashRing([...shardIds], 'md5', { 'vnode count': HASHES_PER_SHARD });
    return (key) => ring.get(key);
  },
  points: {
    pointsOf: (shardId) =>
      range(HASHES_PER_SHARD).flatMap((number) =>
        range(POINTS_A_HASH).map((part) => md5(`${shardId}-${number}`).readUInt32LE(4 * part)),
      ),
    placeOf: (key) => md5(key).readUInt32LE(0),
  },
};

function md5(text: string): Buffer {
  return hash('md5', text, 'buffer');
}

function range(count: number): number[] {
  return Array.from({ length: count }, (_, number) => number);
}

function routing({ open, points }: RingEngine): MicroWork {
  const route = open(SHARDS);
  const expected = shardsByHand({ shardIds: SHARDS, ...points }, KEYS);
  const found: string[] = [];
  return {
    fn: () => routeAll(route, found),
    check(answer) {
      assert.ok(isSame(found, expected), 'keys are on other shards');
      assert.equal(answer, sumOf(expected), 'keys are on other shards');
      const over = fullestOverMean(SHARDS, found);
      assert.ok(over <= MAX_OVER_MEAN, `the fullest shard has ${over} times the mean`);
    },
  };
}

/** @returns the sum of the shards' last characters, each times its place */
function routeAll(route: Route, found: string[]): number {
  let sum = 0;
  for (let at = 0; at < KEYS.length; at++) {
    const shardId = route(KEYS[at]!);
    found[at] = shardId;
    sum += (at + 1) * lastCharacter(shardId);
  }
  return sum;
}

function sumOf(found: readonly string[]): number {
  return found.reduce((sum, shardId, at) => sum + (at + 1) * lastCharacter(shardId), 0);
}

function lastCharacter(shardId: string): number {
  return shardId.charCodeAt(shardId.length - 1);
}

function isSame(found: readonly string[], expected: readonly string[]): boolean {
  return found.every((shardId, at) => shardId === expected[at]);
}

/** A ring with a shard more is made, and all keys are asked of it. */
function growing({ open, points }: RingEngine): MicroWork {
  const before = shardsByHand({ shardIds: SHARDS, ...points }, KEYS);
  const after: string[] = [];
  return {
    fn: () => routeAll(open(ONE_MORE), after),
    check(answer) {
      assert.equal(answer, sumOf(after));
      const moved = after.filter((shardId, at) => shardId !== before[at]);
      const strays = moved.filter((shardId) => shardId !== ONE_MORE.at(-1));
      assert.equal(strays.length, 0, 'keys moved between the shards of before');
      const share = moved.length / KEYS.length;
      assert.ok(share > 0 && share <= MAX_MOVED, `${share} of the keys moved`);
    },
  };
}

export const shardTasks: MicroTask[] = [
  { name: 'shard of a key: reference', operations: KEYS.length, setup: () => routing(reference) },
  { name: 'shard of a key: hashring', operations: KEYS.length, setup: () => routing(ketama) },
  {
    name: 'a ring of a shard more, and its keys: reference',
    operations: KEYS.length,
    setup: () => growing(reference),
  },
  {
    name: 'a ring of a shard more, and its keys: hashring',
    operations: KEYS.length,
    setup: () => growing(ketama),
  },
];
