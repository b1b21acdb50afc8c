/** One life of the test system, from its start to its kill. What outlives it is on its disk. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { afterCrash } from './crashes.ts';
import type { Defect } from './defects.ts';
import type { Disk } from './disk.ts';
import type { Freedoms } from './freedoms.ts';
import { openTree } from './merkle.ts';
import type { Tree } from './merkle.ts';
import { outsideServices } from './outsideServices.ts';
import type { OutsideServices } from './outsideServices.ts';
import { applyStep, emptyState } from './state.ts';
import type { State, Step } from './state.ts';

export interface LifeOptions {
  readonly defects: ReadonlySet<string>;
  readonly freedoms: Freedoms;
  readonly worldUrl: string;
  /** What the process writes to its output. Default: nobody reads it. */
  readonly output?: (text: string) => void;
}

export interface PlainKey {
  readonly key: Buffer;
  readonly sinceMs: number;
}

export interface Life extends LifeOptions {
  readonly state: State;
  readonly disk: Disk;
  readonly outside: OutsideServices;
  readonly tree: Tree;
  readonly isRestarted: boolean;
  readonly startedMs: number;
  nowMs: number;
  /** Aborted by the kill. */
  readonly signal: AbortSignal;
  /** Unwrapped data keys, by patient and version. */
  readonly plainKeys: Map<string, PlainKey>;
  /** The last key operation of each patient. */
  readonly turns: Map<string, Promise<unknown>>;
  /** Organisations whose sink is being told. */
  readonly telling: Set<string>;
  /** Requests so far. */
  requests: number;
  /** Called with each step that was written. */
  onWritten(step: Step): void;
  /** For defects: what they remember from one request to another. */
  readonly remembered: Map<string, unknown>;
}

export function beginLife(
  options: LifeOptions,
  disk: Disk,
  nowMs: number,
  signal: AbortSignal,
  isRestarted: boolean,
): Life {
  const read = disk.read();
  const steps = isRestarted ? afterCrash(options.defects, read, nowMs) : read;
  const state = emptyState();
  const tree = openTree(options.defects);
  for (const step of steps) {
    applyStep(state, step);
    if (step.entry) tree.append(step.entry.event);
  }
  const timeoutMs = options.defects.has('waits for the key service without end') ? 600_000 : 1_000;
  return {
    ...options,
    ...{ state, disk, tree, nowMs, signal, isRestarted, startedMs: nowMs },
    outside: outsideServices(options.worldUrl, signal, timeoutMs),
    ...{ plainKeys: new Map(), turns: new Map(), telling: new Set(), remembered: new Map() },
    ...{ requests: 0, onWritten: () => undefined },
  };
}

/** Durable when it returns. @throws DiskFull where nothing can be written */
export function write(life: Life, step: Step): void {
  life.signal.throwIfAborted();
  life.disk.append(step);
  applyStep(life.state, step);
  if (step.entry) life.tree.append(step.entry.event);
  life.onWritten(step);
}

export const has = ({ defects }: LifeOptions, defect: Defect): boolean => defects.has(defect);

export function refused(code: string, more: object = {}): SystemAnswer {
  return { problem: { code, ...more } };
}

/** Something that goes on behind the replies, until it is done or the life ends. */
export function inBackground(life: Life, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    if (!life.signal.aborted) throw error;
  });
}

/** In real time. Rejects when the life has ended. */
export async function pause({ signal }: Life, ms: number): Promise<void> {
  await sleep(ms, undefined, { signal });
}
