/** The limits of an account, one line a rule. Asking changes nothing; reserving is the caller's next step in the same turn. */
import type { Reason } from '../../../spec/trading/messages.d.ts';
import { positionOf } from './positions.ts';
import { acceptedWithin } from './rateWindow.ts';
import type { Proposal, Refusal } from './refusals.ts';
import { riskPriceE4 } from './refusals.ts';

/** The first limit that a new order would break. */
export function limitBreach(proposal: Proposal, nowMs: number): Refusal | undefined {
  const { account } = proposal;
  const { maxOpenOrders, maxOrdersPerSec } = account.limits;
  return (
    exposureBreach(proposal) ??
    (proposal.canRest
      ? above('RISK_MAX_OPEN_ORDERS', account.openOrders.size, 1, maxOpenOrders)
      : undefined) ??
    above('RISK_RATE_LIMIT', acceptedWithin(account.rate, nowMs), 1, maxOrdersPerSec)
  );
}

/**
 * The limits that a replace must meet too; its own reservation has been taken off before. It makes no order more, and the rate
 * is one of new orders.
 */
export function exposureBreach(proposal: Proposal): Refusal | undefined {
  const { account, instrument, side, qty, leavesQty } = proposal;
  const { limits } = account;
  const priceE4 = riskPriceE4(proposal);
  const position = positionOf(account, instrument);
  // What the position becomes when every open order of this side trades, counted in the side's direction.
  const worstCase =
    side === 'BUY'
      ? position.netQty + position.openBuyQty
      : -position.netQty + position.openSellQty;
  const spentE4 = account.openBuyNotionalE4 - account.realizedNotionalE4;
  return (
    above('RISK_MAX_ORDER_QTY', 0, qty, limits.maxOrderQty) ??
    above('RISK_MAX_NOTIONAL', 0, qty * priceE4, limits.maxNotionalE4) ??
    above('RISK_POSITION_LIMIT', worstCase, leavesQty, limits.maxPosition) ??
    (side === 'BUY'
      ? above('RISK_CREDIT_LIMIT', spentE4, leavesQty * priceE4, limits.creditLimitE4)
      : undefined)
  );
}

function above(reason: Reason, current: number, added: number, limit: number): Refusal | undefined {
  const attempted = current + added;
  return attempted > limit ? { reason, current, attempted, limit } : undefined;
}
