/** Compiles and runs cannedServer.c, on a core of its own where the machine can say so. */
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { pinned } from './pinned.ts';

export interface CannedServer {
  readonly port: number;
  readonly processGroup: number;
  close(): Promise<void>;
}

const SOURCE = fileURLToPath(new URL('cannedServer.c', import.meta.url));
const MAX_COMPILE_MS = 30_000;
const MAX_START_MS = 5_000;

/** @param core undefined: wherever it likes. Throws what cc says. */
export async function startCannedServer(core: number | undefined): Promise<CannedServer> {
  const folder = mkdtempSync(join(tmpdir(), 'casemark-ceiling-'));
  try {
    const program = join(folder, 'cannedServer');
    execFileSync('cc', ['-O2', '-o', program, SOURCE], { timeout: MAX_COMPILE_MS });
    const [command, args] = pinned(core, program, []);
    const child = spawn(command, args, {
      stdio: ['pipe', 'pipe', 'inherit'],
      // A group of its own, to tell its time from the generator's; it ends with its stdin, and so with whoever started it.
      detached: true,
    });
    const ended = once(child, 'exit');
    const line = once(createInterface(child.stdout), 'line', {
      signal: AbortSignal.timeout(MAX_START_MS),
    });
    const [port] = (await Promise.race([line, ended])) as [string | number];
    if (typeof port !== 'string') throw new Error(`the canned server ended with exit code ${port}`);
    return {
      port: Number(port),
      processGroup: child.pid!,
      async close() {
        // Which it takes as the sign to end.
        child.stdin.end();
        await ended;
      },
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
