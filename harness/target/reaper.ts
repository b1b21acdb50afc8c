/**
 * Nothing that casemark started outlives it, however it ends. An exit that Node sees kills what is alive; for one that it does not
 * see (SIGKILL, out of memory) each process has a watcher: a shell that waits for the end of a pipe from here.
 */
import { spawn } from 'node:child_process';
import { rmSync } from 'node:fs';

/** A process group and the folder that goes with it. */
export interface Charge {
  readonly pid: number;
  readonly dataDir: string | undefined;
}

const charges = new Set<Charge>();
let watching = false;

/** Reading fails when the pipe closes without a line: then casemark is gone, and so must its charge be. No `--`: dash has none. */
const WATCHER = 'read -r line || { kill -KILL "-$0" 2>/dev/null; [ -z "$1" ] || rm -rf -- "$1"; }';

/** @returns a function that gives the charge up: call it once the process group has ended */
export function takeCharge(charge: Charge): () => void {
  installHandlers();
  charges.add(charge);
  const watcher = spawn('sh', ['-c', WATCHER, String(charge.pid), charge.dataDir ?? ''], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  watcher.on('error', () => undefined);
  watcher.stdin.on('error', () => undefined);
  watcher.unref();
  (watcher.stdin as unknown as { unref?: () => void }).unref?.();
  return () => {
    if (charges.delete(charge)) watcher.stdin.end('done\n');
  };
}

/** SIGKILL to a whole process group; that it has gone already is no error. */
export function killGroup(pid: number): void {
  signalGroup(pid, 'SIGKILL');
}

/** A signal to a whole process group; that it has gone already is no error. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(-pid, signal);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

function reapAll(): void {
  for (const { pid, dataDir } of charges) {
    try {
      killGroup(pid);
      if (dataDir !== undefined) rmSync(dataDir, { recursive: true, force: true });
    } catch {
      // The others must go too.
    }
  }
  charges.clear();
}

function installHandlers(): void {
  if (watching) return;
  watching = true;
  process.once('exit', reapAll);
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
    ['SIGHUP', 1],
  ] as const) {
    process.once(signal, () => {
      reapAll();
      process.exit(128 + number);
    });
  }
}
