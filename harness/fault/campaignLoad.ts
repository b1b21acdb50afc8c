/**
 * The open-loop load of a campaign: each command at its intended time, whatever became of the others, by a recorded client without hidden
 * retries. What was not available is repeated with the same idempotency key, as a client of the implementation would do.
 */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { HistoryOperation } from '../history/history.ts';
import type { CallFunction, HistoryRecorder, Recorded } from '../history/historyRecorder.ts';
import type { LoadRequest } from '../load/loadRequest.ts';
import type { Random } from '../load/seededRandom.ts';
import type { Workload } from '../load/workload.ts';
import type { Answer } from '../target/target.ts';
import type { CampaignClients } from './campaignClients.ts';
import { commandLog, setFate } from './commandLog.ts';
import type { CommandLog } from './commandLog.ts';
import type { FaultClock } from './faultTools.ts';
import { retryUntil } from './retryUntil.ts';

/** A second is what a caller waits before it gives up on a service on its own host: what comes later counts as unavailable. */
export const IN_TIME_MS = 1_000;
/** Of decisions: eventual success is success within ten seconds, counted from the intended start. */
export const EVENTUALLY_MS = 10_000;
/** Between two looks at the schedule; the starts are up to so much late. */
const TICK_MS = 1;

/** Answered for a command that no client was free for: it never left, so it has no effect and never will. */
export const NOT_SENT = 'casemark:not-sent';

export interface CampaignLoadOptions {
  readonly caseStudy: CaseStudy;
  readonly work: Workload;
  /** From the start of the load, ascending. */
  readonly startsMs: Float64Array;
  readonly recorder: HistoryRecorder;
  readonly clients: CampaignClients;
  /** Of their own, so that retries do not keep new commands waiting. */
  readonly retryClients: CampaignClients;
  readonly clock: FaultClock;
  readonly random: Random;
}

export interface CampaignLoad {
  readonly log: CommandLog;
  start(): void;
  /** What is not due by now is not sent, and not counted. */
  stop(): void;
  /** When every command has its fate and no retry is under way. */
  settled(): Promise<void>;
  /** Whether some attempt with this key was answered for good: acknowledged, or refused in a way that asking again does not change. */
  isSettled(idempotencyKey: string): boolean;
}

export function campaignLoad(options: CampaignLoadOptions): CampaignLoad {
  const { caseStudy, work, startsMs, recorder, clients, retryClients, clock, random } = options;
  const log = commandLog(startsMs.length);
  const settledKeys = new Set<string>();
  const done = Promise.withResolvers<undefined>();
  let beganMs = NaN;
  let next = 0;
  let underWay = 0;

  const endIfDone = (): void => {
    if (next >= log.count && underWay === 0) done.resolve(undefined);
  };

  const sendDue = (): void => {
    while (next < log.count && beganMs + startsMs[next]! <= clock.nowMs()) {
      underWay += 1;
      void play(next).finally(() => {
        underWay -= 1;
        endIfDone();
      });
      next += 1;
    }
  };

  const tick = (): void => {
    sendDue();
    if (next < log.count) void clock.sleep(TICK_MS).then(tick);
    else endIfDone();
  };

  const play = async (index: number): Promise<void> => {
    const request = work.planned(index);
    const intendedMs = beganMs + startsMs[index]!;
    log.startMs[index] = intendedMs;
    log.lagMs[index] = clock.nowMs() - intendedMs;
    const client = clients.take();
    const first = client
      ? await client.call(request.operation, request.input, { intendedNs: ns(intendedMs) })
      : await notSent(request, intendedMs);
    if (client) clients.give(client);
    const nowMs = clock.nowMs();
    log.endMs[index] = nowMs;
    const judged = judgementOf(request, first);
    if (judged === 'refused') log.refused += 1;
    if (judged !== 'unavailable') {
      const inTime = nowMs - intendedMs <= IN_TIME_MS;
      setFate(log, index, inTime ? 'available' : 'late');
      if (nowMs - intendedMs <= EVENTUALLY_MS) log.settledMs[index] = nowMs;
      return;
    }
    setFate(log, index, client ? 'failed' : 'not-sent');
    if (!isSafeToRepeat(first)) {
      log.unrepeatable[index] = 1;
      return;
    }
    if (isFinal(caseStudy, first.answer)) return;
    const settledMs = await retryUntil({
      attempt: () => retry(request, first.operation),
      untilMs: intendedMs + EVENTUALLY_MS,
      clock,
      random,
    });
    if (settledMs !== undefined) log.settledMs[index] = settledMs;
  };

  const retry = async (request: LoadRequest, first: HistoryOperation): Promise<boolean> => {
    const client = retryClients.take();
    if (!client) return false;
    const again = await client.call(request.operation, request.input, { retryOf: first.id });
    retryClients.give(client);
    const settled =
      judgementOf(request, again) !== 'unavailable' && !isForNow(caseStudy, again.answer);
    if (settled && first.idempotencyKey !== undefined) settledKeys.add(first.idempotencyKey);
    return settled;
  };

  const notSent = ({ operation, input }: LoadRequest, intendedMs: number): Promise<Recorded> =>
    recorder.client(refuseUnsent).call(operation, input, { intendedNs: ns(intendedMs) });

  /** With a key the same command; a read changes nothing. Anything else might take effect twice. */
  const isSafeToRepeat = ({ operation }: Recorded): boolean =>
    operation.idempotencyKey !== undefined ||
    caseStudy.operations.get(operation.operation)!.effect === 'read';

  return {
    log,
    start() {
      beganMs = clock.nowMs();
      tick();
    },
    stop() {
      sendDue();
      log.count = next;
    },
    settled: () => done.promise,
    isSettled: (key) => settledKeys.has(key),
  };
}

/** A refusal that the workload expects is an answer too: sold out is not out of order. */
export function judgementOf(
  request: LoadRequest,
  { answer }: Recorded,
): 'ok' | 'refused' | 'unavailable' {
  const { kind } = request.judge({ kind: 'answer', answer });
  return kind === 'ok' || kind === 'refused' ? kind : 'unavailable';
}

/** A refusal that says by its error table that asking again is of no use. */
function isFinal({ errors }: CaseStudy, answer: Answer): boolean {
  if (answer.kind !== 'refused' || answer.problem.code === NOT_SENT) return false;
  const row = errors.get(answer.problem.code);
  return row !== undefined && row.definite && !row.retryable;
}

/** A refusal that the workload may expect, and that still leaves open what becomes of the command: its first attempt is under way. */
function isForNow({ errors }: CaseStudy, answer: Answer): boolean {
  return answer.kind === 'refused' && errors.get(answer.problem.code)?.retryable === true;
}

const refuseUnsent: CallFunction = async () => ({ kind: 'refused', problem: { code: NOT_SENT } });

function ns(ms: number): number {
  return Math.round(ms * 1e6);
}
