/** Takes up what a schedule says is due, in bursts that leave room for what comes in. */

export interface SchedulePlayer {
  sendDue(nowMs: number): void;
  isOver(): boolean;
}

/** After a delay of its own the generator lets messages in between: all at once would delay their time stamps. */
const MAX_BURST = 64;

/** @param send called for each place of the schedule, in order, once it is due */
export function schedulePlayer(
  startsMs: Float64Array,
  send: (index: number, nowMs: number) => void,
): SchedulePlayer {
  let next = 0;
  return {
    sendDue(nowMs) {
      for (let burst = 0; burst < MAX_BURST && next < startsMs.length; burst += 1) {
        if (startsMs[next]! > nowMs) return;
        send(next, nowMs);
        next += 1;
      }
    },
    isOver: () => next >= startsMs.length,
  };
}
