/**
 * Records calls so that what is concluded from them is sound: the call is numbered before anything is sent, the return after the whole
 * reply was read, by one counter; what is not known stays not known. One recorder spans load, faults, crashes and recovery.
 *
 * It never repeats a call: a retry is a call of its own (`retryOf`), and the call function below must not retry or follow redirects
 * either. How long to wait is the call function's business too; it should be much longer than what counts as too late, because a late
 * reply is worth more than none, and lateness is computed from the times.
 */
import type { Answer, Json, JsonObject } from '../target/target.ts';
import { classifyAnswer } from './classifyAnswer.ts';
import type { OutcomeRules } from './classifyAnswer.ts';
import type { FaultEvent, HistoryOperation } from './history.ts';
import type { HistorySink } from './historyFile.ts';
import { faultLine, operationLine } from './historyLine.ts';

export type CallFunction = (operation: string, input: JsonObject) => Promise<Answer>;

export interface RecorderOptions {
  readonly sink: HistorySink;
  readonly rules: OutcomeRules;
  /** The independent object that a call touches. Default: one for all. */
  partitionOf?(operation: string, input: JsonObject): string;
  /** Attempts with the same key are one command. Default: none has a key. */
  idempotencyKeyOf?(operation: string, input: JsonObject): string | undefined;
  /** The sequence number of an acknowledged reply. Default: none has one. */
  witnessSeqOf?(operation: string, output: Json): number | undefined;
  /** Monotonic. Default: process.hrtime from the recorder's start. */
  readonly nowNs?: () => number;
}

export interface RecordedCallOptions {
  /** When the schedule meant to send it. */
  readonly intendedNs?: number;
  /** The id of the attempt that this one repeats. */
  readonly retryOf?: number;
}

/** One client: one call at a time. After an `info` it goes on as a new process. */
export interface RecordedClient {
  call(operation: string, input: JsonObject, options?: RecordedCallOptions): Promise<Recorded>;
}

export interface Recorded {
  readonly answer: Answer;
  readonly operation: HistoryOperation;
}

/** What a look-up by client-made id says about a command whose reply was lost. */
export type Resolution =
  /** It took effect. `output` is what its reply would have been, if that can be known. */
  | { readonly kind: 'found'; readonly output?: Json; readonly witnessSeq?: number }
  /** Not there now. It may still come: the operation stays `info`. */
  | { readonly kind: 'absent' }
  | { readonly kind: 'unanswered' };

export interface ResolveCounts {
  found: number;
  absent: number;
  unanswered: number;
  /** Not asked about: more than the recorder keeps. */
  forgotten: number;
}

export interface HistoryRecorder {
  /**
   * `onRetired` is told when a process ends with an `info`: whatever connection it used must not carry another call, because the lost
   * reply may still come over it.
   */
  client(
    call: CallFunction,
    options?: { readonly connection?: string; onRetired?(): void },
  ): RecordedClient;
  /** A fault with the phase `injected` is active until it is `healed`. */
  fault(fault: Omit<FaultEvent, 'event' | 'atNs'>): void;
  /**
   * After everything has healed: asks about each `info`, one at a time. What is found becomes `ok` and returns when the look-up
   * returned, no earlier; nothing ever becomes `fail`.
   */
  resolve(lookUp: (operation: HistoryOperation) => Promise<Resolution>): Promise<ResolveCounts>;
  close(): void;
}

/** Of calls without an outcome, to be resolved: beyond this they stay `info`, which is sound. About 50 MB. */
const MAX_UNRESOLVED = 100_000;

