/** How the process of an implementation comes up, for each binding. */
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Connection } from './connection.ts';
import { freePort } from './freePort.ts';
import { connectHttp, statusOf } from './httpConnection.ts';
import type { Implementation } from './implementation.ts';
import type { LaunchOptions } from './launchTarget.ts';
import { connectModule, moduleCommand } from './moduleConnection.ts';
import { startProcess } from './startProcess.ts';
import type { ManagedProcess, ProcessOptions } from './startProcess.ts';
import { connectStdio } from './stdioConnection.ts';

/** Somebody else may take the free port before the implementation does. */
const MAX_PORT_ATTEMPTS = 3;
/** How often the ready check is asked: often, because tests wait for it many times. */
const READY_POLL_MS = 15;
const MAX_READY_REPLY_MS = 1_000;

/** It did not come up. Its checks could not run; the message says why and what to do. */
export class LaunchError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LaunchError';
  }
}

export interface Started {
  readonly connection: Connection;
  readonly process: ManagedProcess;
}

export interface StartContext {
  readonly caseStudy: CaseStudy;
  readonly implementation: Implementation;
  readonly dataDir: string;
  readonly clockMs: number;
  readonly patience: number;
  readonly options: LaunchOptions;
  /** Told of each process as it begins, long before it is ready: it may have to be killed while it recovers. */
  readonly onProcess: (managed: ManagedProcess) => void;
}

export async function startHttp(context: StartContext): Promise<Started> {
  let failure = '';
  for (let attempt = 1; attempt <= MAX_PORT_ATTEMPTS; attempt += 1) {
    const port = await freePort();
    const managed = start(context, commandOf(context, port), 'log', port);
    const address = `http://127.0.0.1:${port}`;
    const problem = await waitUntilReady(context, managed, address);
    if (problem === undefined) {
      const connection = connectHttp(context.caseStudy, address, context.implementation.readyPath);
      return { connection, process: managed };
    }
    failure = problem;
    const portTaken = /EADDRINUSE|address already in use/i.test(managed.lastLog());
    await managed.kill();
    if (!portTaken) break;
  }
  throw new LaunchError(failure);
}

export async function startStdio(context: StartContext): Promise<Started> {
  const managed = start(context, commandOf(context, 0), 'lines', 0);
  return { connection: connectStdio(context.caseStudy, managed), process: managed };
}

export async function startModule(context: StartContext): Promise<Started> {
  const { implementation, options, dataDir, clockMs, caseStudy } = context;
  const managed = start(context, moduleCommand(options.preload), 'ipc', 0);
  const connection = connectModule(caseStudy, managed);
  const file = implementation.start.kind === 'module' ? implementation.start.file : '';
  const late = new AbortController();
  const timeoutMs = implementation.readyTimeoutMs * context.patience;
  const failure = await Promise.race([
    connection.create({ file, dataDir, clockMs, worldUrl: options.world?.url }),
    managed.exited.then((evidence) => `its process ${evidence}`),
    sleep(timeoutMs, undefined, { signal: late.signal }).then(
      () => `its create() did not resolve within ${timeoutMs} ms`,
      () => undefined,
    ),
  ]);
  late.abort();
  if (failure === undefined) return { connection, process: managed };
  await managed.kill();
  throw new LaunchError(`The module ${file} could not be used: ${failure}`);
}

function start(
  context: StartContext,
  command: readonly string[],
  channel: ProcessOptions['channel'],
  port: number,
): ManagedProcess {
  const { implementation, options, caseStudy, dataDir, clockMs } = context;
  const variant =
    options.variant === undefined ? undefined : implementation.variants[options.variant];
  const managed = startProcess({
    command: [...(options.launchWith ?? []), ...command, ...(variant?.args ?? [])],
    cwd: implementation.dir,
    dataDir,
    channel,
    env: {
      ...implementation.env,
      ...variant?.env,
      ...options.env,
      CASEMARK_CASE: caseStudy.id,
      CASEMARK_DATA_DIR: dataDir,
      CASEMARK_CLOCK_MS: String(clockMs),
      ...(port !== 0 && { CASEMARK_PORT: String(port) }),
      ...(options.world && { CASEMARK_WORLD_URL: options.world.url }),
    },
  });
  context.onProcess(managed);
  return managed;
}

function commandOf(context: StartContext, port: number): string[] {
  const { caseStudy, implementation, dataDir, clockMs, options } = context;
  const command = implementation.start.kind === 'command' ? implementation.start.command : [];
  if (!options.world && command.some((part) => part.includes('{worldUrl}'))) {
    const why = caseStudy.world
      ? 'nobody plays them in this run'
      : `the case study ${caseStudy.id} has none: leave it out of the command`;
    throw new LaunchError(
      `${implementation.source}: its command asks for {worldUrl}, the address of the outside services, but ${why}.`,
    );
  }
  const values: Record<string, string | undefined> = {
    port: String(port),
    dataDir,
    clockMs: String(clockMs),
    worldUrl: options.world?.url,
  };
  return command.map((part) =>
    part.replace(/\{(\w+)\}/g, (all, name: string) => values[name] ?? all),
  );
}

/** Undefined once the ready check answers 2xx, else the sentence that says what happened instead. */
async function waitUntilReady(
  { implementation, patience }: StartContext,
  managed: ManagedProcess,
  address: string,
): Promise<string | undefined> {
  const { readyPath } = implementation;
  const timeoutMs = implementation.readyTimeoutMs * patience;
  const until = performance.now() + timeoutMs;
  const pool = new Pool(address, { connections: 1 });
  let last = 'nothing listened there';
  try {
    while (performance.now() < until && managed.ended() === undefined) {
      const status = await statusOf(pool, readyPath, MAX_READY_REPLY_MS);
      // Asked again after the answer: somebody else's server may have answered for one that could not take the port.
      if (status !== undefined && status >= 200 && status < 300 && managed.ended() === undefined)
        return undefined;
      if (status !== undefined) last = `it answered ${status}`;
      await Promise.race([sleep(READY_POLL_MS), managed.exited]);
    }
  } finally {
    await pool.destroy();
  }
  const how = `${implementation.source}: the command "${implementation.start.kind === 'command' ? implementation.start.command.join(' ') : ''}"`;
  const evidence = managed.ended();
  if (evidence !== undefined) {
    return `${how} ${evidence} Expected it to go on running and to answer GET ${readyPath} on port {port}.`;
  }
  return (
    `${how} did not answer GET ${readyPath} on ${address} with 2xx within ${timeoutMs} ms (${last}). ${managed.lastLog()} ` +
    `Let it listen on 127.0.0.1:{port}, or correct "ready" in the manifest.`
  );
}
