/** For tests: the venue as a real process, which can be killed. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { ChildProcess } from 'node:child_process';
import type { Answer, Problem } from '../kit/service.ts';
import { loadContract } from '../kit/contract.ts';
import { CASE_DIR } from './tradingService.ts';

/** A start takes 200 ms; a machine that is busy with other tests takes longer. */
const START_TIMEOUT_MS = 20_000;

export interface VenueProcess {
  readonly pid: number;
  /** Rejects when the connection is lost before the reply. */
  call(operation: string, input: Record<string, unknown>): Promise<Answer>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

/** Resolves when it listens; `args` are added to its command line. */
export async function startVenue(dataDir: string, args: string[] = []): Promise<VenueProcess> {
  const child = spawn(
    process.execPath,
    ['main.ts', '--port', '0', '--data', dataDir, '--test-mode', '--clock-ms', '1000', ...args],
    { cwd: import.meta.dirname, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const base = await listening(child);
  const { operations } = loadContract(CASE_DIR, 'on');
  return {
    pid: child.pid!,
    async call(operation, input) {
      const { method, path } = operations.get(operation)!.http;
      const url = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => String(input[name]));
      const body = Object.fromEntries(
        Object.entries(input).filter(([name]) => !path.includes(`{${name}}`)),
      );
      const query =
        method === 'GET' ? `?${new URLSearchParams(body as Record<string, string>)}` : '';
      const reply = await fetch(`${base}${url}${query}`, {
        method,
        ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
      });
      const message = (await reply.json()) as object;
      return reply.ok ? { output: message } : { problem: message as Problem };
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

async function listening(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const said: string[] = [];
  try {
    for await (const line of createInterface({ input: child.stderr! })) {
      said.push(line);
      const url = /listening on (\S+)/.exec(line)?.[1];
      if (url) return url;
    }
  } finally {
    clearTimeout(timer);
    // Whatever it says later must not fill the pipe.
    child.stderr!.resume();
  }
  throw new Error(`the venue did not start: ${said.join('\n')}`);
}
