/** The system's clock as a check has set it: frozen, and never moved backwards. */
import type { CheckContext } from '../check.ts';
import type { Market } from './market.ts';

export interface FrozenClock {
  /** Milliseconds since the epoch. */
  nowMs(): number;
  /** Moves it there, unless it stands there already. */
  setTo(market: Market, nowMs: number): Promise<void>;
}

export function frozenClock({ target }: CheckContext): FrozenClock {
  let nowMs = target.startClockMs;
  return {
    nowMs: () => nowMs,
    async setTo(market, toMs) {
      if (toMs === nowMs) return;
      await market.call('setClock', { nowMs: toMs });
      nowMs = toMs;
    },
  };
}
