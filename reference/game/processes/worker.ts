/** One child process of main.ts, which is started again on its data whenever it ends. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { lifetime } from '../../kit/lifetime.ts';
import { linesOf } from '../../kit/linesOf.ts';
import type { Worker } from './types.ts';

export interface WorkerProgram {
  /** In what it says on stderr. */
  readonly name: string;
  /** What node is started with; it says where it listens on stderr, as serveProgram does. */
  readonly args: readonly string[];
}

/** A worker that ends while it starts is not started again at once: what ails it may take a while. */
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 2000;

const LISTENING = /listening on http:\/\/127\.0\.0\.1:(\d+)$/;

interface Launched {
  readonly child: ChildProcess;
  /** Undefined: it ended before it listened. */
  readonly listening: Promise<number | undefined>;
  readonly ended: Promise<void>;
}

/** Resolves when it listens. Rejects when it ends before. */
export async function startWorker(program: WorkerProgram): Promise<Worker> {
  const life = lifetime();
  let launched = launch(program);
  let port = await launched.listening;
  if (port === undefined) throw new Error(`${program.name} did not start`);
  let awaited = awaitedPort();

  async function keepRunning(): Promise<void> {
    let pauseMs = FIRST_PAUSE_MS;
    for (;;) {
      await launched.ended;
      if (port !== undefined) pauseMs = FIRST_PAUSE_MS;
      else await life.pause(pauseMs);
      port = undefined;
      if (life.isClosed()) return;
      pauseMs = Math.min(pauseMs * 2, MAX_PAUSE_MS);
      launched = launch(program);
      port = await launched.listening;
      if (port === undefined) continue;
      awaited.resolve(port);
      awaited = awaitedPort();
    }
  }

  const kept = keepRunning()
    .catch(() => undefined)
    .then(() => awaited.reject(new Error(`${program.name} was stopped`)));
  return {
    port: () => (port === undefined ? awaited.promise : Promise.resolve(port)),
    now: () => (port === undefined ? undefined : { port, pid: launched.child.pid! }),
    async stop() {
      life.close();
      launched.child.kill('SIGTERM');
      await kept;
      await launched.ended;
    },
  };
}

function awaitedPort(): PromiseWithResolvers<number> {
  const awaited = Promise.withResolvers<number>();
  // Nobody may be waiting when it is rejected.
  awaited.promise.catch(() => undefined);
  return awaited;
}

function launch({ name, args }: WorkerProgram): Launched {
  // The channel carries nothing; that it closes tells the worker that its router has ended.
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'pipe', 'ipc'] });
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const listening = new Promise<number | undefined>((resolve) => {
    void ended.then(() => resolve(undefined));
    void readLog(child, name, resolve);
  });
  return { child, listening, ended };
}

/** Passes on what it says, but where it listens: that is nobody else's business. */
async function readLog(
  child: ChildProcess,
  name: string,
  listens: (port: number) => void,
): Promise<void> {
  for await (const line of linesOf(child.stderr!)) {
    const port = LISTENING.exec(line)?.[1];
    if (port === undefined) console.error(`${name}: ${line}`);
    else listens(Number(port));
  }
}
