/** The floor: what the same load measures against a server that does nothing, on this machine, now. */
import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { arrivalSchedule } from './arrivalSchedule.ts';
import { httpText } from './httpText.ts';
import { openLoop } from './openLoop.ts';
import type { OpenLoopResult, Pacing } from './openLoop.ts';
import type { LoadProfile } from './workloadFile.ts';

const MAX_START_MS = 10_000;
/** Also warms the generator up: its own first requests are slow, and would be blamed on the implementation. */
const WARMUP_SHARE = 0.5;

/** @throws Error when the null server does not start, which says nothing about the implementation */
export async function measureFloor(
  { openLoop: load, floorS }: LoadProfile,
  pacing: Pacing,
  seed: number,
): Promise<OpenLoopResult> {
  const file = import.meta.url.endsWith('.ts') ? './nullServer.ts' : './nullServer.js';
  const child = fork(fileURLToPath(new URL(file, import.meta.url)), {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  try {
    const port = await portOf(child);
    const durationMs = floorS * 1000;
    const body = JSON.stringify({ nothing: 'x'.repeat(200) });
    const text = httpText({ method: 'POST', path: '/null', body }, `127.0.0.1:${port}`);
    return await openLoop({
      ...load,
      host: '127.0.0.1',
      port,
      schedule: arrivalSchedule({ ...load, durationMs, seed }),
      durationMs,
      warmupMs: durationMs * WARMUP_SHARE,
      pacing,
      request: () => ({
        operation: 'null',
        text,
        judge: ({ status }) =>
          status === 200 ? { kind: 'ok' } : { kind: 'error', reason: `status ${status}` },
        lost: () => undefined,
      }),
    });
  } finally {
    child.kill('SIGKILL');
  }
}

function portOf(child: ChildProcess): Promise<number> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(new Error(`the null server did not start within ${MAX_START_MS} ms`)),
      MAX_START_MS,
    );
    child.once('message', (port) => {
      clearTimeout(timer);
      resolve(Number(port));
    });
    child.once('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the null server ended with exit code ${code} before it listened`));
    });
  });
}
