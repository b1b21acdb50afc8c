/** Starts a process of the implementation in a group of its own, keeps the end of what it writes, and can end it for certain. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { dirname, delimiter } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { MAX_LOG_CHARS, MAX_OUTPUT_BYTES } from './bounds.ts';
import { excerpt } from './excerpt.ts';
import { createKeptOutput } from './keptOutput.ts';
import { killGroup, takeCharge } from './reaper.ts';

/** SIGKILL cannot be refused; only a machine that swaps needs longer. */
const MAX_KILL_WAIT_MS = 10_000;
/** After an exit: for output that is still in the pipe. */
const MAX_OUTPUT_WAIT_MS = 500;
/** How many lines of its log are shown with a failure. */
const SHOWN_LOG_LINES = 5;

export interface ProcessOptions {
  readonly command: readonly string[];
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Removed with the process when casemark itself is killed. */
  readonly dataDir: string;
  /** `log`: it speaks elsewhere, all output is log. `lines`: stdin and stdout are the protocol. `ipc`: a Node channel is. */
  readonly channel: 'log' | 'lines' | 'ipc';
}

/** How a process ended, as the system tells it. */
export interface ProcessExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ManagedProcess {
  readonly child: ChildProcess;
  /** As soon as the exit is seen: before its last output has been read. */
  exit(): ProcessExit | undefined;
  /** Resolves with the evidence when the process has ended. */
  readonly exited: Promise<string>;
  /** The same evidence, once it has. */
  ended(): string | undefined;
  /** The same, waiting a little for it. */
  endedWithin(timeoutMs: number): Promise<string | undefined>;
  /** The last lines that it wrote as log. */
  lastLog(): string;
  /** All that it wrote as log; the end of it, where it is longer than MAX_OUTPUT_BYTES. */
  output(): string;
  /** SIGKILL to the group; resolves when the exit has been seen. */
  kill(): Promise<void>;
}

const STDIO: Record<ProcessOptions['channel'], StdioOptions> = {
  log: ['ignore', 'pipe', 'pipe'],
  lines: ['pipe', 'pipe', 'pipe'],
  ipc: ['ignore', 'pipe', 'pipe', 'ipc'],
};

export function startProcess(options: ProcessOptions): ManagedProcess {
  const [program, ...rest] = options.command;
  const child = spawn(program!, rest, {
    cwd: options.cwd,
    env: childEnvironment(options.env),
    detached: true,
    stdio: STDIO[options.channel],
    serialization: 'advanced',
  });
  const giveUp =
    child.pid === undefined ? undefined : takeCharge({ pid: child.pid, dataDir: options.dataDir });
  let log = '';
  const output = createKeptOutput(MAX_OUTPUT_BYTES);
  const keep = (chunk: Buffer): void => {
    output.add(chunk);
    log = (log + chunk.toString('utf8')).slice(-MAX_LOG_CHARS);
  };
  child.stderr?.on('data', keep);
  if (options.channel !== 'lines') child.stdout?.on('data', keep);

  const lastLog = (): string => {
    const lines = log.trim().split('\n').slice(-SHOWN_LOG_LINES).join(' | ');
    return lines === '' ? 'It wrote nothing to stderr.' : `Its last output: ${excerpt(lines)}`;
  };
  let evidence: string | undefined;
  let exit: ProcessExit | undefined;
  const exited = new Promise<string>((resolve) => {
    child.once('error', (error) => {
      if (child.pid !== undefined) return;
      evidence = `could not be started: ${error.message}. Run "${options.command.join(' ')}" in ${options.cwd} yourself, and correct "command" in the manifest`;
      resolve(evidence);
    });
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      if (evidence !== undefined) return;
      evidence = `ended with ${signal === null ? `exit code ${code}` : `signal ${signal}`}. ${lastLog()}`;
      giveUp?.();
      resolve(evidence);
    };
    // `close` comes once the last output has been read. A child of its own that left the group may hold the pipes for ever.
    child.once('close', finish);
    child.once('exit', (code, signal) => {
      exit = { code, signal };
      if (child.pid !== undefined) killGroup(child.pid);
      setTimeout(() => finish(code, signal), MAX_OUTPUT_WAIT_MS).unref();
    });
  });

  const endedWithin = async (timeoutMs: number): Promise<string | undefined> => {
    if (evidence !== undefined) return evidence;
    const late = new AbortController();
    const waited = sleep(timeoutMs, undefined, { signal: late.signal }).catch(() => undefined);
    const ended = await Promise.race([exited, waited]);
    late.abort();
    return ended;
  };

  return {
    child,
    exit: () => exit,
    exited,
    ended: () => evidence,
    lastLog,
    output: () => output.text(),
    endedWithin,
    async kill() {
      if (evidence !== undefined) return;
      if (child.pid !== undefined) killGroup(child.pid);
      if ((await endedWithin(MAX_KILL_WAIT_MS)) === undefined) {
        throw new Error(
          `Process ${child.pid} did not end within ${MAX_KILL_WAIT_MS} ms of SIGKILL.`,
        );
      }
    },
  };
}

/** `node` in a command is the Node that runs casemark, whatever the system has. */
function childEnvironment(extra: Readonly<Record<string, string>>): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
  return { ...process.env, PATH: path, ...extra };
}
