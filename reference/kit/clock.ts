/** The venue's time in ms since the epoch. Domain code is given a number and never asks. */
export interface Clock {
  nowMs(): number;
  /** Moves a frozen clock. False, and nothing changes, when that would be backwards or the clock is the system's. */
  moveTo(nowMs: number): boolean;
}

/** Stands still until moved: the clock of test mode. */
export function frozenClock(startMs: number): Clock {
  let now = startMs;
  return {
    nowMs: () => now,
    moveTo(nowMs) {
      if (nowMs < now) return false;
      now = nowMs;
      return true;
    },
  };
}

/** The system's clock, held where the system steps back: journaled times never decrease. */
export function systemClock(notBeforeMs: number): Clock {
  let last = notBeforeMs;
  return {
    nowMs: () => (last = Math.max(last, Date.now())),
    moveTo: () => false,
  };
}
