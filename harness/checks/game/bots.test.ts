import { describe, expect, test } from 'vitest';
import { seededRandom } from '../../load/seededRandom.ts';
import {
  heldTrigger,
  honestShooter,
  jittered,
  labelledTrace,
  periodicBot,
  reactingBot,
} from './bots.ts';
import type { Bot } from './bots.ts';
import { lossyNetwork } from './lossyNetwork.ts';
import { DEFAULT_RULES } from './rules/defaults.ts';
import { isFastReacting, isHeadshotOutlier, isPeriodic } from './rules/flags.ts';
import { lengthOf } from './rules/moves.ts';
import { hotspot, randomWaypoint } from './walks.ts';

const map = { widthMm: 50_000, heightMm: 50_000, items: [] };
const still = () => ({ dx: 0, dy: 0 });

/** The seqs in which it fires at a target that never dies. */
function shots(shooter: Bot, ticks: number): number[] {
  const targets = [{ id: 'bob', x: 1_000, y: 0, since: 1 }];
  return Array.from({ length: ticks }, (_, tick) =>
    shooter({ tick: tick + 1, self: { x: 0, y: 0 }, targets }),
  ).flatMap(({ seq, fire }) => (fire ? [seq] : []));
}

test.each([
  randomWaypoint(seededRandom(1), map, 200),
  hotspot(seededRandom(1), { x: 9_000, y: 9_000 }, 200),
])('a walk has legal steps only, and moves', (walk) => {
  let place = { x: 25_000, y: 25_000 };
  for (let tick = 0; tick < 500; tick += 1) {
    const step = walk(place);
    expect(Number.isInteger(step.dx) && Number.isInteger(step.dy)).toBe(true);
    expect(lengthOf(step, DEFAULT_RULES)).toBe('legal');
    place = { x: place.x + step.dx, y: place.y + step.dy };
  }
  expect(place).not.toEqual({ x: 25_000, y: 25_000 });
});

test('only the periodic bot is periodic', () => {
  const flagged = (seqs: readonly number[]): boolean => isPeriodic(seqs, DEFAULT_RULES);
  expect(flagged(shots(periodicBot(1, still, 7), 300))).toBe(true);
  expect(flagged(shots(heldTrigger(1, still, 3), 300))).toBe(false);
  const honest = shots(honestShooter(1, still, 3), 600);
  expect(honest.length).toBeGreaterThan(50);
  const intervals = honest.slice(1).map((seq, at) => seq - honest[at]!);
  expect(intervals.every((interval, at) => interval !== intervals[at + 1])).toBe(true);
});

test('a reacting bot shoots at each life once, so late as it was told', () => {
  const shooter = reactingBot(still, 3, () => 2);
  const at = (tick: number, since: number) =>
    shooter({ tick, self: { x: 0, y: 0 }, targets: [{ id: 'bob', x: 0, y: 0, since }] }).fire;
  expect(at(10, 10)).toBeUndefined();
  expect(at(11, 10)).toBeUndefined();
  expect(at(12, 10)).toMatchObject({ viewTick: 12 });
  expect(at(13, 10)).toBeUndefined();
  for (const tick of [20, 21]) expect(at(tick, 20)).toBeUndefined();
  expect(at(22, 20)).toBeDefined();
});

test('fast reactions are those of eight in the last ten', () => {
  const eightOfTen = [9, 9, ...Array.from({ length: 8 }, () => 2)];
  expect(isFastReacting(eightOfTen, DEFAULT_RULES)).toBe(true);
  expect(isFastReacting([...eightOfTen, 9, 9, 9], DEFAULT_RULES)).toBe(false);
  expect(isFastReacting(eightOfTen.slice(1), DEFAULT_RULES)).toBe(false);
});

test('labelled traces have the shares of their label, and the formula tells them apart', () => {
  const isFlagged = (heads: readonly boolean[]): boolean =>
    heads.some((_, at) => {
      const seen = heads.slice(0, at + 1);
      return isHeadshotOutlier(seen.length, seen.filter(Boolean).length, DEFAULT_RULES);
    });
  const flagged = (label: 'honest' | 'cheat'): number =>
    Array.from({ length: 300 }, (_, seed) => labelledTrace(seed, label)).filter(({ heads }) =>
      isFlagged(heads),
    ).length;
  expect(flagged('honest')).toBeLessThanOrEqual(3);
  expect(flagged('cheat')).toBeGreaterThan(290);
});

describe('jitter', () => {
  const made = Array.from({ length: 400 }, (_, tick) => tick);
  const ticks = jittered(3, made, { maxDelay: 8, lost: 0.05, resent: 0.1 });

  test('delays each by at most maxDelay at first, in bunches', () => {
    const first = made.flatMap((command) => {
      const at = ticks.findIndex((came) => came.includes(command));
      return at < 0 ? [] : [at - command];
    });
    expect(Math.min(...first)).toBe(0);
    expect(Math.max(...first)).toBeLessThanOrEqual(8);
    expect(first.length).toBeGreaterThan(350);
    expect(first.length).toBeLessThan(400);
    expect(ticks.filter((came) => came.length > 1).length).toBeGreaterThan(20);
  });

  test('is the same by the same seed', () => {
    expect(jittered(3, made, { maxDelay: 8, lost: 0.05, resent: 0.1 })).toEqual(ticks);
  });
});

test('a lossy network loses, doubles and lets overtake about the shares that it was told', () => {
  const network = lossyNetwork(5, { snapshots: 0.3, acks: 0.3, doubled: 0.2, overtaken: 0.2 });
  const sent = Array.from({ length: 1_000 }, (_, tick) => {
    network.losesSnapshot(tick);
    return network.acks(tick);
  }).flat();
  expect(network.lostSnapshots).toBeGreaterThan(230);
  expect(network.lostSnapshots).toBeLessThan(370);
  expect(network.lostAcks).toBeGreaterThan(230);
  expect(new Set(sent).size).toBeGreaterThan(600);
  expect(sent.length).toBeGreaterThan(new Set(sent).size);
  expect(sent.some((tick, at) => tick < (sent[at - 1] ?? 0))).toBe(true);
});
