/**
 * The circuit breaker of one symbol: a state and the stored deadline that ends it. Every transition is a pure function of
 * the breaker and the time; nothing here waits or reads a clock.
 *
 *   OPEN --prevented trade--> LIMIT_STATE --limitStateMs without a trade--> HALTED --haltMs--> OPEN
 */
import type { PriceBand, SymbolState } from '../../../spec/trading/messages.d.ts';

export interface CircuitBreaker {
  readonly state: SymbolState;
  /** When the state ends by itself; Infinity: it does not. */
  readonly deadlineMs: number;
  /** How long the halt lasts that a LIMIT_STATE ends in. */
  readonly haltMs: number;
}

export const OPEN: CircuitBreaker = { state: 'OPEN', deadlineMs: Infinity, haltMs: 0 };

/** The next transition whose deadline has been reached, or undefined. Called until undefined: a long sleep makes several. */
export function afterDeadline(breaker: CircuitBreaker, nowMs: number): CircuitBreaker | undefined {
  if (nowMs < breaker.deadlineMs) return undefined;
  if (breaker.state === 'LIMIT_STATE') return halted(breaker.deadlineMs + breaker.haltMs);
  return OPEN;
}

/** A trade would have printed outside the band. A LIMIT_STATE that is on goes on, with its deadline. */
export function afterPreventedTrade(
  breaker: CircuitBreaker,
  band: PriceBand,
  nowMs: number,
): CircuitBreaker {
  if (breaker.state === 'LIMIT_STATE') return breaker;
  return { state: 'LIMIT_STATE', deadlineMs: nowMs + band.limitStateMs, haltMs: band.haltMs };
}

/** A trade printed. */
export function afterTrade(breaker: CircuitBreaker): CircuitBreaker {
  return breaker.state === 'LIMIT_STATE' ? OPEN : breaker;
}

/** Halted by hand, until `untilMs` (Infinity: until resumed). What is halted already can only be halted for longer. */
export function afterHalt(breaker: CircuitBreaker, untilMs: number): CircuitBreaker {
  if (breaker.state !== 'HALTED') return halted(untilMs);
  return halted(Math.max(breaker.deadlineMs, untilMs));
}

function halted(untilMs: number): CircuitBreaker {
  return { state: 'HALTED', deadlineMs: untilMs, haltMs: 0 };
}
