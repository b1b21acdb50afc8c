/** One life of the test platform, from its start to its kill. What outlives it is on its disk. */
import { setTimeout } from 'node:timers/promises';
import type { JsonObject } from '../../../target/target.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import { copyPlain } from '../../testing/copyPlain.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { Defect } from './defects.ts';
import type { Freedoms } from './freedoms.ts';
import { afterCrash, beginDeadlinesAnew } from './crashes.ts';
import { apply, emptyState } from './state.ts';
import type { DiskRecord, PaymentState, State } from './state.ts';

export interface PlatformOptions {
  readonly freedoms: Freedoms;
  readonly defect?: Defect | undefined;
  /** Default: real time, and random ids. */
  readonly surroundings?: Surroundings;
}

/** What else a run depends on: given, it is a function of its seed. */
export interface Surroundings {
  /** May end early when the signal is aborted. */
  sleep(ms: number, signal: AbortSignal): Promise<unknown>;
  newId(): string;
}

const REAL: Surroundings = {
  sleep: (ms, signal) => setTimeout(ms, undefined, { signal }),
  newId: () => crypto.randomUUID(),
};

export const surroundingsOf = ({ options }: Life): Surroundings => options.surroundings ?? REAL;

/** Survives a kill. */
export interface Disk {
  readonly records: DiskRecord[];
  isFull: boolean;
}

export interface Life {
  readonly options: PlatformOptions;
  readonly state: State;
  readonly disk: Disk;
  readonly outside: LocalWorld['call'];
  nowMs: number;
  /** Whether another life was before it. */
  readonly isRestarted: boolean;
  /** Aborted by the kill. */
  readonly signal: AbortSignal;
  /** What is being carried out, by idempotency key. */
  readonly inFlight: Map<string, Promise<SystemAnswer>>;
  /** The last command in the queue of each payment. */
  readonly queues: Map<string, Promise<unknown>>;
}

export class StoreUnavailable extends Error {}

export function beginLife(
  options: PlatformOptions,
  disk: Disk,
  outside: LocalWorld['call'],
  nowMs: number,
  signal: AbortSignal,
): Life {
  const state = emptyState();
  const isRestarted = disk.records.length > 0;
  const defect = isRestarted ? options.defect : undefined;
  for (const record of afterCrash(defect, disk.records)) apply(state, record);
  if (defect === 'begins deadlines anew after a restart') beginDeadlinesAnew(state, nowMs);
  const inFlight = new Map<string, Promise<SystemAnswer>>();
  return {
    ...{ options, state, disk, outside, nowMs, signal, inFlight, isRestarted },
    queues: new Map(),
  };
}

/** Durable when it returns. @throws StoreUnavailable when the disk takes nothing */
export function write(life: Life, record: DiskRecord): void {
  life.signal.throwIfAborted();
  if (life.disk.isFull && life.options.defect !== 'charges what it cannot record') {
    throw new StoreUnavailable();
  }
  // The state is of what is on disk, and neither is ever changed: both are replaced.
  const kept = copyPlain(record);
  life.disk.records.push(kept);
  apply(life.state, kept);
}

export const has = (life: Life, defect: Defect): boolean => life.options.defect === defect;

export function refused(code: string, more: object = {}): SystemAnswer {
  return { problem: { code, ...more } };
}

export function paymentOf(life: Life, paymentId: string): PaymentState {
  const payment = life.state.payments.get(paymentId);
  if (payment) return payment;
  throw new Error(`There is no payment ${paymentId}.`);
}

/** `none`: nothing came in time, or the connection was cut. */
export type Heard =
  | { readonly kind: 'answer'; readonly status: number; readonly body: JsonObject | undefined }
  | { readonly kind: 'none' };

/** Asks an outside service, no longer than the network allows. */
export async function ask(
  life: Life,
  networkId: string,
  operation: string,
  input: JsonObject,
): Promise<Heard> {
  life.signal.throwIfAborted();
  const timeoutMs = life.state.networks.get(networkId)?.callTimeoutMs ?? 1_000;
  const done = new AbortController();
  const signal = AbortSignal.any([life.signal, done.signal]);
  const timeout = surroundingsOf(life)
    .sleep(timeoutMs, signal)
    .then(
      () => undefined,
      () => undefined,
    );
  const reply = await Promise.race([life.outside(operation, input, { signal }), timeout]);
  if (reply?.kind === 'silence') await timeout;
  done.abort('answered');
  life.signal.throwIfAborted();
  if (reply?.kind !== 'reply') return { kind: 'none' };
  return { kind: 'answer', status: reply.status, body: parsed(reply.body) };
}

function parsed(body: JsonObject | string): JsonObject | undefined {
  if (typeof body !== 'string') return body;
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

/** Undefined unless it is a 2xx. */
export function goodBody(heard: Heard): JsonObject | undefined {
  const isGood = heard.kind === 'answer' && heard.status >= 200 && heard.status < 300;
  return isGood ? (heard.body ?? {}) : undefined;
}

/** Something that goes on behind the replies, until it is done or the life ends. */
export function inBackground(life: Life, work: () => Promise<unknown>): void {
  work().catch((error: unknown) => {
    if (!life.signal.aborted && !(error instanceof StoreUnavailable)) throw error;
  });
}

const RETRY_PAUSE_MS = 100;
const MAX_RETRIES = 6_000;

/** Tries until there is a result, at most for ten minutes. */
export async function keepTrying<T>(
  life: Life,
  attempt: () => Promise<T | undefined>,
  tries = MAX_RETRIES,
): Promise<T | undefined> {
  for (let tried = 0; tried < tries; tried += 1) {
    const result = await attempt();
    if (result !== undefined) return result;
    await surroundingsOf(life).sleep(RETRY_PAUSE_MS, life.signal);
    life.signal.throwIfAborted();
  }
  return undefined;
}

/** Commands on one payment take effect one after the other. */
export async function inTurn(
  life: Life,
  paymentId: string,
  run: () => Promise<SystemAnswer>,
): Promise<SystemAnswer> {
  const before = life.queues.get(paymentId);
  if (before && life.options.freedoms.secondCommand === 'refused') {
    return refused('VERSION_CONFLICT');
  }
  const turn = (async () => {
    await before?.catch(() => undefined);
    return run();
  })();
  life.queues.set(paymentId, turn);
  try {
    return await turn;
  } finally {
    if (life.queues.get(paymentId) === turn) life.queues.delete(paymentId);
  }
}
