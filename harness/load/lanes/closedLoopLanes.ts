/**
 * A closed loop over lanes: each sends its next request when its last has been answered, so the other side sets the pace. Gives a
 * throughput and service times, never a latency that a user would see: a closed loop asks less of what has become slow.
 */
import { performance } from 'node:perf_hooks';
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram } from '../latencyHistogram.ts';
import type { Lane, LaneEvents, LaneReply, LaneRequest, OpenLane } from './lane.ts';
import { countMs, flushCounts, microsecondCounts } from './microsecondCounts.ts';

export interface ClosedLoopLanesOptions {
  readonly openLane: OpenLane;
  readonly lanes: number;
  /** Answered and not counted. */
  readonly warmupMs: number;
  readonly durationMs: number;
  /** @param turn which request it is, from 0, whatever lane carries it */
  readonly request: (turn: number) => LaneRequest;
  readonly judge: (reply: LaneReply, turn: number) => 'ok' | 'refused' | 'error';
  readonly onWindow?: (edge: 'begins' | 'ends') => void;
}

export interface ClosedLoopLanesResult {
  readonly ok: number;
  readonly refused: number;
  /** Judged so, broken, or not answered at all. */
  readonly errors: number;
  /** Answered (ok and refused) within the window, over its true length. */
  readonly achievedRps: number;
  readonly elapsedS: number;
  /** Send to last byte of what was answered, in microseconds. */
  readonly service: Histogram;
  /** Some of the errors in words, the first ones. */
  readonly errorSamples: readonly string[];
}

/** Enough to see what is wrong. */
const MAX_ERROR_SAMPLES = 5;
/** So often for each lane, all in a row: then nobody is there. */
const MAX_FAILURES_A_LANE = 20;
const REOPEN_DELAY_MS = 20;
/**
 * Sends wait until so many of the lanes have been answered, or no more replies are there: a send takes longer than a read and
 * would delay the times of the replies behind it. All of them together would leave the other side without work meanwhile.
 */
const SENT_TOGETHER = 0.25;
/** For what is in flight when the window ends: as long as a call is waited for elsewhere. */
const MAX_DRAIN_MS = 5_000;

/** Never rejects: what goes wrong is counted. */
export function closedLoopLanes(options: ClosedLoopLanesOptions): Promise<ClosedLoopLanesResult> {
  return new Promise((resolve) => new ClosedLoop(options, resolve).start());
}

class ClosedLoop implements LaneEvents {
  private readonly options: ClosedLoopLanesOptions;
  private readonly resolve: (result: ClosedLoopLanesResult) => void;
  private readonly service = microsecondCounts(latencyHistogram());
  private readonly errorSamples: string[] = [];
  private readonly lanes = new Set<Lane>();
  /** Of the request that a lane has in flight: `inFlight` is a place in these. */
  private readonly sentMs: Float64Array;
  private readonly turns: Float64Array;
  private readonly operations: string[];
  private readonly free: number[] = [];
  private idle: Lane[] = [];
  private readonly batch: number;
  private readonly sendAll = (): void => this.sendOn();
  private readonly timers = new Set<NodeJS.Timeout>();
  private state: 'warming' | 'counting' | 'draining' | 'ended' = 'warming';
  private turn = 0;
  private ok = 0;
  private refused = 0;
  private errors = 0;
  private failures = 0;
  private beginsMs = 0;
  private endsMs = 0;
  private endedMs = 0;

  constructor(options: ClosedLoopLanesOptions, resolve: (result: ClosedLoopLanesResult) => void) {
    this.options = options;
    this.resolve = resolve;
    this.batch = Math.max(1, Math.round(options.lanes * SENT_TOGETHER));
    this.sentMs = new Float64Array(options.lanes);
    this.turns = new Float64Array(options.lanes);
    this.operations = new Array<string>(options.lanes).fill('');
    for (let place = 0; place < options.lanes; place += 1) this.free.push(place);
  }

  start(): void {
    const { lanes, warmupMs, durationMs } = this.options;
    const startedMs = performance.now();
    this.beginsMs = startedMs + warmupMs;
    this.endsMs = this.beginsMs + durationMs;
    // Replies move it on too, since a busy loop's timers are late; an idle one's may be early by a bit.
    this.later(warmupMs, () => this.advance(Math.max(performance.now(), this.beginsMs)));
    this.later(warmupMs + durationMs, () => this.advance(Math.max(performance.now(), this.endsMs)));
    this.later(warmupMs + durationMs + MAX_DRAIN_MS, () => this.giveUpWaiting());
    for (let opened = 0; opened < lanes; opened += 1) this.open();
  }

