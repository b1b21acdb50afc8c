/**
 * What was done to an implementation and what came back, as data. Every judge of concurrency is a pure function of it.
 *
 * Soundness: a recorded interval contains the true one, and `fail` means "no effect, ever". Making an interval wider or turning a
 * `fail` into an `info` can hide a defect, never invent one.
 */
import type { Json, JsonObject } from '../target/target.ts';

/**
 * `ok`: the reply came, and it is what the operation observed. `fail`: it had no effect and never will have. `info`: nobody knows;
 * the effect may come at any time from the call on, or never.
 */
export type Outcome = 'ok' | 'fail' | 'info';

/** What was asked: all that a model may look at besides the reply. */
export interface HistoryCall {
  readonly operation: string;
  readonly input: JsonObject;
}

export interface HistoryOperation extends HistoryCall {
  /** Unique in its history. */
  readonly id: number;
  /** A logical process has one operation outstanding at most, and none after an `info`. */
  readonly process: number;
  /** The independent object that it touches: a symbol, an account, a patient. */
  readonly partition: string;
  readonly outcome: Outcome;
  /** What an `ok` observed. An `ok` without it took effect, but its reply is not known (it was resolved later). */
  readonly output?: Json;
  /** Numbers of one counter for the whole history, so that all calls and returns have a total order. */
  readonly callEvent: number;
  /** Only a definite outcome returns. */
  readonly returnEvent?: number;
  /** Monotonic ns since the recorder started, for latencies; the events are what orders. */
  readonly callNs: number;
  readonly returnNs?: number;
  /** When the recorder stopped waiting for an `info`. It bounds nothing: the effect may come later. */
  readonly gaveUpNs?: number;
  /** When the schedule meant to send it: latency under load counts from here. */
  readonly intendedNs?: number;
  readonly connection?: string;
  readonly error?: string;
  /** Attempts with the same key are one command: it takes effect once at most. */
  readonly idempotencyKey?: string;
  /** The id of the attempt that this one repeats. */
  readonly retryOf?: number;
  /** The position in the implementation's own order: of the effect, and for a read of the state that it shows (as-of). */
  readonly witnessSeq?: number;
  /** Names of the faults that were active at the call or at the return. */
  readonly faultsActive: readonly string[];
}

export type FaultPhase = 'injected' | 'observed' | 'healed' | 'verified' | 'indeterminate';

/** What the nemesis did, in the same order as the operations. */
export interface FaultEvent {
  readonly fault: string;
  readonly phase: FaultPhase;
  readonly event: number;
  readonly atNs: number;
  readonly target?: string;
  /** What shows that it bit: a signal, a count of bytes, a state. */
  readonly evidence?: string;
}

export interface History {
  readonly operations: readonly HistoryOperation[];
  readonly faults: readonly FaultEvent[];
}
