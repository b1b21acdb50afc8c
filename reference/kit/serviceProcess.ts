/** For tests: a service as a real process, which can be killed. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { loadContract } from './contract.ts';
import type { Operation } from './contract.ts';
import type { Answer, Problem } from './service.ts';

/** A start takes 200 ms; a machine that is busy with other tests takes longer. */
const START_TIMEOUT_MS = 20_000;

export interface ServiceProcess {
  readonly pid: number;
  /** Rejects when the connection is lost before the reply. */
  call(operation: string, input: Record<string, unknown>): Promise<Answer>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
}

export interface ServiceProgram {
  /** Where its main.ts is. */
  readonly dir: string;
  readonly caseDir: string;
  readonly args: readonly string[];
}

/** Resolves when it listens, in test mode. */
export async function startService(program: ServiceProgram): Promise<ServiceProcess> {
  const child = spawn(
    process.execPath,
    ['main.ts', '--port', '0', '--test-mode', ...program.args],
    { cwd: program.dir, stdio: ['ignore', 'ignore', 'pipe'] },
  );
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const base = await listening(child);
  const { operations } = loadContract(program.caseDir, 'on');
  return {
    pid: child.pid ?? 0,
    async call(operation, input) {
      const known = operations.get(operation);
      if (!known) throw new Error(`there is no operation ${operation}`);
      const { url, ...request } = httpRequest(known, input);
      const reply = await fetch(base + url, request);
      const message = (await reply.json()) as object;
      return reply.ok ? { output: message } : { problem: message as Problem };
    },
    async kill() {
      child.kill('SIGKILL');
      await exited;
    },
  };
}

function httpRequest({ http }: Operation, input: Record<string, unknown>) {
  const { method, path } = http;
  const fields = Object.entries(http.headers ?? {}).filter(([, field]) => field in input);
  const headers = Object.fromEntries(fields.map(([name, field]) => [name, String(input[field])]));
  const elsewhere = new Set(fields.map(([, field]) => field));
  const url = path.replaceAll(/\{(\w+)\}/g, (_match, name: string) => {
    elsewhere.add(name);
    return String(input[name]);
  });
  const rest = Object.entries(input).filter(([name]) => !elsewhere.has(name));
  if (method === 'GET') {
    const query = new URLSearchParams(
      Object.fromEntries(rest.map(([name, value]) => [name, String(value)])),
    );
    return { url: `${url}?${query}`, method, headers };
  }
  return { url, method, headers, body: JSON.stringify(Object.fromEntries(rest)) };
}

async function listening(child: ChildProcess): Promise<string> {
  const timer = setTimeout(() => child.kill('SIGKILL'), START_TIMEOUT_MS);
  const said: string[] = [];
  const errors = child.stderr;
  if (!errors) throw new Error('the service has no stderr to listen to');
  try {
    for await (const line of createInterface({ input: errors })) {
      said.push(line);
      const url = /listening on (\S+)/.exec(line)?.[1];
      if (url) return url;
    }
  } finally {
    clearTimeout(timer);
    // Whatever it says later must not fill the pipe.
    errors.resume();
  }
  throw new Error(`the service did not start: ${said.join('\n')}`);
}
