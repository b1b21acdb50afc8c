/** The system's clock, moved by checks that have it for themselves. */
import type { CheckContext } from '../check.ts';
import type { Ward } from './wardTypes.ts';

export interface WardClock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Moves it there, unless it stands there already; never backwards. */
  moveTo(ward: Ward, nowMs: number): Promise<void>;
  advance(ward: Ward, ms: number): Promise<void>;
}

/** Of an instance whose clock nobody else moves, as `exclusive` checks have it. A restart keeps it where it stands. */
export function wardClock({ target }: Pick<CheckContext, 'target'>): WardClock {
  let nowMs = target.startClockMs;
  const moveTo: WardClock['moveTo'] = async ({ session }, toMs) => {
    if (toMs === nowMs) return;
    await session.call('setClock', { nowMs: toMs });
    nowMs = toMs;
  };
  return { nowMs: () => nowMs, moveTo, advance: (ward, ms) => moveTo(ward, nowMs + ms) };
}
