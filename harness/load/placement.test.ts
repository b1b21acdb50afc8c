import { execFileSync, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { describe, expect, test } from 'vitest';
import { keepAwake } from './awakeCores.ts';
import { placeGenerator } from './placement.ts';
import { processTicks } from './usage/processGroup.ts';

const canPin = ((): boolean => {
  try {
    execFileSync('taskset', ['-pc', String(process.pid)], { stdio: 'ignore' });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
})();

const affinity = (pid: number): string =>
  execFileSync('taskset', ['-pc', String(pid)])
    .toString('utf8')
    .split(':')
    .at(-1)!
    .trim();

test('a generator without thread ids shares the cores', async () => {
  const placement = await placeGenerator([]);
  expect(placement.text).toBe('shared');
  expect(placement.pids).toEqual([]);
});

// Needs two cores, and taskset of util-linux.
describe.runIf(canPin)('on a machine that can pin', () => {
  test('the generator has a core, and the implementation the others', async () => {
    const generator = spawn('sleep', ['20'], { stdio: 'ignore' });
    const implementation = spawn('sleep', ['20'], { stdio: 'ignore', detached: true });
    const placement = await placeGenerator([generator.pid!]);
    try {
      placement.place(implementation.pid);
      const [others, own] = /^pinned ([\d,]+)\|(\d+)/.exec(placement.text)!.slice(1);
      expect(affinity(generator.pid!)).toBe(own);
      expect(affinity(implementation.pid!).split(/[,-]/)[0]).toBe(others!.split(',')[0]);
      expect(others!.split(',')).not.toContain(own);
    } finally {
      placement.end();
      generator.kill('SIGKILL');
      implementation.kill('SIGKILL');
    }
  });

  test('cores are kept awake by loops that end when they are told to', async () => {
    const awake = await keepAwake([0]);
    const [pid] = awake.pids;
    expect(awake.pids).toHaveLength(1);
    const before = processTicks(pid!)!;
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(processTicks(pid!)!).toBeGreaterThan(before);
    awake.stop();
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(processTicks(pid!)).toBeUndefined();
  });

  test('on many cores none is kept awake: the power would be missed elsewhere', async () => {
    expect((await keepAwake([0, 1, 2, 3, 4])).pids).toEqual([]);
  });
});
