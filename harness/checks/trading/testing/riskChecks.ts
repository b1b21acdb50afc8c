/** The limits of the test venue, as the contract's table says them. */
import type { Reason, Side } from '../../../../spec/trading/messages.d.ts';
import { sum } from '../model.ts';
import { has, openOrders } from './venueState.ts';
import type { Account, Instrument, Order, VenueState } from './venueState.ts';

export interface Proposal {
  readonly account: Account;
  readonly instrument: Instrument;
  readonly side: Side;
  /** Null for MARKET. */
  readonly priceE4: number | null;
  readonly qty: number;
  /** Of qty, what has not traded. */
  readonly openQty: number;
  readonly canRest: boolean;
  /** An order that it takes the place of: its own reservation does not count, and it is no order more. */
  readonly replaces?: Order;
}

export interface Refusal {
  readonly reason: Reason;
  readonly current: number;
  readonly attempted: number;
  readonly limit: number;
}

export function collarPriceE4({ params }: Instrument, side: Side): number {
  const widthE4 = Math.floor((params.collarBps * params.referencePriceE4) / 10_000);
  return Math.max(1, params.referencePriceE4 + (side === 'BUY' ? widthE4 : -widthE4));
}

/** All that speak against it; any of them may be told. */
export function refusalsOf(state: VenueState, proposal: Proposal): Refusal[] {
  const { account, instrument, side, qty, openQty } = proposal;
  const { limits } = account;
  const { symbol, params } = instrument;
  const priceE4 = proposal.priceE4 ?? collarPriceE4(instrument, side);
  const refusals: Refusal[] = [];
  const refuse = (reason: Reason, attempted = 0, limit = 0, current = 0): void => {
    refusals.push({ reason, current, attempted, limit });
  };
  if (instrument.state === 'HALTED') refuse('HALTED');
  if (!account.enabled && !has(state, 'ignores the kill switch')) refuse('KILL_SWITCH', qty);
  if (limits.restrictedSymbols.includes(symbol)) refuse('RISK_RESTRICTED', qty);

  const distanceE4 = Math.abs(priceE4 - params.referencePriceE4);
  const isBelow = priceE4 < params.referencePriceE4;
  const isOutside = distanceE4 * 10_000 > params.collarBps * params.referencePriceE4;
  if (isOutside && !(isBelow && has(state, 'has no collar below the reference'))) {
    refuse('PRICE_COLLAR', priceE4, collarPriceE4(instrument, side), params.referencePriceE4);
  }
  if (qty > limits.maxOrderQty) refuse('RISK_MAX_ORDER_QTY', qty, limits.maxOrderQty);
  const notionalE4 = qty * priceE4;
  const isTooDear = has(state, 'compares notionals with >=')
    ? notionalE4 >= limits.maxNotionalE4
    : notionalE4 > limits.maxNotionalE4;
  if (isTooDear) refuse('RISK_MAX_NOTIONAL', notionalE4, limits.maxNotionalE4);

  const own = openOrders(state, account.name).filter((order) => order !== proposal.replaces);
  const isIgnored = has(state, 'ignores open orders');
  const openSameSide = isIgnored
    ? 0
    : sum(
        own
          .filter((order) => order.side === side && order.symbol === symbol)
          .map(({ leavesQty }) => leavesQty),
      );
  const { netQty } = account.positions.get(symbol) ?? { netQty: 0 };
  const worst = (side === 'BUY' ? netQty : -netQty) + openSameSide + openQty;
  const most = limits.maxPosition - (has(state, 'refuses at the position limit') ? 1 : 0);
  if (worst > most) {
    refuse('RISK_POSITION_LIMIT', worst, limits.maxPosition, worst - openQty);
  }

  const asksOpen = proposal.canRest || state.options.freedoms.maxOpenOrdersAsks === 'all';
  const counted = has(state, 'counts open orders by symbol')
    ? own.filter((order) => order.symbol === symbol)
    : own;
  if (!proposal.replaces && asksOpen && counted.length >= limits.maxOpenOrders) {
    const more = state.options.freedoms.openOrdersAttempted === 'with' ? 1 : 0;
    refuse('RISK_MAX_OPEN_ORDERS', own.length + more, limits.maxOpenOrders, own.length);
  }

  const openBuys = own.filter((order) => order.side === 'BUY');
  const openBuyE4 = sum(openBuys.map((order) => order.leavesQty * order.riskPriceE4));
  const realizedE4 = sum([...account.positions.values()].map((each) => each.realizedNotionalE4));
  const creditE4 = has(state, 'gives no credit for sales') ? Math.min(0, realizedE4) : realizedE4;
  const spentE4 = openBuyE4 + openQty * priceE4 - creditE4;
  if (side === 'BUY' && spentE4 > limits.creditLimitE4) {
    refuse('RISK_CREDIT_LIMIT', spentE4, limits.creditLimitE4, spentE4 - openQty * priceE4);
  }
  if (!proposal.replaces && acceptedLately(state, account) >= limits.maxOrdersPerSec) {
    refuse('RISK_RATE_LIMIT', limits.maxOrdersPerSec + 1, limits.maxOrdersPerSec);
  }
  return state.options.freedoms.riskOrder === 'forward' ? refusals : refusals.reverse();
}

function acceptedLately(state: VenueState, { acceptedMs }: Account): number {
  if (has(state, 'never forgets the rate')) return acceptedMs.length;
  const { nowMs } = state;
  const isWithin =
    state.options.freedoms.rateWindow === 'sliding'
      ? (ms: number) => ms > nowMs - 1_000
      : (ms: number) => Math.floor(ms / 1_000) === Math.floor(nowMs / 1_000);
  return acceptedMs.filter(isWithin).length;
}

export function raiseAlert(
  state: VenueState,
  { account, instrument }: Proposal,
  { reason, current, attempted, limit }: Refusal,
): void {
  const isAlerting = /^(RISK_|PRICE_COLLAR|KILL_SWITCH)/.test(reason);
  if (!isAlerting) return;
  if (reason === 'PRICE_COLLAR' && has(state, 'raises no alert for the collar')) return;
  const { auditSeq, nowMs: timeMs } = state;
  account.alerts.push({
    ...{ auditSeq, timeMs, account: account.name, symbol: instrument.symbol },
    ...{ reason, current, attempted, limit },
  });
}
