import type { ExecutionReport, Reason, ReplaceOrder } from '../../../../spec/trading/messages.d.ts';
import { STOP_POST_ONLY } from '../../engine/matchingEngine.types.ts';
import { carryOut, takeOut } from '../carryOut.ts';
import { engineOrder } from '../engineOrder.ts';
import { rejection, reportOf } from '../executionReport.ts';
import { checkKey } from '../idempotency.ts';
import { endOrder, isOpen } from '../orderState.ts';
import { release, reserve } from '../positions.ts';
import type { Command, Program, Venue } from '../program.ts';
import { formFault, gateRefusal, raiseAlert } from '../refusals.ts';
import type { Proposal, Refusal } from '../refusals.ts';
import { exposureBreach } from '../riskLimits.ts';
import { findOrder, useKey } from '../state.ts';
import type { Order } from '../state.ts';
import { stopReason, incomingReport } from './submitOrder.ts';

export function* replaceOrder(venue: Venue, command: Command): Program {
  const input = command.input as ReplaceOrder;
  const { state } = venue;
  const key = checkKey(venue, command, input.account, input.newClOrdId);
  if (key.kind === 'resend') return key.finished;
  const order = findOrder(state, input.account, input.orderId);
  if (!order) {
    const answer = venue.problem(
      'UNKNOWN_ORDER',
      `${input.orderId} is no order of this account`,
      command,
    );
    return { kind: 'event', answer, symbol: null };
  }
  const { instrument } = order;
  const { symbol } = instrument;
  if (key.kind === 'conflict')
    return { kind: 'event', answer: { output: duplicate(order, input, command) }, symbol };
  if (!isOpen(order)) {
    const answer = venue.problem(
      'TOO_LATE_TO_CANCEL',
      `${input.orderId} is ${order.ordStatus}`,
      command,
    );
    return { kind: 'event', answer, symbol };
  }
  const finish = (output: ExecutionReport, replaced?: Order) => {
    const use = { auditSeq: command.auditSeq, order: replaced };
    useKey(state, input.account, input.newClOrdId, use);
    return { kind: 'event' as const, answer: { output }, symbol };
  };
  /** The order is as it was; only the report says why. */
  const reject = (reason: Reason) => finish(refusedReport(order, input, reason, command));

  const priceE4 = input.priceE4 ?? order.priceE4!;
  const qty = input.qty ?? order.orderQty;
  const badForm = formFault(instrument, priceE4, qty);
  if (badForm) return reject(badForm);
  const proposal: Proposal = {
    account: order.account,
    instrument,
    side: order.side,
    priceE4,
    qty,
    leavesQty: qty - order.cumQty,
    canRest: true,
  };
  const refusal = gateRefusal(proposal) ?? breachWithoutOwn(order, proposal);
  if (refusal) {
    raiseAlert(order.account, instrument, refusal, command);
    return reject(refusal.reason);
  }
  const { shard, book } = instrument;
  if (proposal.leavesQty <= 0) {
    yield { kind: 'cancel', shard, book, orderId: order.number };
    takeOut(state, order, command);
    endBelowFilled(order, qty);
    order.clOrdId = input.newClOrdId;
    const done = { fills: [], canceledOrders: [] };
    return finish(incomingReport(order, command, order.execType, done), order);
  }

  const old = { priceE4: order.priceE4!, leavesQty: order.leavesQty };
  moveReservation(order, old, proposal);
  const result = yield {
    kind: 'replace',
    shard,
    book,
    order: engineOrder(order, priceE4, proposal.leavesQty),
  };
  if (result.outcome.stop === STOP_POST_ONLY) {
    moveReservation(order, proposal, old);
    return reject('POST_ONLY_WOULD_CROSS');
  }
  Object.assign(order, {
    clOrdId: input.newClOrdId,
    priceE4,
    orderQty: qty,
    leavesQty: proposal.leavesQty,
    execType: 'REPLACED',
    auditSeq: command.auditSeq,
    transactTimeMs: command.nowMs,
  });
  const done = carryOut(state, order, priceE4, result, command);
  if (result.outcome.leavesQty === 0 && order.leavesQty > 0) {
    release(order.account, instrument, order.side, order.leavesQty, priceE4);
    endOrder(order, 'CANCELED', 'CANCELED', stopReason(order, result.outcome.stop));
    return finish(incomingReport(order, command, 'CANCELED', done), order);
  }
  return finish(incomingReport(order, command, 'REPLACED', done), order);
}

/** Would the order as replaced break a limit, once what it has reserved itself is taken off? */
function breachWithoutOwn(order: Order, proposal: Proposal): Refusal | undefined {
  const { account, instrument, side, leavesQty } = order;
  if (proposal.leavesQty <= 0) return undefined;
  release(account, instrument, side, leavesQty, order.priceE4!);
  const breach = exposureBreach(proposal);
  reserve(account, instrument, side, leavesQty, order.priceE4!);
  return breach;
}

function moveReservation(
  { account, instrument, side }: Order,
  from: { priceE4: number | null; leavesQty: number },
  to: { priceE4: number | null; leavesQty: number },
): void {
  release(account, instrument, side, from.leavesQty, from.priceE4!);
  reserve(account, instrument, side, to.leavesQty, to.priceE4!);
}

/** All that was wanted has traded already, or more: nothing of the order may stay open. */
function endBelowFilled(order: Order, qty: number): void {
  if (qty === order.cumQty) {
    order.orderQty = qty;
    endOrder(order, 'FILLED', 'REPLACED', null);
  } else endOrder(order, 'CANCELED', 'CANCELED', 'REPLACED_BELOW_FILLED');
}

function refusedReport(
  order: Order,
  { newClOrdId }: ReplaceOrder,
  reason: Reason,
  command: Command,
): ExecutionReport {
  return reportOf(order, command, {
    clOrdId: newClOrdId,
    execType: 'REJECTED',
    reason,
    fills: [],
    canceledOrders: [],
  });
}

/** The used key belongs to another request, so this one is about no order: it has no orderId. */
function duplicate(order: Order, input: ReplaceOrder, command: Command): ExecutionReport {
  const { side, instrument } = order;
  const { symbol } = instrument;
  return rejection(
    {
      clOrdId: input.newClOrdId,
      account: input.account,
      symbol,
      side,
      qty: input.qty ?? order.orderQty,
      ...(input.priceE4 === undefined ? {} : { priceE4: input.priceE4 }),
    },
    command,
    'DUPLICATE_CLORDID',
    instrument.seq,
  );
}
