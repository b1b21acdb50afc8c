/** The orders of the test venue: submit, replace, cancel. Matching is the model's. */
import type {
  CancelOrder,
  Reason,
  ReplaceOrder,
  SubmitOrder,
} from '../../../../spec/trading/messages.d.ts';
import { keepsPlace, without } from '../model.ts';
import type { Book } from '../model.ts';
import { carryOut, isPostOnlyRefusal, meetsOwnOnly, predictFor } from './matchOrder.ts';
import { endOrder, rejection, report } from './orderState.ts';
import { collarPriceE4, raiseAlert, refusalsOf } from './riskChecks.ts';
import type { Proposal } from './riskChecks.ts';
import { freshOrderId, has, isOpen, tell } from './venueState.ts';
import type { Instrument, Order, VenueState } from './venueState.ts';

export type CommandAnswer = { output: object } | { problem: { code: string } };

export function submitOrder(state: VenueState, request: SubmitOrder): CommandAnswer {
  const { freedoms } = state.options;
  const account = state.accounts.get(request.account);
  const instrument = state.instruments.get(request.symbol);
  const reject = (reason: Reason, orderId?: string | null): CommandAnswer => ({
    output: rejection(state, request, reason, orderId),
  });
  if (!instrument) return reject('UNKNOWN_SYMBOL');
  const { params } = instrument;
  if (request.type === 'LIMIT' && request.priceE4 === undefined) return reject('INVALID_REQUEST');
  const isOffTick = request.priceE4 !== undefined && request.priceE4 % params.tickSizeE4 !== 0;
  if (isOffTick && !has(state, 'takes any tick')) return reject('INVALID_PRICE_TICK');
  if (request.qty % params.lotSize !== 0) return reject('INVALID_QTY');
  if (!account) {
    if (!has(state, 'trades without limits')) return reject(freedoms.noLimits);
    const { account: name } = request;
    putAccount(state, name);
    return submitOrder(state, request);
  }
  const { side, qty, tif = 'GTC' } = request;
  const priceE4 = request.type === 'LIMIT' ? request.priceE4! : null;
  const canRest = priceE4 !== null && (tif === 'GTC' || tif === 'DAY');
  const proposal: Proposal = { account, instrument, side, priceE4, qty, openQty: qty, canRest };
  const [refusal] = refusalsOf(state, proposal);
  if (refusal) {
    if (freedoms.refusedOrdersCount === 'yes') account.acceptedMs.push(state.nowMs);
    raiseAlert(state, proposal, refusal);
    return reject(refusal.reason);
  }
  account.acceptedMs.push(state.nowMs);

  const order: Order = {
    ...{ orderId: freshOrderId(state), clOrdId: request.clOrdId, request, side, priceE4 },
    ...{ account: request.account, symbol: request.symbol, fills: [] },
    riskPriceE4: priceE4 ?? collarPriceE4(instrument, side),
    ...{ orderQty: qty, cumQty: 0, leavesQty: qty, ordStatus: 'NEW', execType: 'NEW' },
    ...{ reason: null, auditSeq: state.auditSeq, transactTimeMs: state.nowMs },
  };
  const prediction = predictFor(state, instrument, order);
  if (prediction.ordStatus[0] === 'REJECTED' && isPostOnlyRefusal(prediction)) {
    return reject(meetsOwnOnly(instrument, order) ? freedoms.postOnlyOwn : 'POST_ONLY_WOULD_CROSS');
  }
  state.orders.set(order.orderId, order);
  account.orders.push(order);
  const canceled = carryOut(state, instrument, order, prediction);
  if (isOpen(order)) {
    const { orderId, leavesQty } = order;
    tell(state, instrument, {
      ...{ type: 'ADD', orderId, side, priceE4: order.riskPriceE4, leavesQty },
    });
  }
  if (order.ordStatus === 'REJECTED') {
    state.orders.delete(order.orderId);
    account.orders.pop();
    return { output: rejection(state, request, order.reason!, order.orderId, canceled) };
  }
  return { output: report(state, order, order.fills, canceled) };
}

export function cancelOrder(state: VenueState, { orderId, account }: CancelOrder): CommandAnswer {
  const order = state.orders.get(orderId);
  const isForeign = order?.account !== account && !has(state, 'lets anybody cancel');
  if (!order || isForeign) return { problem: { code: 'UNKNOWN_ORDER' } };
  const isHalted = state.instruments.get(order.symbol)!.state === 'HALTED';
  if (isHalted && has(state, 'cancels nothing while halted')) {
    return { problem: { code: 'TOO_LATE_TO_CANCEL' } };
  }
  if (!isOpen(order)) return { problem: { code: state.options.freedoms.terminalCancel } };
  endOrder(state, order, 'CANCELED', 'USER_CANCEL');
  if (has(state, 'keeps leavesQty after a cancel')) order.leavesQty = 1;
  return { output: report(state, order, []) };
}

