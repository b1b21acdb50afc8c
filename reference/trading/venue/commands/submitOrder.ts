import type { ExecutionReport, Reason, SubmitOrder } from '../../../../spec/trading/messages.d.ts';
import {
  STOP_BAND,
  STOP_BAND_PRICE,
  STOP_FOK,
  STOP_IOC,
  STOP_POST_ONLY,
  STOP_SELF_TRADE,
} from '../../engine/matchingEngine.types.ts';
import type { CarriedOut } from '../carryOut.ts';
import { carryOut } from '../carryOut.ts';
import { engineOrder } from '../engineOrder.ts';
import { rejection, reportOf } from '../executionReport.ts';
import { checkKey } from '../idempotency.ts';
import { endOrder } from '../orderState.ts';
import { release, reserve } from '../positions.ts';
import type { Command, Program, Venue } from '../program.ts';
import { countAccepted } from '../rateWindow.ts';
import { formFault, gateRefusal, raiseAlert, riskPriceE4 } from '../refusals.ts';
import type { Proposal } from '../refusals.ts';
import { limitBreach } from '../riskLimits.ts';
import { useKey } from '../state.ts';
import type { Account, Instrument, Order } from '../state.ts';

export function* submitOrder(venue: Venue, command: Command): Program {
  const input = command.input as SubmitOrder;
  const { state } = venue;
  const instrument = state.instruments.get(input.symbol);
  const account = state.accounts.get(input.account);
  const reject = (reason: Reason, order?: Order) =>
    finish(rejection(input, command, reason, instrument?.seq ?? null), order);
  const finish = (output: ExecutionReport, order?: Order) => {
    useKey(state, input.account, input.clOrdId, { auditSeq: command.auditSeq, order });
    return { kind: 'event' as const, answer: { output }, symbol: input.symbol };
  };

  const key = checkKey(venue, command, input.account, input.clOrdId);
  if (key.kind === 'resend') return key.finished;
  if (key.kind === 'conflict') {
    const output = rejection(input, command, 'DUPLICATE_CLORDID', instrument?.seq ?? null);
    return { kind: 'event', answer: { output }, symbol: input.symbol };
  }
  const fault = wholeFault(input);
  if (fault) return reject(fault);
  if (!instrument) return reject('UNKNOWN_SYMBOL');
  const badForm = formFault(instrument, input.priceE4 ?? null, input.qty);
  if (badForm) return reject(badForm);
  if (!account) return reject('UNKNOWN_ACCOUNT');

  const proposal = proposalOf(account, instrument, input);
  const refusal = gateRefusal(proposal) ?? limitBreach(proposal, command.nowMs);
  if (refusal) {
    raiseAlert(account, instrument, refusal, command);
    return reject(refusal.reason);
  }
  const priceE4 = riskPriceE4(proposal);
  reserve(account, instrument, input.side, input.qty, priceE4);
  countAccepted(account.rate, command.nowMs);

  const order = newOrder(++state.lastOrderNumber, proposal, input, command);
  const { shard, book } = instrument;
  const result = yield {
    kind: 'submit',
    shard,
    book,
    order: engineOrder(order, priceE4, order.leavesQty),
  };
  const { stop } = result.outcome;
  if (stop === STOP_POST_ONLY) {
    release(account, instrument, order.side, order.leavesQty, priceE4);
    return reject('POST_ONLY_WOULD_CROSS');
  }
  state.orders.set(order.number, order);
  account.openOrders.set(order.number, order);
  const done = carryOut(state, order, priceE4, result, command);
  if (result.outcome.leavesQty === 0 && order.leavesQty > 0) {
    release(account, instrument, order.side, order.leavesQty, priceE4);
    endOrder(order, 'CANCELED', 'CANCELED', stopReason(order, stop));
  }
  return finish(incomingReport(order, command, order.execType, done), order);
}

/** What a message's shape cannot say: which type has a price. */
function wholeFault({ type, priceE4 }: SubmitOrder): Reason | undefined {
  return (type === 'LIMIT') === (priceE4 !== undefined) ? undefined : 'INVALID_REQUEST';
}

function proposalOf(account: Account, instrument: Instrument, input: SubmitOrder): Proposal {
  const { side, qty, tif = 'GTC' } = input;
  const canRest = input.type === 'LIMIT' && (tif === 'GTC' || tif === 'DAY');
  return {
    account,
    instrument,
    side,
    priceE4: input.priceE4 ?? null,
    qty,
    leavesQty: qty,
    canRest,
  };
}

function newOrder(
  number: number,
  { account, instrument, side, priceE4, qty }: Proposal,
  { clOrdId, tif = 'GTC', postOnly = false, stp = 'CANCEL_TAKER' }: SubmitOrder,
  { auditSeq, nowMs }: Command,
): Order {
  return {
    number,
    account,
    instrument,
    side,
    tif,
    postOnly,
    stp,
    clOrdId,
    priceE4,
    orderQty: qty,
    cumQty: 0,
    leavesQty: qty,
    ordStatus: 'NEW',
    execType: 'NEW',
    reason: null,
    auditSeq,
    transactTimeMs: nowMs,
  };
}

/** Why the remainder of an incoming order does not rest. */
export function stopReason(order: Order, stop: number): Reason {
  switch (stop) {
    case STOP_IOC:
      return order.priceE4 === null ? 'NO_LIQUIDITY' : 'IOC';
    case STOP_FOK:
      return 'FOK_UNFILLABLE';
    case STOP_SELF_TRADE:
      return 'SELF_TRADE';
    case STOP_BAND:
    case STOP_BAND_PRICE:
      return 'LIMIT_BAND';
    default:
      throw new Error(
        `the matching engine stopped order ${order.number} for a reason ${stop} that is none`,
      );
  }
}

export function incomingReport(
  order: Order,
  command: Command,
  execType: ExecutionReport['execType'],
  { fills, canceledOrders }: CarriedOut,
): ExecutionReport {
  const { clOrdId, reason } = order;
  return reportOf(order, command, { clOrdId, execType, reason, fills, canceledOrders });
}
