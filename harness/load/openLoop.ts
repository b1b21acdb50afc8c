/**
 * The open-loop generator: requests start when the schedule says, whether or not earlier ones have been answered, and latency is
 * counted from then. A server that stalls makes every request late that was due meanwhile, as it would make its users wait; a
 * generator that waits for replies before it sends would not notice (coordinated omission).
 */
import { monitorEventLoopDelay, performance } from 'node:perf_hooks';
import { fifo } from './fifo.ts';
import type { Lane, LaneEvents, LaneReply, OpenLane } from './lanes/lane.ts';
import type { LoadRequest, ReplyJudgement, RequestSource } from './loadRequest.ts';
import { OUTCOMES, toUs } from './sampleLog.ts';
import type { Outcome, SampleLog } from './sampleLog.ts';

/**
 * `spin`: asks the clock on every turn of the event loop, at the price of a core. `timer`: once a millisecond. `nap`: leaves the
 * core to others until shortly before a start, dozes between the turns then, and spins at the very end.
 */
export type Pacing = 'spin' | 'timer' | 'nap';

/** Which requests are those of one generator among several: `index`, `index + of`, ... */
export interface Share {
  readonly index: number;
  readonly of: number;
}

export const WHOLE: Share = { index: 0, of: 1 };

export interface OpenLoopOptions {
  readonly openLane: OpenLane;
  /** Holds the schedule, and takes what becomes of it. */
  readonly log: SampleLog;
  readonly share: Share;
  readonly lanes: number;
  /** Sent and waiting to be sent together. A request that is due beyond it is `missed`. */
  readonly maxInFlight: number;
  /** From the intended start. */
  readonly timeoutMs: number;
  /** After the last intended start: what has not ended by then is a timeout too. */
  readonly graceMs: number;
  readonly pacing: Pacing;
  readonly request: RequestSource;
  /** Called when every lane is open: resolves to time zero, on the clock of `monotonicMs`. */
  readonly ready: () => Promise<number>;
  /** What is due before this warms up: the event loop's delay is watched from here on. */
  readonly countFromMs: number;
  /** Called when the first counted request is due, and when the last has ended. */
  readonly onWindow?: (edge: 'begins' | 'ends') => void;
}

export interface OpenLoopEnd {
  /** How late the generator's own event loop was, p99 over the counted part. */
  readonly loopDelayP99Us: number;
  /** Some of the errors in words, the first ones. */
  readonly errorSamples: readonly string[];
  /** Why it gave up before the schedule's end. */
  readonly aborted?: string;
}

const NEVER = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));

/** Timers of the event loop know whole milliseconds only. */
function doze(): void {
  Atomics.wait(NEVER, 0, 0, DOZE_MS);
}

/** A clock that all threads of the machine share. */
export function monotonicMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}

/** Enough to see what is wrong. */
const MAX_ERROR_SAMPLES = 5;
/** After so many failures to connect in a row nobody is listening. */
const MAX_CONNECT_FAILURES = 100;
const RECONNECT_DELAY_MS = 20;
/** For all lanes to open, before time zero. */
const MAX_CONNECT_MS = 10_000;
/** How often timeouts are looked for; small against any timeout. */
const SWEEP_MS = 20;
/** After a delay of its own the generator lets replies in between: all at once would delay their time stamps. */
const MAX_BURST = 64;
const TIMER_MS = 1;
/** What is set to ring so long before a start has rung by then: a timer is up to a millisecond late, and a core takes time to wake. */
const NAP_ENDS_MS = 2;
/** Between the turns of the event loop until then: less than a request takes, and enough for others to have the core. */
const DOZE_MS = 0.05;
/** A doze may last a few times as long as it was meant to. */
const DOZE_ENDS_MS = 0.2;
/** Its samples are this long apart, and each is at least as long. */
const LOOP_DELAY_RESOLUTION_MS = 1;

/** Never rejects: what goes wrong is counted. */
export function openLoop(options: OpenLoopOptions): Promise<OpenLoopEnd> {
  return new Promise((resolve) => run(options, resolve));
}