export function historyRecorder(options: RecorderOptions): HistoryRecorder {
  const { sink, rules } = options;
  const nowNs = options.nowNs ?? monotonicNs();
  const unresolved: HistoryOperation[] = [];
  const activeFaults = new Set<string>();
  let forgotten = 0;
  let lastEvent = 0;
  let lastId = 0;
  let lastProcess = 0;

  const finish = (operation: HistoryOperation): void => {
    sink.write(operationLine(operation));
    if (operation.outcome !== 'info') return;
    if (unresolved.length < MAX_UNRESOLVED) unresolved.push(operation);
    else forgotten++;
  };

  return {
    client(call, { connection, onRetired } = {}) {
      let process = ++lastProcess;
      let isWaiting = false;
      return {
        async call(operation, input, { intendedNs, retryOf } = {}) {
          if (isWaiting) throw new Error('a client makes one call at a time: open another client');
          isWaiting = true;
          const idempotencyKey = options.idempotencyKeyOf?.(operation, input);
          const faultsAtCall = [...activeFaults];
          const called = {
            id: ++lastId,
            process,
            partition: options.partitionOf?.(operation, input) ?? '',
            operation,
            // A caller may change its object while the call is on its way.
            input: structuredClone(input),
            ...(intendedNs !== undefined && { intendedNs }),
            ...(connection !== undefined && { connection }),
            ...(idempotencyKey !== undefined && { idempotencyKey }),
            ...(retryOf !== undefined && { retryOf }),
            callNs: nowNs(),
            callEvent: ++lastEvent,
          };
          // Nothing of the call has happened before this line, and after it all of the reply has been read.
          const answer = await settled(call, operation, input);
          const atNs = nowNs();
          const { outcome, output, error } = classifyAnswer(operation, answer, rules);
          const witnessSeq =
            output === undefined ? undefined : options.witnessSeqOf?.(operation, output);
          const recorded: HistoryOperation = {
            ...called,
            outcome,
            ...(output !== undefined && { output }),
            ...(error !== undefined && { error }),
            ...(witnessSeq !== undefined && { witnessSeq }),
            ...(outcome === 'info'
              ? { gaveUpNs: atNs }
              : { returnNs: atNs, returnEvent: ++lastEvent }),
            faultsActive: [...new Set([...faultsAtCall, ...activeFaults])],
          };
          finish(recorded);
          isWaiting = false;
          if (outcome === 'info') {
            process = ++lastProcess;
            onRetired?.();
          }
          return { answer, operation: recorded };
        },
      };
    },
    fault(fault) {
      if (fault.phase === 'injected') activeFaults.add(fault.fault);
      if (fault.phase === 'healed') activeFaults.delete(fault.fault);
      sink.write(faultLine({ ...fault, event: ++lastEvent, atNs: nowNs() }));
    },
    async resolve(lookUp) {
      const counts: ResolveCounts = { found: 0, absent: 0, unanswered: 0, forgotten };
      for (const operation of unresolved.splice(0)) {
        const resolution = await lookUp(operation).catch(() => ({ kind: 'unanswered' as const }));
        counts[resolution.kind]++;
        if (resolution.kind !== 'found') {
          unresolved.push(operation);
          continue;
        }
        const { output } = resolution;
        const told =
          output === undefined ? undefined : options.witnessSeqOf?.(operation.operation, output);
        const witnessSeq = resolution.witnessSeq ?? told;
        const resolved: HistoryOperation = {
          ...operation,
          outcome: 'ok',
          ...(output !== undefined && { output }),
          ...(witnessSeq !== undefined && { witnessSeq }),
          returnNs: nowNs(),
          returnEvent: ++lastEvent,
        };
        sink.write(operationLine(resolved));
      }
      return counts;
    },
    close: () => sink.close(),
  };
}

/** A call function that throws is an outside world that gave no answer. */
async function settled(call: CallFunction, operation: string, input: JsonObject): Promise<Answer> {
  try {
    return await call(operation, input);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    return { kind: 'indeterminate', reason };
  }
}

/** From the start, so that 2^53 ns (104 days) are not used up by a machine's uptime. */
function monotonicNs(): () => number {
  const startNs = process.hrtime.bigint();
  return () => Number(process.hrtime.bigint() - startNs);
}
