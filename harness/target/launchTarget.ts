/** Starts an implementation and makes a Target of it, whatever its binding. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { SpecError } from '../contract/specError.ts';
import { DEFAULT_CALL_TIMEOUT_MS, MAX_OUTPUT_BYTES } from './bounds.ts';
import type { Connection } from './connection.ts';
import type { Implementation } from './implementation.ts';
import { signalGroup } from './reaper.ts';
import { LaunchError, startHttp, startModule, startStdio } from './startImplementation.ts';
import type { Started } from './startImplementation.ts';
import type { ManagedProcess } from './startProcess.ts';
import type { Answer, JsonObject, Target } from './target.ts';
import type { World } from '../world/world.ts';

/** Monday 5 January 2026, 09:30 UTC: always the same, so that a replay meets the same times. */
export const DEFAULT_START_CLOCK_MS = Date.UTC(2026, 0, 5, 9, 30);

/** How long a call that lost its connection waits to learn that the process has ended, and how. */
const EVIDENCE_WAIT_MS = 100;

export interface LaunchOptions {
  readonly startClockMs?: number;
  /** Multiplies every wait; never a target. Default 1. */
  readonly patience?: number;
  /** Put before the manifest's command, for instance `bwrap ...`. */
  readonly launchWith?: readonly string[];
  /** What plays the outside services that it calls. */
  readonly world?: World | undefined;
  /** A module under test is loaded after this one (a file or URL for `node --import`). */
  readonly preload?: string;
  /** Where its data directory is made. Default: the system's folder for temporary files. */
  readonly dataParent?: string;
  /** Added to the environment of the process. */
  readonly env?: Readonly<Record<string, string>>;
  /** Which of the manifest's variants; default: none, as its command says. */
  readonly variant?: string;
}

/**
 * @throws LaunchError when it does not come up: the message says how it ended or what it did not answer
 * @throws SpecError for an implementation that is only a URL
 */
export async function launchTarget(
  caseStudy: CaseStudy,
  implementation: Implementation,
  options: LaunchOptions = {},
): Promise<Target> {
  if (options.variant !== undefined && !implementation.variants[options.variant]) {
    throw new SpecError(
      `${implementation.source} has no variant "${options.variant}": describe it in "variants" of the manifest.`,
    );
  }
  refuseArgsForModule(implementation, options.variant);
  const startClockMs = options.startClockMs ?? DEFAULT_START_CLOCK_MS;
  const patience = options.patience ?? 1;
  const dataDir = mkdtempSync(join(options.dataParent ?? tmpdir(), `casemark-${caseStudy.id}-`));
  let newest: ManagedProcess | undefined;
  let earlierOutput = '';
  const output = (): string => (earlierOutput + (newest?.output() ?? '')).slice(-MAX_OUTPUT_BYTES);
  const onProcess = (managed: ManagedProcess): void => {
    earlierOutput = output();
    newest = managed;
  };
  const start = (atClockMs: number): Promise<Started> =>
    startOf(implementation)({
      caseStudy,
      implementation,
      dataDir,
      clockMs: atClockMs,
      patience,
      options,
      onProcess,
    });

  const removeData = (): void => rmSync(dataDir, { recursive: true, force: true, maxRetries: 3 });
  let current: Started;
  try {
    current = await start(startClockMs);
  } catch (error) {
    removeData();
    throw error;
  }
  let closed = false;
  let clockMs = startClockMs;
  /** The signal comes first: a connection that is cut before it is another fault. */
  const kill = async (): Promise<void> => {
    const { process, connection } = current;
    try {
      await process.kill();
    } finally {
      await connection.close();
    }
  };

  return {
    binding: implementation.binding,
    capabilities: implementation.capabilities,
    startClockMs,
    canRestart: true,
    get address() {
      return current.connection.address;
    },
    get processGroup() {
      return current.process.child.pid;
    },
    process: {
      dataDir,
      pid: () => newest?.child.pid,
      exit: () => newest?.exit(),
      output,
      signal(name) {
        if (newest?.child.pid !== undefined && !newest.exit()) signalGroup(newest.child.pid, name);
      },
    },
    async call(operation, input, callOptions) {
      const timeoutMs = callOptions?.timeoutMs ?? DEFAULT_CALL_TIMEOUT_MS * patience;
      const answer = await callOn(current.connection, caseStudy, operation, input, timeoutMs);
      clockMs = clockAfter(caseStudy, operation, input, answer) ?? clockMs;
      return answer.kind === 'indeterminate' ? withEvidence(answer, current) : answer;
    },
    async subscribe(stream, input, onEvent) {
      const row = caseStudy.streams.get(stream) ?? unknown(caseStudy, 'stream', stream);
      const { connection } = current;
      return connection.subscribe(row, input, onEvent, DEFAULT_CALL_TIMEOUT_MS * patience);
    },
    ended: () => current.process.ended(),
    responds: async (timeoutMs) =>
      current.process.ended() === undefined && (await current.connection.responds(timeoutMs)),
    kill,
    async restart(newClockMs = clockMs) {
      await kill();
      if (closed) throw new LaunchError('It is closed: it cannot be started again.');
      clockMs = newClockMs;
      const started = await start(clockMs);
      current = started;
      // A check that ran out of time may still be restarting what its run has closed: nothing may be left behind.
      if (closed) {
        await kill();
        removeData();
        throw new LaunchError('It was closed while it started again.');
      }
    },
    async close() {
      closed = true;
      await kill();
      removeData();
    },
  };
}

