/**
 * The open-loop generator: requests start when the schedule says, whether or not earlier ones have been answered, and latency is
 * counted from then. A server that stalls makes every request late that was due meanwhile, as it would make its users wait; a
 * generator that waits for replies before it sends would not notice (coordinated omission).
 */
import { performance } from 'node:perf_hooks';
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, recordMs } from './latencyHistogram.ts';
import { openLoadConnection } from './loadConnection.ts';
import type { LoadConnection, SendResult } from './loadConnection.ts';
import type { LoadRequest, RequestSource } from './loadRequest.ts';
import { tally } from './tally.ts';
import type { Tally } from './tally.ts';

/** `spin`: asks the clock on every turn of the event loop, at the price of a core. `timer`: once a millisecond. */
export type Pacing = 'spin' | 'timer';

export interface OpenLoopOptions {
  readonly host: string;
  readonly port: number;
  /** Intended starts in ms from time zero, ascending. */
  readonly schedule: Float64Array;
  /** Length of the schedule in ms: the last gap counts too. */
  readonly durationMs: number;
  /** What is due before this is sent and not counted. */
  readonly warmupMs: number;
  readonly connections: number;
  /** Sent and waiting to be sent together. A request that is due beyond it is `missed`. */
  readonly maxInFlight: number;
  /** From the intended start. */
  readonly timeoutMs: number;
  readonly pacing: Pacing;
  readonly request: RequestSource;
  /** Called when the first counted request is due, and when the last has ended. */
  readonly onWindow?: (edge: 'begins' | 'ends') => void;
}

export interface OpenLoopResult {
  readonly all: Tally;
  readonly byOperation: ReadonlyMap<string, Tally>;
  /** Intended start to the moment at which the generator took it up: the generator's own delay. */
  readonly sendLag: Histogram;
  /** Due while maxInFlight was reached: never sent. */
  readonly missed: number;
  readonly offeredRps: number;
  /** Answered (ok and refused) over the true elapsed time. */
  readonly achievedRps: number;
  /** From the first counted intended start to the last end. */
  readonly elapsedS: number;
  /** The most requests that waited for a connection at once. */
  readonly maxBacklog: number;
  /** Some of the errors in words, the first ones. */
  readonly errorSamples: readonly string[];
  /** Why it gave up before the schedule's end. */
  readonly aborted?: string;
}

/** Enough to see what is wrong. */
const MAX_ERROR_SAMPLES = 5;
/** After so many failures to connect in a row nobody is listening. */
const MAX_CONNECT_FAILURES = 100;
const RECONNECT_DELAY_MS = 20;
/** For all connections to open, before time zero. */
const MAX_CONNECT_MS = 10_000;
/** How often timeouts are looked for; small against any timeout. */
const SWEEP_MS = 20;
/** After a delay of its own the generator lets replies in between: all at once would delay their time stamps. */
const MAX_BURST = 64;
const TIMER_MS = 1;

interface InFlight {
  readonly index: number;
  readonly request: LoadRequest;
  readonly sentMs: number;
  readonly connection: LoadConnection;
}

/** Never rejects: what goes wrong is counted. */
export function openLoop(options: OpenLoopOptions): Promise<OpenLoopResult> {
  return new Promise((resolve) => run(options, resolve));
}

