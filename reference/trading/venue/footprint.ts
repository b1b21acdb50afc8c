/**
 * Which commands may be in the matching shards at the same time: those of which neither could notice the other. The rest
 * wait, so that the result is that of carrying them out one by one in the order of auditSeq.
 */
import { positionOf } from './positions.ts';
import type { Instrument, VenueState } from './state.ts';
import { findOrder } from './state.ts';

/** What an order command reads before it matches: its account's figures and its symbol's state. */
export interface Footprint {
  readonly account: string;
  readonly instrument: Instrument;
}

/** Undefined: a command that touches more than one account and symbol, or one that does not exist, runs alone. */
export function footprintOf(
  state: VenueState,
  operation: string,
  input: object,
): Footprint | undefined {
  const { account, symbol, orderId } = input as Record<string, string>;
  if (account === undefined) return undefined;
  if (operation === 'submitOrder') {
    const instrument = state.instruments.get(symbol!);
    return instrument && { account, instrument };
  }
  if (operation === 'cancelOrder' || operation === 'replaceOrder') {
    const order = findOrder(state, account, orderId!);
    return order && { account, instrument: order.instrument };
  }
  return undefined;
}

/** Could `later`, if it began now, miss something that `earlier`, which is still matching, is about to change? */
export function conflicts(state: VenueState, earlier: Footprint, later: Footprint): boolean {
  if (earlier.instrument === later.instrument) return true;
  if (earlier.account === later.account) return true;
  return hasOpenOrders(state, later.account, earlier.instrument);
}

/** Then a match there may move the account's figures. */
function hasOpenOrders(state: VenueState, name: string, instrument: Instrument): boolean {
  const account = state.accounts.get(name);
  if (!account) return false;
  const { openBuyQty, openSellQty } = positionOf(account, instrument);
  return openBuyQty + openSellQty > 0;
}
