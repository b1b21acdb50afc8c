import { expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import { fakeClock } from './fakes/fakeClock.ts';
import { retryUntil } from './retryUntil.ts';

/** @returns when each attempt was made, and when it succeeded */
async function retried(succeedsAt: number, untilMs: number) {
  const clock = fakeClock();
  const madeMs: number[] = [];
  const settledMs = await retryUntil({
    attempt: async () => {
      madeMs.push(clock.nowMs());
      return madeMs.length === succeedsAt;
    },
    untilMs,
    clock,
    random: seededRandom(1),
  });
  return { madeMs, settledMs };
}

test('the pauses before the attempts grow, up to a bound', async () => {
  const { madeMs, settledMs } = await retried(8, 10_000);
  const pauses = madeMs.map((atMs, index) => atMs - (madeMs[index - 1] ?? 0));
  expect(pauses[0]).toBeLessThan(pauses[2]!);
  expect(pauses[2]).toBeLessThan(pauses[4]! * 2);
  expect(Math.max(...pauses)).toBeLessThanOrEqual(800);
  expect(settledMs).toBe(madeMs.at(-1));
});

test('nothing is attempted after the end', async () => {
  const { madeMs, settledMs } = await retried(Infinity, 2_000);
  expect(settledMs).toBeUndefined();
  expect(madeMs.length).toBeGreaterThan(2);
  expect(Math.max(...madeMs)).toBeLessThan(2_000);
});
