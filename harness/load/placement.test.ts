import { execFileSync, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import { keepAwake } from './awakeCores.ts';
import type { Pacing } from './openLoop.ts';
import { placeGenerator } from './placement.ts';
import { groupProcesses } from './usage/processGroup.ts';

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
  expect(placement.processGroups).toEqual([]);
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
    const [group] = awake.processGroups;
    expect(awake.processGroups).toHaveLength(1);
    const ticks = (): number =>
      groupProcesses(group!)!.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
    const before = ticks();
    // Of the lowest class: it runs only while nothing else wants the core.
    await vi.waitFor(() => expect(ticks()).toBeGreaterThan(before), { timeout: 30_000 });
    awake.stop();
    await sleep(100);
    // What was killed may be listed until somebody has waited for it, but it runs no longer.
    const after = ticks();
    await sleep(200);
    expect(ticks()).toBe(after);
  });

  test('the core of a generator that naps is kept awake too', async () => {
    const generator = spawn('sleep', ['20'], { stdio: 'ignore' });
    const loopsOf = async (pacing: Pacing): Promise<number> => {
      const placement = await placeGenerator([generator.pid!], pacing);
      placement.end();
      return placement.processGroups.length;
    };
    try {
      const cores = availableParallelism();
      const mostKeptAwake = 4;
      expect(await loopsOf('nap')).toBe(cores > mostKeptAwake ? 0 : cores);
      expect(await loopsOf('spin')).toBe(cores - 1 > mostKeptAwake ? 0 : cores - 1);
    } finally {
      generator.kill('SIGKILL');
    }
  });

  test('on many cores none is kept awake: the power would be missed elsewhere', async () => {
    expect((await keepAwake([0, 1, 2, 3, 4])).processGroups).toEqual([]);
  });
});
