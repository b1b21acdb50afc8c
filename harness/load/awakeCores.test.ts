import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { keepAwake } from './awakeCores.ts';

const CORE = 0;
const BUSY = `const from = performance.now(), cpu = process.cpuUsage();
while (performance.now() - from < 500);
const { user, system } = process.cpuUsage(cpu);
console.log((user + system) / 1000 / 500);`;

/** Of the core, that a busy program in a session of its own gets. */
async function shareOfCore(): Promise<number> {
  const child = spawn('taskset', ['-c', String(CORE), process.execPath, '-e', BUSY], {
    detached: true,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const [text] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(text);
}

async function pausesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return Number(/^voluntary_ctxt_switches:\s+(\d+)$/m.exec(status)![1]);
}

describe.skipIf(process.platform !== 'linux')('a core that is kept awake', () => {
  test('is left to a program of another session, nearly whole', async () => {
    const alone = await shareOfCore();
    const awake = await keepAwake([CORE]);
    try {
      expect((await shareOfCore()) / alone).toBeGreaterThan(0.75);
    } finally {
      awake.stop();
    }
  });

  test('pauses now and then: what a virtual machine may use is not used up', async () => {
    const awake = await keepAwake([CORE]);
    try {
      const [loop] = awake.processGroups;
      const before = await pausesOf(loop!);
      await expect.poll(() => pausesOf(loop!), { timeout: 5000 }).toBeGreaterThan(before + 3);
    } finally {
      awake.stop();
    }
  });
});
