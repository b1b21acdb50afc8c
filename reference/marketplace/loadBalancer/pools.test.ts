import { beforeEach, expect, test } from 'vitest';
import { createPools } from './pools.ts';
import type { Pools } from './pools.ts';

/** A linear congruential generator; multiplier and increment are those of Numerical Recipes. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}

const poolId = 'web';
let now: number;
let pools: Pools;

beforeEach(() => {
  now = 1_000;
  pools = createPools({ nowMs: () => now, random: seededRandom(7) });
});

function pick(): { pickId: string; backendId: string } {
  const outcome = pools.pickBackend({ poolId });
  if (!('output' in outcome)) throw new Error(outcome.refused);
  return outcome.output;
}

function complete(pickId: string, ok: boolean): void {
  expect(pools.completePick({ poolId, pickId, ok })).toHaveProperty('output');
}

function states(): string[] {
  const outcome = pools.getPool({ poolId });
  if (!('output' in outcome)) throw new Error(outcome.refused);
  return outcome.output.backends.map(
    ({ backendId, state, inFlight }) => `${backendId} ${state} ${inFlight}`,
  );
}

function failOut(times: number): void {
  for (let failed = 0; failed < times; failed++) complete(pick().pickId, false);
}

const noBackend = { refused: 'NO_BACKEND', detail: 'no backend of web may be picked now' };

test('a new pool has closed backends with nothing in flight', () => {
  const backends = [
    { backendId: 'a', state: 'closed', inFlight: 0 },
    { backendId: 'b', state: 'closed', inFlight: 0 },
  ];
  const output = { poolId, backends };
  expect(pools.putPool({ poolId, backendIds: ['a', 'b'] })).toEqual({ output });
  expect(pools.getPool({ poolId })).toEqual({ output });
});

test('of two backends the one with fewer in flight is picked', () => {
  pools.putPool({ poolId, backendIds: ['a', 'b'] });
  const first = pick();
  const second = pick();
  expect(new Set([first.backendId, second.backendId])).toEqual(new Set(['a', 'b']));
  complete(first.pickId, true);
  expect(pick().backendId).toBe(first.backendId);
});

test('a backend is left after failureThreshold failures in a row, and a success in between begins anew', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 3 });
  failOut(2);
  complete(pick().pickId, true);
  failOut(2);
  expect(states()).toEqual(['a closed 0']);
  failOut(1);
  expect(states()).toEqual(['a open 0']);
  expect(pools.pickBackend({ poolId })).toEqual(noBackend);
});

test('three failures and ten seconds are the defaults', () => {
  pools.putPool({ poolId, backendIds: ['a'] });
  failOut(3);
  now += 9_999;
  expect(states()).toEqual(['a open 0']);
  now += 1;
  expect(states()).toEqual(['a half-open 0']);
});

test('a half-open backend is tried by one request, which brings it back', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 1, openMs: 500 });
  failOut(1);
  now += 499;
  expect(pools.pickBackend({ poolId })).toEqual(noBackend);
  now += 1;
  const probe = pick();
  expect(pools.pickBackend({ poolId })).toEqual(noBackend);
  expect(states()).toEqual(['a half-open 1']);
  complete(probe.pickId, true);
  expect(states()).toEqual(['a closed 0']);
});

test('a probe that fails keeps the backend out for another openMs, whatever failureThreshold is', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 3, openMs: 500 });
  failOut(3);
  now += 700;
  failOut(1);
  expect(states()).toEqual(['a open 0']);
  now += 499;
  expect(pools.pickBackend({ poolId })).toEqual(noBackend);
  now += 1;
  complete(pick().pickId, true);
  failOut(2);
  expect(states()).toEqual(['a closed 0']);
});

test('the probe is the next request, also where others are closed', () => {
  pools.putPool({ poolId, backendIds: ['a', 'b', 'c'], failureThreshold: 1, openMs: 500 });
  const { pickId, backendId } = pick();
  complete(pickId, false);
  for (let picked = 0; picked < 50; picked++) expect(pick().backendId).not.toBe(backendId);
  now += 500;
  expect(pick().backendId).toBe(backendId);
  for (let picked = 0; picked < 50; picked++) expect(pick().backendId).not.toBe(backendId);
});

test('what was picked before a backend failed out says nothing about it afterwards', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 1, openMs: 500 });
  const [early, late, latest] = [pick(), pick(), pick()];
  complete(early.pickId, false);
  now += 400;
  complete(late.pickId, false);
  now += 100;
  complete(latest.pickId, true);
  expect(states()).toEqual(['a half-open 0']);
  expect(pick().backendId).toBe('a');
});

test('what is set unhealthy is not picked until it is set healthy', () => {
  pools.putPool({ poolId, backendIds: ['a', 'b'], failureThreshold: 1 });
  pools.setBackendHealth({ poolId, backendId: 'a', healthy: false });
  expect(states()).toEqual(['a unhealthy 0', 'b closed 0']);
  for (let picked = 0; picked < 20; picked++) expect(pick().backendId).toBe('b');
  now += 3_600_000;
  pools.setBackendHealth({ poolId, backendId: 'b', healthy: false });
  expect(pools.pickBackend({ poolId })).toEqual(noBackend);
  pools.setBackendHealth({ poolId, backendId: 'a', healthy: true });
  expect(pick().backendId).toBe('a');
});

test('setting healthy what only failed out does not bring it back', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 1 });
  failOut(1);
  pools.setBackendHealth({ poolId, backendId: 'a', healthy: true });
  expect(states()).toEqual(['a open 0']);
});

test('a pick is completed once, and again it answers the same', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 2 });
  const { pickId } = pick();
  complete(pickId, false);
  expect(pools.completePick({ poolId, pickId, ok: false })).toEqual({
    output: { pickId, backendId: 'a' },
  });
  expect(states()).toEqual(['a closed 0']);
});

test('putPool begins everything anew', () => {
  pools.putPool({ poolId, backendIds: ['a'], failureThreshold: 1 });
  const { pickId } = pick();
  failOut(1);
  pools.putPool({ poolId, backendIds: ['a', 'b'] });
  expect(states()).toEqual(['a closed 0', 'b closed 0']);
  expect(pools.completePick({ poolId, pickId, ok: true })).toHaveProperty(
    'refused',
    'UNKNOWN_PICK',
  );
});

test('what is unknown is refused as such', () => {
  const unknownPool = { refused: 'UNKNOWN_POOL', detail: 'there is no pool web' };
  expect(pools.getPool({ poolId })).toEqual(unknownPool);
  expect(pools.pickBackend({ poolId })).toEqual(unknownPool);
  expect(pools.completePick({ poolId, pickId: 'p', ok: true })).toEqual(unknownPool);
  const health = { poolId, backendId: 'b', healthy: true };
  expect(pools.setBackendHealth(health)).toEqual(unknownPool);
  pools.putPool({ poolId, backendIds: ['a'] });
  expect(pools.setBackendHealth(health)).toHaveProperty('refused', 'UNKNOWN_BACKEND');
  expect(pools.completePick({ poolId, pickId: 'p', ok: true })).toHaveProperty(
    'refused',
    'UNKNOWN_PICK',
  );
});

/** Ten backends, one of them ten times slower, and a request a tick: what is in flight, and who got how many. */
function simulate(choose: () => { pickId: string; backendId: string }): {
  fullestOverMean: number;
  shareOfSlow: number;
} {
  const TICKS = 20_000;
  const dueAt = new Map<number, string[]>();
  let picksOfSlow = 0;
  let ratioSum = 0;
  for (let tick = 0; tick < TICKS; tick++) {
    for (const pickId of dueAt.get(tick) ?? []) complete(pickId, true);
    dueAt.delete(tick);
    const { pickId, backendId } = choose();
    const isSlow = backendId === 'b0';
    if (isSlow) picksOfSlow++;
    const end = tick + (isSlow ? 1_500 : 150);
    dueAt.set(end, [...(dueAt.get(end) ?? []), pickId]);
    const inFlight = states().map((state) => Number(state.split(' ')[2]));
    const mean = inFlight.reduce((sum, count) => sum + count, 0) / inFlight.length;
    if (tick > TICKS / 4) ratioSum += Math.max(...inFlight) / mean;
  }
  return { fullestOverMean: ratioSum / (TICKS * 0.75), shareOfSlow: picksOfSlow / TICKS };
}

test('with one of ten ten times slower, the fullest has at most 1.5 of the mean and the slow one a third of its share', () => {
  pools.putPool({ poolId, backendIds: Array.from({ length: 10 }, (_, index) => `b${index}`) });
  const { fullestOverMean, shareOfSlow } = simulate(pick);
  expect(fullestOverMean).toBeLessThanOrEqual(1.5);
  expect(shareOfSlow).toBeLessThanOrEqual(0.1 / 3);
});
