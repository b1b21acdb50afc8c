/**
 * Whether to take on a request when there are more than can be carried: decided from how long it is since the event loop last had
 * nothing to do. Own code: the packages for it look at the event loop's delay only, and refuse bursts that would be served in time.
 * The rule is that of "Fail at Scale" (Maurer, ACM Queue 13(8), 2015), which takes it from CoDel: a queue that is never empty is a standing one.
 */

/** Having waited for work so long since the last turn, the event loop has no queue before it. */
const IDLE_MS = 0.5;

/** A burst may keep the event loop busy so long: some thousands of requests, which wait, and are served. */
const BURST_MS = 500;

/** Beyond a burst, what is taken on in one turn of the event loop: a request waits for the turn before its own, and for its own. */
const TURN_MS = 12;

export interface LoadShedder {
  /** To be asked once for each request, as soon as it is seen. */
  mustShed(): boolean;
}

/** Real time in ms. */
export interface LoopTimes {
  now(): number;
  /** How long the event loop has waited for work since the process began. */
  idle(): number;
  /** Calls back when what has come in this turn of the event loop is taken up. */
  afterTurn(end: () => void): void;
}

const REAL_TIMES: LoopTimes = {
  now: () => performance.now(),
  idle: () => performance.eventLoopUtilization().idle,
  afterTurn: setImmediate,
};

export function loadShedder(times: LoopTimes = REAL_TIMES): LoadShedder {
  let turnStartedMs: number | undefined;
  let isQueueStanding = false;
  let idleMs = 0;
  let lastIdleMs = times.now();

  function startTurn(now: number): number {
    const idle = times.idle();
    if (idle - idleMs >= IDLE_MS) lastIdleMs = now;
    idleMs = idle;
    isQueueStanding = now - lastIdleMs > BURST_MS;
    times.afterTurn(() => (turnStartedMs = undefined));
    return now;
  }

  return {
    mustShed() {
      const now = times.now();
      turnStartedMs ??= startTurn(now);
      return isQueueStanding && now - turnStartedMs > TURN_MS;
    },
  };
}
