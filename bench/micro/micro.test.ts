import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { discoverTasks } from './discoverTasks.ts';
import { measureTask } from './measureTask.ts';
import { microCsv, microTable } from './microReport.ts';
import { callChecked } from './microTask.ts';
import type { MicroTask, MicroWork } from './microTask.ts';

const real = (await discoverTasks()).flatMap(({ name, tasks }) =>
  tasks.map((task): [string, MicroTask] => [`${name}: ${task.name}`, task]),
);

let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'casemark-micro-'));
  const put = (name: string, file: string, text: string): void => {
    mkdirSync(join(dir, name), { recursive: true });
    writeFileSync(join(dir, name, file), text);
  };
  put('sums', 'micro.ts', 'export const tasks = [{ name: "sum", operations: 1, setup() {} }];');
  put('empty', 'other.ts', 'export const tasks = [];');
  put('broken', 'micro.ts', 'export const task = 1;');
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

/** Figures that nobody compares need no long measurement. */
const BRIEF = { measuredMs: 60, warmupMs: 10 };

/** A thousand additions. */
function sum<Answer extends number | Promise<number>>(
  answerOf: (sum: number) => Answer,
  calls = { prepared: 0, ended: 0 },
): MicroTask {
  return {
    name: 'sum',
    operations: 1_000,
    setup: () => ({
      prepare: () => void calls.prepared++,
      fn() {
        let total = 0;
        for (let number = 1; number <= 1_000; number++) total += number;
        return answerOf(total);
      },
      check: (answer) => expect(answer).toBe(500_500),
      teardown: () => void calls.ended++,
    }),
  };
}

describe('micro-benchmarks', () => {
  test('are found in every folder of bench/ that has a micro.ts', async () => {
    const [found] = await discoverTasks('sums', dir);
    expect(found!.tasks.map(({ name }) => name)).toEqual(['sum']);
    await expect(discoverTasks('empty', dir)).rejects.toThrow('there are broken, sums');
    await expect(discoverTasks(undefined, dir)).rejects.toThrow('bench/broken/micro.ts exports no');
  });

  test('have names that are told apart', () => {
    expect(real.length).toBeGreaterThan(10);
    expect(new Set(real.map(([name]) => name)).size).toBe(real.length);
  });

  test('are told per operation, with every figure', async () => {
    const calls = { prepared: 0, ended: 0 };
    const result = await measureTask(
      sum((total) => total, calls),
      BRIEF,
    );
    expect(result.opsPerS).toBeGreaterThan(1e6);
    expect(result.opsPerS * result.meanNs).toBeCloseTo(1e9, -3);
    expect(result.p99Ns).toBeGreaterThanOrEqual(result.p50Ns);
    expect(calls.prepared).toBeGreaterThan(result.calls);
    expect(calls.ended).toBe(1);
    const groups = [{ group: 'sums', results: [result] }];
    expect(microTable(groups[0]!)).toContain('sum');
    const [header, row] = microCsv(groups, '2026-01-01T00:00:00Z').split('\n');
    expect(header!.split(',')).toHaveLength(row!.split(',').length);
    expect(row).toMatch(/^sums,sum,\d+,/);
  });

  test('are not timed when their answer is wrong, nor told when it became wrong', async () => {
    let made = 0;
    const becomesWrong = sum((total) => (made++ < 100 ? total : 0));
    await expect(
      measureTask(
        sum((total) => total + 1),
        BRIEF,
      ),
    ).rejects.toThrow(/^sum: /);
    await expect(measureTask(becomesWrong, BRIEF)).rejects.toThrow(/^sum: /);
    expect(made).toBeGreaterThan(100);
  });

  test('are timed until they have answered, and held to that answer', async () => {
    const answered = (total: number): Promise<number> => setTimeout(2, total);
    const { meanNs, calls } = await measureTask(sum(answered), BRIEF);
    expect(meanNs).toBeGreaterThan(1_900);
    expect(calls).toBeGreaterThan(10);
    await expect(
      measureTask(
        sum((total) => answered(total + 1)),
        BRIEF,
      ),
    ).rejects.toThrow(/^sum: /);
  });
});

/** One set-up serves all: some take longer than the work. */
test.each(real)(
  '%s does what it says, and its check fails when the work is not done, or its answer is another',
  async (_, task) => {
    const work = task.setup();
    const check = (change: (fn: MicroWork['fn']) => number | Promise<number>): Promise<boolean> =>
      callChecked(task.name, { ...work, fn: () => change(work.fn) });
    try {
      await check((fn) => fn());
      await check((fn) => fn());
      await expect(check(() => 0)).rejects.toThrow(task.name);
      await expect(check(async (fn) => (await fn()) + 1)).rejects.toThrow(task.name);
    } finally {
      work.teardown?.();
    }
  },
);