  onIdle(lane: Lane): void {
    if (this.state === 'draining') return this.retire(lane);
    if (this.idle.length === 0) setImmediate(this.sendAll);
    this.idle.push(lane);
    if (this.idle.length >= this.batch) this.sendOn();
  }

  onReply(lane: Lane, reply: LaneReply): void {
    const nowMs = performance.now();
    const place = this.release(lane);
    this.failures = 0;
    if (nowMs >= this.beginsMs) this.advance(nowMs);
    const judged = this.options.judge(reply, this.turns[place]!);
    if (this.state !== 'counting') return;
    if (judged === 'error') return this.countError(`${this.operations[place]}: ${shown(reply)}`);
    this[judged] += 1;
    countMs(this.service, nowMs - this.sentMs[place]!);
  }

  onBroken(lane: Lane, reason: string): void {
    const place = this.release(lane);
    if (this.state !== 'warming') this.countError(`${this.operations[place]}: ${reason}`);
  }

  onGone(lane: Lane, reason: string): void {
    this.lanes.delete(lane);
    if (this.state === 'draining') return this.endIfDone();
    if (this.state === 'ended') return;
    this.failures += 1;
    if (this.failures === 1) return this.open();
    const maxFailures = MAX_FAILURES_A_LANE * this.options.lanes;
    if (this.failures < maxFailures) return this.later(REOPEN_DELAY_MS, () => this.reopen());
    this.sample(`given up after ${maxFailures} failures in a row without an answer: ${reason}`);
    this.errors += 1;
    this.end();
  }

  private sendOn(): void {
    const idle = this.idle;
    this.idle = [];
    for (const lane of idle) if (this.lanes.has(lane)) this.sendNext(lane);
  }

  private sendNext(lane: Lane): void {
    const place = this.free.pop()!;
    const turn = this.turn++;
    const request = this.options.request(turn);
    lane.inFlight = place;
    this.turns[place] = turn;
    this.operations[place] = request.operation;
    this.sentMs[place] = performance.now();
    lane.send(request);
  }

  private open(): void {
    this.lanes.add(this.options.openLane(this));
  }

  private reopen(): void {
    if (this.state === 'warming' || this.state === 'counting') this.open();
  }

  private release(lane: Lane): number {
    const place = lane.inFlight;
    lane.inFlight = -1;
    this.free.push(place);
    return place;
  }

  /** Opens and closes the window when it is time. */
  private advance(nowMs: number): void {
    if (this.state === 'warming' && nowMs >= this.beginsMs) {
      this.state = 'counting';
      this.beginsMs = nowMs;
      this.options.onWindow?.('begins');
    }
    if (this.state !== 'counting' || nowMs < this.endsMs) return;
    this.state = 'draining';
    this.endedMs = nowMs;
    this.options.onWindow?.('ends');
    for (const lane of this.lanes) if (lane.inFlight === -1) this.retire(lane);
    this.endIfDone();
  }

  private retire(lane: Lane): void {
    lane.close();
    this.lanes.delete(lane);
    this.endIfDone();
  }

  private endIfDone(): void {
    if (this.lanes.size === 0) this.end();
  }

  private giveUpWaiting(): void {
    for (const lane of this.lanes) {
      this.countError(
        `${this.operations[lane.inFlight]}: no answer within ${MAX_DRAIN_MS} ms of the end`,
      );
    }
    this.end();
  }

  private countError(reason: string): void {
    this.errors += 1;
    this.sample(reason);
  }

  private sample(reason: string): void {
    if (this.errorSamples.length < MAX_ERROR_SAMPLES) this.errorSamples.push(reason);
  }

  private later(ms: number, then: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      then();
    }, ms);
    this.timers.add(timer);
  }

  private end(): void {
    if (this.state === 'ended') return;
    if (this.state === 'counting') {
      this.endedMs = performance.now();
      this.options.onWindow?.('ends');
    }
    this.state = 'ended';
    for (const timer of this.timers) clearTimeout(timer);
    for (const lane of this.lanes) lane.close();
    this.lanes.clear();
    const { ok, refused, errors, errorSamples } = this;
    const service = flushCounts(this.service);
    const elapsedS = Math.max(0, this.endedMs - this.beginsMs) / 1000;
    const achievedRps = elapsedS > 0 ? (ok + refused) / elapsedS : 0;
    this.resolve({ ok, refused, errors, achievedRps, elapsedS, service, errorSamples });
  }
}

function shown(reply: LaneReply): string {
  return reply.kind === 'http'
    ? `status ${reply.status} with ${reply.body.length} bytes`
    : `answer ${reply.answer.kind}`;
}
