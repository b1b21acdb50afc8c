/** What a player of faults has at hand. All of it is given, so that a schedule can be played against fakes. */
import { setTimeout } from 'node:timers/promises';
import type { Evidence } from './evidence.ts';
import type { FaultProxy } from './faultProxy.ts';
import type { Operations } from './faultFile.ts';
import type { ProcessControls } from './processFault.ts';
import type { FaultTarget } from './proxyFault.ts';
import type { SmallDisk } from './smallDisk.ts';

export interface FaultClock {
  /** Monotonic, the clock of the run's history. */
  nowMs(): number;
  /** Resolves at once when it is given up. */
  sleep(ms: number, givenUp?: AbortSignal): Promise<void>;
}

export const realClock: FaultClock = {
  nowMs: () => performance.now(),
  sleep: (ms, signal) =>
    setTimeout(ms, undefined, { ...(signal && { signal }) }).catch(() => undefined),
};

export interface FaultTools {
  readonly clock: FaultClock;
  readonly proxy?: Pick<FaultProxy, 'install' | 'arm' | 'setUpstreamPort'>;
  readonly process?: ProcessControls;
  /** Where its data is, for damage. */
  readonly dataDir?: string;
  /** The disk that the data is on, where it is one of its own. */
  readonly disk?: Pick<SmallDisk, 'fill'>;
  /** Whether a real operation, sent where the load is sent, succeeds now. Bounded by itself. */
  probe(): Promise<boolean>;
  targetOf(operations: Operations): FaultTarget;
}

/** Nothing that a fault needs may hang the campaign: twice the bound of what is waited for inside. */
export const MAX_STEP_MS = 30_000;
/** Between two questions whether it works again: the accuracy of a recovery that no load is there to show. */
export const PROBE_EVERY_MS = 10;

export class StepTimeout extends Error {
  constructor(what: string, timeoutMs: number) {
    super(`${what} was not done within ${timeoutMs} ms`);
    this.name = 'StepTimeout';
  }
}

/** @throws StepTimeout; what is late is let go, and its failure heard by nobody */
export async function within<T>(
  clock: FaultClock,
  timeoutMs: number,
  what: string,
  work: Promise<T>,
): Promise<T> {
  work.catch(() => undefined);
  const done = new AbortController();
  const late = clock.sleep(timeoutMs, done.signal).then((): never => {
    throw new StepTimeout(what, timeoutMs);
  });
  late.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    done.abort();
  }
}

/** Starts the process again where it is down, and leads the proxy to it. */
export async function bringUp({ process, proxy, clock }: FaultTools): Promise<void> {
  if (!process) return;
  if (process.exit()) await within(clock, MAX_STEP_MS, 'the restart', process.restart());
  const port = process.port();
  if (port !== undefined) proxy?.setUpstreamPort(port);
}

/** Asks until an operation succeeds. */
export async function verifyHealed(tools: FaultTools, timeoutMs: number): Promise<Evidence> {
  const { clock } = tools;
  const startMs = clock.nowMs();
  let asked = 0;
  for (;;) {
    asked += 1;
    const well = await within(clock, timeoutMs, 'the probe', tools.probe()).catch(() => false);
    const tookMs = Math.round(clock.nowMs() - startMs);
    const facts = { probes: asked, tookMs };
    if (well) return { bite: 'installed', why: `an operation succeeded after ${tookMs} ms`, facts };
    if (tookMs >= timeoutMs) {
      const why = `none of ${asked} probes succeeded within ${timeoutMs} ms`;
      return { bite: 'indeterminate', why, facts };
    }
    await clock.sleep(PROBE_EVERY_MS);
  }
}
