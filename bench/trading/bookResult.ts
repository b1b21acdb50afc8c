/** What a caller of the book gets for a command: an object of its own, that stays what it is when the next command runs. */
import { EVENT_EXECUTE } from '../../reference/trading/engine/matchingEngine.types.ts';
import type { MatchingEngine } from '../../reference/trading/engine/matchingEngine.types.ts';

export interface BookFill {
  readonly makerOrderId: number;
  readonly priceTicks: number;
  readonly qty: number;
}

export interface BookResult {
  readonly orderId: number;
  /** 0: accepted; else the risk check's reason. */
  readonly refusal: number;
  readonly filledQty: number;
  readonly leavesQty: number;
  readonly stop: number;
  readonly fills: readonly BookFill[];
}

const NO_FILLS: readonly BookFill[] = Object.freeze([]);

/** Of the submit or replace that the engine has just carried out. */
export function bookResult({ events, outcome }: MatchingEngine, orderId: number): BookResult {
  const { filledQty, leavesQty, stop } = outcome;
  const fills = filledQty === 0 ? NO_FILLS : fillsOf(events);
  return { orderId, refusal: 0, filledQty, leavesQty, stop, fills };
}

export function canceledResult(orderId: number): BookResult {
  return { orderId, refusal: 0, filledQty: 0, leavesQty: 0, stop: 0, fills: NO_FILLS };
}

export function refusedResult(orderId: number, refusal: number): BookResult {
  return { orderId, refusal, filledQty: 0, leavesQty: 0, stop: 0, fills: NO_FILLS };
}

function fillsOf(events: MatchingEngine['events']): BookFill[] {
  const fills: BookFill[] = [];
  for (let index = 0; index < events.count; index++) {
    if (events.kind[index] !== EVENT_EXECUTE) continue;
    fills.push({
      makerOrderId: events.orderId[index]!,
      priceTicks: events.priceTicks[index]!,
      qty: events.qty[index]!,
    });
  }
  return fills;
}