function run(options: OpenLoopOptions, resolve: (result: OpenLoopResult) => void): void {
  const { schedule, warmupMs, maxInFlight, timeoutMs } = options;
  const all = tally();
  const byOperation = new Map<string, Tally>();
  const sendLag = latencyHistogram();
  const errorSamples: string[] = [];
  let missed = 0;
  let maxBacklog = 0;
  let aborted: string | undefined;

  const connections = new Set<LoadConnection>();
  const idle = queue<LoadConnection>();
  const backlog = queue<number>();
  const inFlight = new Map<LoadConnection, InFlight>();
  const startedMs = performance.now();
  let connectFailures = 0;
  let next = 0;
  let zeroMs = 0;
  let state: 'connecting' | 'sending' | 'draining' | 'ended' = 'connecting';
  let windowBegan = false;
  let lastEndMs = 0;

  const elapsedMs = (): number => performance.now() - zeroMs;
  const isCounted = (index: number): boolean => schedule[index]! >= warmupMs;

  const openOne = (): void => {
    let worked = false;
    const connection = openLoadConnection(options, {
      onIdle(opened) {
        worked = true;
        connectFailures = 0;
        idle.push(opened);
        if (state === 'connecting' && connections.size === idle.length()) begin();
        else sendWaiting();
      },
      onGone(gone, reason) {
        connections.delete(gone);
        idle.remove(gone);
        if (state === 'ended') return;
        if (worked) return openOne();
        connectFailures += 1;
        if (connectFailures >= MAX_CONNECT_FAILURES) return abort(reason);
        setTimeout(() => state !== 'ended' && openOne(), RECONNECT_DELAY_MS);
      },
    });
    connections.add(connection);
  };

  const begin = (): void => {
    state = 'sending';
    zeroMs = performance.now();
    pace();
  };

  /** Takes up what is due. */
  const pace = (): void => {
    if (state !== 'sending') return;
    for (let burst = 0; burst < MAX_BURST && next < schedule.length; burst += 1) {
      const now = elapsedMs();
      if (schedule[next]! > now) break;
      takeUp(next, now);
      next += 1;
    }
    if (next === schedule.length) {
      state = 'draining';
      return endIfDone();
    }
    if (options.pacing === 'spin') setImmediate(pace);
    else setTimeout(pace, TIMER_MS);
  };

  const takeUp = (index: number, nowMs: number): void => {
    if (isCounted(index)) {
      recordMs(sendLag, nowMs - schedule[index]!);
      if (!windowBegan) {
        windowBegan = true;
        options.onWindow?.('begins');
      }
    }
    if (inFlight.size + backlog.length() >= maxInFlight) {
      if (isCounted(index)) missed += 1;
      return;
    }
    backlog.push(index);
    sendWaiting();
    maxBacklog = Math.max(maxBacklog, backlog.length());
  };

  const sendWaiting = (): void => {
    while (backlog.length() > 0 && idle.length() > 0) send(backlog.shift()!, idle.shift()!);
  };

  const send = (index: number, connection: LoadConnection): void => {
    const request = options.request(index);
    const entry: InFlight = { index, request, sentMs: elapsedMs(), connection };
    inFlight.set(connection, entry);
    connection.send(request.text, (result) => {
      const endMs = elapsedMs();
      inFlight.delete(connection);
      settle(entry, result, endMs);
      endIfDone();
    });
  };

  const settle = (
    { index, request, sentMs }: InFlight,
    result: SendResult,
    endMs: number,
  ): void => {
    const judged =
      result.kind === 'reply'
        ? request.judge(result.response)
        : ({ ...result, kind: 'error' } as const);
    if (result.kind === 'broken') request.lost();
    if (!isCounted(index)) return;
    lastEndMs = endMs;
    if (judged.kind === 'error') return countError(request.operation, judged.reason);
    for (const each of [all, of(request.operation)]) {
      each[judged.kind] += 1;
      recordMs(each.response, endMs - schedule[index]!);
      recordMs(each.service, endMs - sentMs);
    }
  };

  const of = (operation: string): Tally => {
    const found = byOperation.get(operation) ?? tally();
    byOperation.set(operation, found);
    return found;
  };

  const countError = (operation: string, reason: string): void => {
    for (const each of [all, of(operation)]) each.errors += 1;
    if (errorSamples.length < MAX_ERROR_SAMPLES) errorSamples.push(`${operation}: ${reason}`);
  };

  const countTimeout = (index: number, operation: string | undefined, nowMs: number): void => {
    if (!isCounted(index)) return;
    lastEndMs = nowMs;
    for (const each of operation === undefined ? [all] : [all, of(operation)]) {
      each.timeouts += 1;
      recordMs(each.response, nowMs - schedule[index]!);
    }
  };

  /** Ends what has been due for longer than timeoutMs; its connection cannot be used again. */
  const sweep = setInterval(() => {
    if (state === 'connecting' && performance.now() - startedMs > MAX_CONNECT_MS) {
      return abort(`no answer within ${MAX_CONNECT_MS} ms`);
    }
    const now = elapsedMs();
    for (const { index, request, connection } of inFlight.values()) {
      if (now - schedule[index]! < timeoutMs) continue;
      countTimeout(index, request.operation, now);
      inFlight.delete(connection);
      connections.delete(connection);
      connection.close();
      request.lost();
      openOne();
    }
    while (backlog.length() > 0 && now - schedule[backlog.first()!]! >= timeoutMs) {
      countTimeout(backlog.shift()!, undefined, now);
    }
    endIfDone();
  }, SWEEP_MS);

  const endIfDone = (): void => {
    if (state === 'draining' && inFlight.size === 0 && backlog.length() === 0) end();
  };

  const abort = (reason: string): void => {
    aborted = `no connection to ${options.host}:${options.port} could be opened: ${reason}`;
    end();
  };

  const end = (): void => {
    if (state === 'ended') return;
    state = 'ended';
    clearInterval(sweep);
    for (const connection of connections) connection.close();
    options.onWindow?.('ends');
    const plannedMs = options.durationMs - warmupMs;
    const elapsedS = Math.max(plannedMs, lastEndMs - warmupMs) / 1000;
    const offered = schedule.length - firstCounted(schedule, warmupMs);
    resolve({
      all,
      byOperation,
      sendLag,
      missed,
      offeredRps: (offered * 1000) / plannedMs,
      achievedRps: (all.ok + all.refused) / elapsedS,
      elapsedS,
      maxBacklog,
      errorSamples,
      ...(aborted !== undefined && { aborted }),
    });
  };

  for (let opened = 0; opened < options.connections; opened += 1) openOne();
}

function firstCounted(schedule: Float64Array, warmupMs: number): number {
  const first = schedule.findIndex((start) => start >= warmupMs);
  return first === -1 ? schedule.length : first;
}

/** First in, first out, without moving the rest on every shift. */
function queue<T>() {
  let items: T[] = [];
  let head = 0;
  return {
    length: () => items.length - head,
    push: (item: T) => void items.push(item),
    first: (): T | undefined => items[head],
    shift(): T | undefined {
      const item = items[head];
      head += 1;
      // Half of it is gone: now moving the rest costs no more than what was taken.
      if (head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    remove(item: T): void {
      items = items.slice(head).filter((each) => each !== item);
      head = 0;
    },
  };
}
