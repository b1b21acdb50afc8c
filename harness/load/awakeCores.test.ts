import { spawn } from 'node:child_process';
import { once } from 'node:events';
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
});