/** What the call may have set the clock to; undefined when it set none. A reply that was lost does not tell, and the clock never goes back. */
function clockAfter(
  { clock }: CaseStudy,
  operation: string,
  input: JsonObject,
  answer: Answer,
): number | undefined {
  if (clock?.operation !== operation || answer.kind === 'refused') return undefined;
  const nowMs = input[clock.nowField];
  return typeof nowMs === 'number' ? nowMs : undefined;
}

/** A module is given no arguments: started without them it would be another variant than the one that was asked for. */
function refuseArgsForModule(implementation: Implementation, variant: string | undefined): void {
  if (implementation.binding !== 'module' || variant === undefined) return;
  if (implementation.variants[variant]!.args.length === 0) return;
  throw new SpecError(
    `${implementation.source}: the variant "${variant}" has "args", which a module does not get: use "env", or measure it by its command.`,
  );
}

export function callOn(
  connection: Connection,
  caseStudy: CaseStudy,
  operation: string,
  input: JsonObject,
  timeoutMs: number,
): Promise<Answer> {
  const row = caseStudy.operations.get(operation) ?? unknown(caseStudy, 'operation', operation);
  return connection.call(row, input, timeoutMs);
}

function unknown(caseStudy: CaseStudy, kind: string, name: string): never {
  throw new SpecError(
    `spec/${caseStudy.id}/case.json has no ${kind} "${name}": correct the check that asks for it.`,
  );
}

function startOf(implementation: Implementation): typeof startHttp {
  if (implementation.start.kind === 'url') {
    throw new SpecError(
      `${implementation.source} is a server that is already running: it cannot be started.`,
    );
  }
  switch (implementation.binding) {
    case 'http':
      return startHttp;
    case 'stdio':
      return startStdio;
    case 'module':
      return startModule;
  }
}

/** A lost connection is explained by the end of the process, if that is what it was. */
async function withEvidence(
  answer: Extract<Answer, { kind: 'indeterminate' }>,
  started: Started,
): Promise<Answer> {
  const evidence = await started.process.endedWithin(EVIDENCE_WAIT_MS);
  if (evidence === undefined || answer.reason.includes(evidence)) return answer;
  return { ...answer, reason: `${answer.reason}: the process ${evidence}` };
}
