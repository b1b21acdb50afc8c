/** Starts one of the servers to measure against, in a process group of its own. */
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { startProcess } from '../../harness/target/startProcess.ts';
import type { ServerPlan, ServerReport } from './servers/measuredServer.ts';

export interface RunningServer {
  readonly port: number;
  readonly processGroup: number;
  close(): Promise<void>;
}

export interface MeasuredServer extends RunningServer {
  /** What it has measured of itself so far. */
  report(): Promise<ServerReport>;
}

/** To start, and to answer. */
const MAX_WAIT_MS = 10_000;

export async function startMeasuredServer(plan: ServerPlan): Promise<MeasuredServer> {
  const { child, ...server } = await start('measuredServer', [JSON.stringify(plan)]);
  return {
    ...server,
    async report() {
      const told = once(child, 'message', { signal: AbortSignal.timeout(MAX_WAIT_MS) });
      child.send('report');
      const [report] = (await told) as [ServerReport];
      return report;
    },
  };
}

export async function startFaultyServer(): Promise<RunningServer> {
  return start('faultyServer', []);
}

async function start(name: string, args: readonly string[]) {
  const dataDir = mkdtempSync(join(tmpdir(), 'casemark-generator-'));
  const file = fileURLToPath(new URL(`servers/${name}.ts`, import.meta.url));
  const command = [process.execPath, file, ...args];
  const server = startProcess({ command, cwd: dataDir, env: {}, dataDir, channel: 'ipc' });
  const told = once(server.child, 'message', { signal: AbortSignal.timeout(MAX_WAIT_MS) });
  const close = async (): Promise<void> => {
    await server.kill();
    rmSync(dataDir, { recursive: true, force: true });
  };
  const said = await Promise.race([told, server.exited]).catch(() => 'did not say its port');
  if (typeof said === 'string') {
    await close();
    throw new Error(`the server ${name} ${said}`);
  }
  return { child: server.child, port: said[0] as number, processGroup: server.child.pid!, close };
}
