import type { CancelOrder, ExecutionReport, Reason } from '../../../../spec/trading/messages.d.ts';
import { takeOut } from '../carryOut.ts';
import { reportOf } from '../executionReport.ts';
import { endOrder, isOpen } from '../orderState.ts';
import type { Command, Program, ShardResult, ShardTask, Venue } from '../program.ts';
import { findOrder } from '../state.ts';
import type { Order, VenueState } from '../state.ts';

export function* cancelOrder(venue: Venue, command: Command): Program {
  const input = command.input as CancelOrder;
  const order = findOrder(venue.state, input.account, input.orderId);
  if (!order) {
    const answer = venue.problem(
      'UNKNOWN_ORDER',
      `${input.orderId} is no order of this account`,
      command,
    );
    return { kind: 'event', answer, symbol: null };
  }
  const { symbol } = order.instrument;
  if (!isOpen(order)) {
    const answer = venue.problem(
      'TOO_LATE_TO_CANCEL',
      `${input.orderId} is ${order.ordStatus}`,
      command,
    );
    return { kind: 'event', answer, symbol };
  }
  yield* endResting(venue.state, order, 'CANCELED', 'USER_CANCEL', command);
  return { kind: 'event', answer: { output: endedReport(order, command) }, symbol };
}

/** Takes an open order out of its book, its reservation and the public's sight. */
export function* endResting(
  state: VenueState,
  order: Order,
  ordStatus: 'CANCELED' | 'EXPIRED',
  reason: Reason,
  command: Command,
): Generator<ShardTask, void, ShardResult> {
  const { shard, book } = order.instrument;
  yield { kind: 'cancel', shard, book, orderId: order.number };
  takeOut(state, order, command);
  endOrder(order, ordStatus, ordStatus, reason);
}

function endedReport(order: Order, command: Command): ExecutionReport {
  const { clOrdId, execType, reason } = order;
  return reportOf(order, command, { clOrdId, execType, reason, fills: [], canceledOrders: [] });
}
