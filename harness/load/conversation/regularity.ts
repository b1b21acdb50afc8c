/** Whether a counter that clients hear (a tick) keeps to the clock: how fast the two move apart, and how late single values come. */
import type { Stretch } from '../tally.ts';
import type { Heard } from './conversationClient.ts';

export interface Regularity {
  /** Counts by which the counter gains on the clock in a minute; below 0 it falls behind. */
  readonly driftPerMinute: number;
  /** How much later than in a steady rhythm each new value came, in ms; the earliest has 0, and drift is no lateness. */
  readonly latenessMs: readonly number[];
}

/** A single message that was late at either end is no drift. */
const END_MS = 1000;
const MAX_END_SHARE = 0.25;

/** @returns undefined where the counter was not heard at the beginning and at the end of the phase */
export function regularity(
  { atMs, value }: Heard['counted'],
  perS: number,
  { fromMs, toMs }: Stretch,
): Regularity | undefined {
  const periodMs = 1000 / perS;
  const values = firstOfEach(value);
  const heard = values.map((place) => ({
    atMs: atMs[place]!,
    // When zero would have come, had all come as this one did.
    originMs: atMs[place]! - value[place]! * periodMs,
  }));
  const endMs = Math.min(END_MS, MAX_END_SHARE * (toMs - fromMs));
  const first = heard.filter((each) => each.atMs < fromMs + endMs);
  const last = heard.filter((each) => each.atMs >= toMs - endMs);
  if (first.length === 0 || last.length === 0) return undefined;
  const [began, ended] = [first, last].map((part) => ({
    atMs: median(part.map((each) => each.atMs)),
    originMs: median(part.map(({ originMs }) => originMs)),
  }));
  const slope = (ended!.originMs - began!.originMs) / (ended!.atMs - began!.atMs);
  const residuals = heard.map((each) => each.originMs - slope * (each.atMs - fromMs));
  const earliest = residuals.reduce((least, each) => Math.min(least, each), Infinity);
  return {
    driftPerMinute: (-slope * 60_000) / periodMs,
    latenessMs: residuals.map((each) => each - earliest),
  };
}

/** Places at which the counter is higher than ever before. */
function firstOfEach(values: readonly number[]): number[] {
  let highest = -Infinity;
  return values.flatMap((value, place) => {
    if (value <= highest) return [];
    highest = value;
    return [place];
  });
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
