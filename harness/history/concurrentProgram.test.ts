import fc from 'fast-check';
import { expect, test } from 'vitest';
import { seededRandom } from '../load/seededRandom.ts';
import { concurrentPrograms, firstFailure, runProgram } from './concurrentProgram.ts';
import type { ConcurrentProgram } from './concurrentProgram.ts';
import { historyInMemory } from './historyFile.ts';
import { historyRecorder } from './historyRecorder.ts';
import type { CallFunction } from './historyRecorder.ts';
import { checkLinearizability } from './linearizability.ts';
import type { Model } from './model.ts';
import { UNKNOWN } from './model.ts';
import { virtualTime } from './testing/virtualTime.ts';
import type { VirtualTime } from './testing/virtualTime.ts';

const counterModel: Model<number> = {
  init: () => 0,
  step(state, { operation }, output) {
    const next = operation === 'add' ? state + 1 : state;
    if (output === UNKNOWN || (output as { count: number }).count === next)
      return { ok: true, next };
    return { ok: false, why: `answered ${JSON.stringify(output)}, but the count is ${next}` };
  },
  isRead: ({ operation }) => operation === 'get',
};

type Counter = (time: VirtualTime) => CallFunction;

const soundCounter: Counter = (time) => {
  let count = 0;
  return async (operation) => {
    await time.sleepBetween(0, 3);
    if (operation === 'add') count++;
    const output = { count };
    await time.sleepBetween(0, 3);
    return { kind: 'ok', output };
  };
};

/** Loses an update when two clients add at once, in some of the runs. */
const racyCounter: Counter = (time) => {
  let count = 0;
  return async (operation) => {
    await time.sleepBetween(0, 3);
    const before = count;
    await time.sleepBetween(0, 1);
    if (operation === 'add') count = before + 1;
    return { kind: 'ok', output: { count: operation === 'add' ? before + 1 : before } };
  };
};

async function judge(
  program: ConcurrentProgram,
  counter: Counter,
  seed: number,
): Promise<string | undefined> {
  const time = virtualTime(seededRandom(seed));
  const sink = historyInMemory();
  const recorder = historyRecorder({ sink, rules: { definite: () => false } });
  const call = counter(time);
  const finished = runProgram(program, () => recorder.client(call));
  await time.run();
  await finished;
  const { verdict } = checkLinearizability(counterModel, sink.history().operations);
  return verdict === 'illegal' ? 'not linearizable' : undefined;
}

const programs = concurrentPrograms(
  fc.constantFrom({ operation: 'add', input: {} }, { operation: 'get', input: {} }),
);

function failing(
  counter: Counter,
  repetitions?: number,
): Promise<fc.RunDetails<[ConcurrentProgram]>> {
  const property = fc.asyncProperty(programs, async (program) => {
    const attempt = (seed: number): Promise<string | undefined> => judge(program, counter, seed);
    expect(await firstFailure(attempt, repetitions)).toBeUndefined();
  });
  return fc.check(property, { seed: 5, numRuns: 40 }) as Promise<
    fc.RunDetails<[ConcurrentProgram]>
  >;
}

test('a counter that loses updates is found and shrunk to two concurrent additions', async () => {
  const { failed, counterexample } = await failing(racyCounter);
  expect(failed).toBe(true);
  const add = { operation: 'add', input: {} };
  expect(counterexample).toEqual([{ prefix: [], branches: [[add], [add]] }]);
});

test('a sound counter is not accused', async () => {
  expect(await failing(soundCounter)).toMatchObject({ failed: false, numRuns: 40 });
});

test('a program fails when one of its repetitions does, and no more are run', async () => {
  const tried: number[] = [];
  const failure = await firstFailure(async (repetition) => {
    tried.push(repetition);
    return repetition === 2 ? 'broken' : undefined;
  }, 5);
  expect(failure).toEqual({ repetition: 2, why: 'broken' });
  expect(tried).toEqual([0, 1, 2]);
  expect(await firstFailure(async () => undefined, 5)).toBeUndefined();
});

test('the prefix is over before a branch begins, and branches run at the same time', async () => {
  const time = virtualTime(seededRandom(1));
  const order: string[] = [];
  const finished = runProgram(
    {
      prefix: [{ operation: 'p', input: {} }],
      branches: [[{ operation: 'a', input: {} }], [{ operation: 'b', input: {} }]],
    },
    (lane) => ({
      async call(operation) {
        order.push(`${lane} ${operation}`);
        await time.sleep(5);
        order.push(`${operation} done`);
      },
    }),
  );
  await time.run();
  await finished;
  expect(order).toEqual(['0 p', 'p done', '1 a', '2 b', 'a done', 'b done']);
});