function run(options: OpenLoopOptions, resolve: (end: OpenLoopEnd) => void): void {
  const { log, share, maxInFlight, timeoutMs, graceMs, countFromMs } = options;
  const { startsMs, lagUs, sentUs, endUs, outcome } = log;
  const operationNumbers = new Map(log.operations.map((name, place) => [name, place + 1]));
  const errorSamples: string[] = [];
  const loopDelay = monitorEventLoopDelay({ resolution: LOOP_DELAY_RESOLUTION_MS });

  const lanes = new Set<Lane>();
  const idle = fifo<Lane>();
  const backlog = fifo<number>();
  const requests = new Map<Lane, LoadRequest>();
  const beganMs = performance.now();
  let connectFailures = 0;
  let next = share.index;
  let zeroMs = 0;
  let state: 'connecting' | 'waiting' | 'sending' | 'draining' | 'ended' = 'connecting';
  let counting = false;
  let aborted: string | undefined;

  const elapsedMs = (): number => performance.now() - zeroMs;

  const settle = (index: number, became: Outcome, nowMs: number): void => {
    endUs[index] = toUs(nowMs - startsMs[index]!);
    outcome[index] = OUTCOMES.indexOf(became) + 1;
  };
  const note = (index: number, operation: string, judged: ReplyJudgement): void => {
    if (!('reason' in judged) || startsMs[index]! < countFromMs) return;
    if (errorSamples.length < MAX_ERROR_SAMPLES)
      errorSamples.push(`${operation}: ${judged.reason}`);
  };
  /** @returns what was in flight on the lane, which carries nothing from now on */
  const take = (lane: Lane): LoadRequest => {
    const request = requests.get(lane)!;
    requests.delete(lane);
    return request;
  };

  const worked = new Set<Lane>();
  const events: LaneEvents = {
    onIdle(lane) {
      if (state === 'ended') return;
      if (!worked.has(lane)) {
        worked.add(lane);
        connectFailures = 0;
      }
      idle.push(lane);
      if (state === 'connecting' && idle.length() === options.lanes) void begin();
      else sendWaiting();
    },
    onReply(lane, reply: LaneReply) {
      const nowMs = elapsedMs();
      const index = lane.inFlight;
      lane.inFlight = -1;
      const request = take(lane);
      const judged = request.judge(reply);
      settle(index, judged.kind, nowMs);
      note(index, request.operation, judged);
      endIfDone();
    },
    onBroken(lane, reason) {
      const index = lane.inFlight;
      lane.inFlight = -1;
      const request = take(lane);
      settle(index, 'error', elapsedMs());
      note(index, request.operation, { kind: 'error', reason });
      endIfDone();
    },
    onGone(lane, reason) {
      lanes.delete(lane);
      idle.remove(lane);
      if (state === 'ended') return;
      if (worked.delete(lane)) return openOne();
      connectFailures += 1;
      if (connectFailures >= MAX_CONNECT_FAILURES) return abort(reason);
      setTimeout(() => state !== 'ended' && openOne(), RECONNECT_DELAY_MS);
    },
  };
  const openOne = (): void => void lanes.add(options.openLane(events));

  const begin = async (): Promise<void> => {
    state = 'waiting';
    const zero = await options.ready();
    if (state !== 'waiting') return;
    zeroMs = performance.now() + (zero - monotonicMs());
    state = 'sending';
    pace();
  };

  /** Takes up what is due. */
  const pace = (): void => {
    if (state !== 'sending') return;
    for (let burst = 0; burst < MAX_BURST && next < startsMs.length; burst += 1) {
      const nowMs = elapsedMs();
      if (startsMs[next]! > nowMs) break;
      takeUp(next, nowMs);
      next += share.of;
    }
    if (next >= startsMs.length) {
      state = 'draining';
      return endIfDone();
    }
    const napMs = options.pacing === 'nap' ? startsMs[next]! - elapsedMs() - NAP_ENDS_MS : 0;
    if (napMs >= TIMER_MS) return void setTimeout(pace, napMs);
    if (options.pacing === 'timer') return void setTimeout(pace, TIMER_MS);
    if (options.pacing === 'nap' && startsMs[next]! - elapsedMs() > DOZE_ENDS_MS) doze();
    setImmediate(pace);
  };

  const takeUp = (index: number, nowMs: number): void => {
    lagUs[index] = toUs(nowMs - startsMs[index]!);
    if (!counting && startsMs[index]! >= countFromMs) {
      counting = true;
      loopDelay.enable();
      options.onWindow?.('begins');
    }
    if (requests.size + backlog.length() >= maxInFlight) return settle(index, 'missed', nowMs);
    backlog.push(index);
    sendWaiting();
  };

  const sendWaiting = (): void => {
    while (backlog.length() > 0 && idle.length() > 0) send(backlog.shift()!, idle.shift()!);
  };

  const send = (index: number, lane: Lane): void => {
    const request = options.request(index);
    log.operation[index] = operationNumbers.get(request.operation) ?? 0;
    requests.set(lane, request);
    lane.inFlight = index;
    sentUs[index] = toUs(elapsedMs() - startsMs[index]!);
    lane.send(request);
  };

  const giveUp = (lane: Lane, nowMs: number): void => {
    take(lane);
    settle(lane.inFlight, 'timeout', nowMs);
    lanes.delete(lane);
    worked.delete(lane);
    lane.close();
  };

  /** Ends what has been due for longer than timeoutMs, and everything once the grace is over; such a lane cannot be used again. */
  const sweep = setInterval(() => {
    if (state === 'connecting' && performance.now() - beganMs > MAX_CONNECT_MS)
      return abort(`no answer within ${MAX_CONNECT_MS} ms`);
    if (state !== 'sending' && state !== 'draining') return;
    const nowMs = elapsedMs();
    const graceIsOver = state === 'draining' && nowMs > (startsMs.at(-1) ?? 0) + graceMs;
    for (const lane of [...requests.keys()]) {
      if (!graceIsOver && nowMs - startsMs[lane.inFlight]! < timeoutMs) continue;
      giveUp(lane, nowMs);
      openOne();
    }
    while (
      backlog.length() > 0 &&
      (graceIsOver || nowMs - startsMs[backlog.first()!]! >= timeoutMs)
    ) {
      settle(backlog.shift()!, 'timeout', nowMs);
    }
    endIfDone();
  }, SWEEP_MS);

  const endIfDone = (): void => {
    if (state === 'draining' && requests.size === 0 && backlog.length() === 0) end();
  };

  const abort = (reason: string): void => {
    aborted = `no connection could be opened: ${reason}`;
    end();
  };

  const end = (): void => {
    if (state === 'ended') return;
    state = 'ended';
    clearInterval(sweep);
    loopDelay.disable();
    for (const lane of lanes) lane.close();
    options.onWindow?.('ends');
    const delayMs = loopDelay.count === 0 ? 0 : loopDelay.percentile(99) / 1e6;
    resolve({
      loopDelayP99Us: Math.max(0, toUs(delayMs - LOOP_DELAY_RESOLUTION_MS)),
      errorSamples,
      ...(aborted !== undefined && { aborted }),
    });
  };

  for (let opened = 0; opened < options.lanes; opened += 1) openOne();
}
