/** How many orders of an account were accepted within the last second: one count a millisecond, so a thousand at most. */
export interface RateWindow {
  readonly counts: { readonly timeMs: number; count: number }[];
  total: number;
}

const WINDOW_MS = 1000;

export function emptyRateWindow(): RateWindow {
  return { counts: [], total: 0 };
}

export function acceptedWithin(window: RateWindow, nowMs: number): number {
  for (let first = window.counts[0]; first; first = window.counts[0]) {
    const isInside = first.timeMs > nowMs - WINDOW_MS;
    if (isInside) break;
    window.total -= first.count;
    window.counts.shift();
  }
  return window.total;
}

export function countAccepted(window: RateWindow, nowMs: number): void {
  const last = window.counts.at(-1);
  if (last?.timeMs === nowMs) last.count++;
  else window.counts.push({ timeMs: nowMs, count: 1 });
  window.total++;
}