export function replaceOrder(state: VenueState, request: ReplaceOrder): CommandAnswer {
  const { freedoms } = state.options;
  const order = state.orders.get(request.orderId);
  if (!order || order.account !== request.account) return { problem: { code: 'UNKNOWN_ORDER' } };
  if (!isOpen(order)) {
    if (has(state, 'brings a cancelled order back') && order.ordStatus === 'CANCELED') {
      order.ordStatus = 'NEW';
      order.leavesQty = 1;
      return { output: report(state, order, []) };
    }
    return { problem: { code: freedoms.terminalCancel } };
  }
  const instrument = state.instruments.get(order.symbol)!;
  const { account, side } = order;
  const priceE4 = request.priceE4 ?? order.priceE4!;
  const added = has(state, 'takes a replace for an addition') && request.qty !== undefined;
  const qty = added ? order.cumQty + request.qty! : (request.qty ?? order.orderQty);
  const refuse = (reason: Reason): CommandAnswer => {
    const shown = report(state, order, []);
    return {
      output: { ...shown, clOrdId: request.newClOrdId, execType: 'REJECTED', reason },
    };
  };
  const openQty = qty - order.cumQty;
  const proposal: Proposal = {
    ...{ account: state.accounts.get(account)!, instrument, side, priceE4, qty },
    ...{ openQty: Math.max(0, openQty), canRest: true, replaces: order },
  };
  const [refusal] = refusalsOf(state, proposal);
  if (refusal) {
    raiseAlert(state, proposal, refusal);
    return refuse(refusal.reason);
  }
  if (openQty < 0 && freedoms.replaceBelowFilled === 'refused') return refuse('INVALID_QTY');
  const old = { ...order };
  const rename = (): void => {
    if (freedoms.replacedOrderId === 'new') {
      state.orders.delete(order.orderId);
      order.orderId = freshOrderId(state);
      state.orders.set(order.orderId, order);
    }
    order.clOrdId = request.newClOrdId;
  };
  if (openQty <= 0) {
    const status = openQty === 0 ? freedoms.replaceToFilled : 'CANCELED';
    endOrder(state, order, status, openQty === 0 ? null : 'REPLACED_BELOW_FILLED');
    order.orderQty = openQty === 0 ? qty : order.orderQty;
    rename();
    return { output: report(state, order, []) };
  }

  const resting = instrument.book.find(({ id }) => id === old.orderId)!;
  const staysAsLarger =
    has(state, 'keeps the place when made larger') && priceE4 === resting.priceE4;
  const staysAsSmaller =
    keepsPlace(resting, priceE4, openQty) && !has(state, 'loses the place when made smaller');
  if (staysAsLarger || staysAsSmaller) {
    Object.assign(order, { orderQty: qty, leavesQty: openQty, execType: 'REPLACED' });
    rename();
    const isNewId = order.orderId !== old.orderId;
    // A new id needs a new place in the feed as well; the book itself keeps the old one.
    instrument.book = instrument.book.map((each) =>
      each.id === old.orderId ? { ...each, id: order.orderId, leavesQty: openQty } : each,
    );
    if (isNewId) retellLevel(state, instrument, old, order);
    else tell(state, instrument, { type: 'REDUCE', orderId: order.orderId, leavesQty: openQty });
    return { output: report(state, order, []) };
  }

  const moved: Order = {
    ...order,
    priceE4,
    riskPriceE4: priceE4,
    orderQty: qty,
    leavesQty: openQty,
  };
  const book = without(instrument.book, old.orderId);
  const prediction = predictFor(state, { ...instrument, book }, moved);
  if (isPostOnlyRefusal(prediction)) return refuse('POST_ONLY_WOULD_CROSS');
  instrument.book = book;
  rename();
  const { orderId, clOrdId } = order;
  Object.assign(order, moved, { orderId, clOrdId, execType: freedoms.replacedExecType });
  const inPlace =
    freedoms.replacePublishes === 'REPLACE' &&
    freedoms.replacedOrderId === 'same' &&
    prediction.trades.length === 0 &&
    prediction.leavesQty > 0;
  if (!inPlace) tell(state, instrument, { type: 'DELETE', orderId: old.orderId });
  const before = order.fills.length;
  const canceled = carryOut(state, instrument, order, prediction);
  if (isOpen(order)) {
    const { leavesQty } = order;
    if (inPlace) tell(state, instrument, { type: 'REPLACE', orderId, priceE4, leavesQty });
    else tell(state, instrument, { type: 'ADD', orderId, side, priceE4, leavesQty });
  }
  return { output: report(state, order, order.fills.slice(before), canceled) };
}

/** The whole level again, in order, so that the renamed order is told in its old place. */
function retellLevel(state: VenueState, instrument: Instrument, old: Order, order: Order): void {
  const isAtLevel = (each: Book[number]): boolean =>
    each.side === order.side && each.priceE4 === order.priceE4;
  const level = instrument.book.filter(isAtLevel);
  for (const { id } of level) {
    tell(state, instrument, { type: 'DELETE', orderId: id === order.orderId ? old.orderId : id });
  }
  for (const { id, side, priceE4, leavesQty } of level) {
    tell(state, instrument, { type: 'ADD', orderId: id, side, priceE4, leavesQty });
  }
}

function putAccount(state: VenueState, name: string): void {
  const most = Number.MAX_SAFE_INTEGER;
  state.accounts.set(name, {
    ...{ name, enabled: true, alerts: [], acceptedMs: [], orders: [], positions: new Map() },
    limits: {
      ...{ account: name, maxPosition: most, maxOrderQty: most, maxNotionalE4: most },
      ...{ maxOpenOrders: most, maxOrdersPerSec: most, creditLimitE4: most },
      restrictedSymbols: [],
    },
  });
}
