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

const byHand = new Map<RingEngine, readonly string[]>();

/** @returns of each key its shard of the eight; reckoned once, as it takes longer than the work */
function expectedOf(engine: RingEngine): readonly string[] {
  const known = byHand.get(engine) ?? shardsByHand({ shardIds: SHARDS, ...engine.points }, KEYS);
  byHand.set(engine, known);
  return known;
}

const KEYS_A_CALL = 2_000;

function routing(engine: RingEngine): MicroWork {
  const route = engine.open(SHARDS);
  const expected = expectedOf(engine);
  let first = -KEYS_A_CALL;
  return {
    // In turn: a key comes again after all others.
    prepare() {
      first = (first + KEYS_A_CALL) % KEYS.length;
    },
    fn: () => routeSome(route, first, KEYS_A_CALL),
    check(answer) {
      assert.equal(answer, sumOf(expected, first, KEYS_A_CALL), 'keys are on other shards');
      const found = KEYS.map(route);
      const strays = found.filter((shardId, at) => shardId !== expected[at]);
      assert.equal(strays.length, 0, 'keys are on other shards');
      const over = fullestOverMean(SHARDS, found);
      assert.ok(over <= MAX_OVER_MEAN, `the fullest shard has ${over} times the mean`);
    },
  };
}

/** @returns the sum of the shards' last characters, each times its place */
function routeSome(route: Route, first: number, count: number): number {
  let sum = 0;
  for (let at = first; at < first + count; at++) sum += (at + 1) * lastCharacter(route(KEYS[at]!));
  return sum;
}

function sumOf(found: readonly string[], first: number, count: number): number {
  const some = found.slice(first, first + count);
  return some.reduce((sum, shardId, at) => sum + (first + at + 1) * lastCharacter(shardId), 0);
}

function lastCharacter(shardId: string): number {
  return shardId.charCodeAt(shardId.length - 1);
}

/** Enough to see that the ring is there. */
const KEYS_A_RING = 100;

/** A ring with a shard more is made; where all keys are then is looked at by the check. */
function growing(engine: RingEngine): MicroWork {
  const before = expectedOf(engine);
  let route: Route = () => '';
  return {
    fn() {
      route = engine.open(ONE_MORE);
      return routeSome(route, 0, KEYS_A_RING);
    },
    check(answer) {
      assert.equal(answer, sumOf(KEYS.slice(0, KEYS_A_RING).map(route), 0, KEYS_A_RING));
      const after = KEYS.map(route);
      const moved = after.filter((shardId, at) => shardId !== before[at]);
      const strays = moved.filter((shardId) => shardId !== ONE_MORE.at(-1));
      assert.equal(strays.length, 0, 'keys moved between the shards of before');
      const share = moved.length / KEYS.length;
      assert.ok(share > 0 && share <= MAX_MOVED, `${share} of the keys moved`);
    },
  };
}

const engines = { reference, hashring: ketama };

export const shardTasks = Object.entries(engines).flatMap(([name, engine]): MicroTask[] => [
  {
    name: `shard of a key: ${name}`,
    operations: KEYS_A_CALL,
    setup: () => routing(engine),
  },
  {
    name: `ring of nine shards, made: ${name}`,
    operations: 1,
    setup: () => growing(engine),
  },
]);
