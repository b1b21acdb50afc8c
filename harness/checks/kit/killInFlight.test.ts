import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { Answer, Target } from '../../target/target.ts';
import { afterAnswers, killInFlight } from './killInFlight.ts';

const ok: Answer = { kind: 'ok', output: {} };
const cut: Answer = { kind: 'indeterminate', reason: 'killed' };

/** Answers the first `quick` requests, and lets the others go when it is killed. */
function killable(quick: number) {
  const killed = Promise.withResolvers<Answer>();
  const events: string[] = [];
  const target = {
    canRestart: true,
    async kill() {
      events.push('kill');
      killed.resolve(cut);
    },
    async restart() {
      events.push('restart');
    },
  } as Partial<Target> as Target;
  const sends = Array.from({ length: 5 }, (_, index) => async () => {
    if (index >= quick) return killed.promise;
    await sleep(index);
    return ok;
  });
  return { target, events, sends };
}

test('what is in flight at the kill is counted, and everything sent has its answer', async () => {
  const { target, events, sends } = killable(3);
  const { answers, inFlight } = await killInFlight(target, sends, afterAnswers(3));
  expect(events).toEqual(['kill', 'restart']);
  expect(answers).toEqual([ok, ok, ok, cut, cut]);
  expect(inFlight).toBe(2);
});

test('the kill comes when its moment says so, however much is answered', async () => {
  const { target, sends } = killable(1);
  const { inFlight } = await killInFlight(target, sends, async (answered) => {
    expect(answered()).toBe(0);
  });
  expect(inFlight).toBe(5);
});
