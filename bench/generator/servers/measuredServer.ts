/**
 * A server of known behaviour that measures itself: when each request came, when it stalled and for how long, and what a request costs
 * it. Run with a ServerPlan as JSON; tells its port over IPC, then answers each message with a ServerReport. One request a
 * packet: nobody who measures here pipelines.
 */
import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { performance } from 'node:perf_hooks';

export type ServerPlan =
  | { readonly kind: 'at-once' }
  /** Answers at once, and stops everything for stallMs after so many requests, one time. */
  | { readonly kind: 'stalls'; readonly afterRequests: number; readonly stallMs: number }
  /** Each reply so much later, any number of them at a time. */
  | { readonly kind: 'later'; readonly delayMs: number }
  /** One request at a time, each for so long. */
  | { readonly kind: 'works'; readonly workUs: number };

export interface ServerReport {
  /** On the clock that all processes of the machine share, in order. */
  readonly arrivalsMs: Float64Array;
  readonly stall: { readonly beganMs: number; readonly lengthMs: number } | null;
  /** Processor time of its event loop a request, over requests that followed one another; null when there were too few. */
  readonly serviceMs: number | null;
  /** How much of that time it was busy: where much less than all, it waited for whoever asks. */
  readonly busyShare: number | null;
}

/** Times of later ones are not kept. */
const MAX_ARRIVALS = 200_000;
/** Of a server that always has something to do, after so many when it has been compiled, or after its stall. */
const SERVICE_FROM_REQUESTS = 300;
const SERVICE_REQUESTS = 1_500;

const BODY = '{"orderId":"o1","filled":1}';
const REPLY = `HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: ${BODY.length}\r\n\r\n${BODY}`;

const plan = JSON.parse(process.argv[2]!) as ServerPlan;
const clockOffsetMs = Number(process.hrtime.bigint()) / 1e6 - performance.now();
const arrivalsMs = new Float64Array(MAX_ARRIVALS);
const serviceFrom = plan.kind === 'stalls' ? plan.afterRequests : SERVICE_FROM_REQUESTS;
let requests = 0;
let stall: ServerReport['stall'] = null;
let began: ReturnType<typeof performance.eventLoopUtilization> | undefined;
let serviceMs: number | null = null;
let busyShare: number | null = null;
const due: { readonly socket: Socket; readonly atMs: number }[] = [];

const server = createServer({ noDelay: true }, (socket) => {
  socket.on('data', () => receive(socket));
  socket.on('error', () => socket.destroy());
});
process.on('message', () => process.send!(report()));
server.listen(0, '127.0.0.1', () => process.send!((server.address() as AddressInfo).port));

function receive(socket: Socket): void {
  const nowMs = performance.now();
  if (requests < MAX_ARRIVALS) arrivalsMs[requests] = nowMs + clockOffsetMs;
  requests += 1;
  answer(socket, nowMs);
  if (requests === serviceFrom) began = performance.eventLoopUtilization();
  if (began && requests === serviceFrom + SERVICE_REQUESTS) {
    const { active, utilization } = performance.eventLoopUtilization(began);
    serviceMs = active / SERVICE_REQUESTS;
    busyShare = utilization;
  }
}

function answer(socket: Socket, nowMs: number): void {
  switch (plan.kind) {
    case 'at-once':
      return void socket.write(REPLY);
    case 'stalls':
      socket.write(REPLY);
      if (requests === plan.afterRequests) {
        const beganMs = performance.now();
        stall = { beganMs: beganMs + clockOffsetMs, lengthMs: busy(plan.stallMs) };
      }
      return;
    case 'later':
      due.push({ socket, atMs: nowMs + plan.delayMs });
      if (due.length === 1) setImmediate(answerDue);
      return;
    case 'works':
      busy(plan.workUs / 1000);
      return void socket.write(REPLY);
  }
}

/** On every turn of the loop, because a timer may be a millisecond late. */
function answerDue(): void {
  while (due.length > 0 && due[0]!.atMs <= performance.now()) due.shift()!.socket.write(REPLY);
  if (due.length > 0) setImmediate(answerDue);
}

/** @returns how long it was */
function busy(forMs: number): number {
  const beganMs = performance.now();
  let lengthMs = 0;
  while (lengthMs < forMs) lengthMs = performance.now() - beganMs;
  return lengthMs;
}

function report(): ServerReport {
  return {
    arrivalsMs: arrivalsMs.slice(0, Math.min(requests, MAX_ARRIVALS)),
    stall,
    serviceMs,
    busyShare,
  };
}
