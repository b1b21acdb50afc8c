/** How an incoming order of the test venue meets the book: the model's answer - or what a defect makes of it - made true. */
import type { CanceledOrder, OrdStatus, Reason } from '../../../../spec/trading/messages.d.ts';
import { after, predict } from '../model.ts';
import type { Band, Incoming, Prediction } from '../model.ts';
import { endOrder, positionOf } from './orderState.ts';
import { has, tell } from './venueState.ts';
import type { Instrument, Order, VenueState } from './venueState.ts';

function bandOf(state: VenueState, { params }: Instrument): Band | undefined {
  const { band, referencePriceE4 } = params;
  if (!band || has(state, 'trades outside the band')) return undefined;
  const widthE4 = Math.floor((band.bandBps * referencePriceE4) / 10_000);
  return { lowE4: referencePriceE4 - widthE4, highE4: referencePriceE4 + widthE4 };
}

export function isPostOnlyRefusal({ reason }: Prediction): boolean {
  return reason[0] === 'POST_ONLY_WOULD_CROSS';
}

export function meetsOwnOnly({ book }: Instrument, order: Order): boolean {
  const [first] = predict(book, { ...incomingOf(order), account: '', postOnly: false }).trades;
  return book.find(({ id }) => id === first?.makerId)?.account === order.account;
}

function incomingOf(order: Order): Incoming {
  const { request, account, side, leavesQty, riskPriceE4 } = order;
  const { type, tif, postOnly, stp } = request;
  return {
    ...{ account, side, priceE4: riskPriceE4, type, qty: leavesQty },
    ...(tif && { tif }),
    ...(postOnly !== undefined && { postOnly }),
    ...(stp && { stp }),
  };
}

/** The model's answer, or what a defect makes of it. */
export function predictFor(state: VenueState, instrument: Instrument, order: Order): Prediction {
  let incoming = incomingOf(order);
  let { book } = instrument;
  const band = bandOf(state, instrument);
  const isMarketable = predict(book, { ...incoming, account: '', postOnly: false }).cumQty > 0;
  const isReplaced = order.cumQty > 0 || state.orders.has(order.orderId);
  if (has(state, 'takes with post-only')) incoming = { ...incoming, postOnly: false };
  if (has(state, 'never trades on replace') && isReplaced) book = [];
  if (has(state, 'fills FOK partly') && incoming.tif === 'FOK')
    incoming = { ...incoming, tif: 'IOC' };
  if (has(state, 'trades with itself')) incoming = { ...incoming, account: `not ${order.account}` };
  if (has(state, 'matches strictly inside the limit only')) {
    book = book.filter(({ priceE4 }) => priceE4 !== incoming.priceE4);
  }
  if (has(state, 'takes the newest order first')) book = [...book].reverse();
  if (has(state, 'takes the worst price first') && isMarketable) {
    const reach = predict(book, { ...incoming, qty: 1e9, account: '' }).trades;
    const worst = reach.at(-1)!.priceE4;
    const atWorst = book.filter(({ priceE4 }) => priceE4 === worst);
    const first = predict(atWorst, incoming, band);
    if (first.leavesQty === 0 && first.cumQty === incoming.qty) return first;
    const restOf = predict(
      book.filter(({ priceE4 }) => priceE4 !== worst),
      { ...incoming, qty: incoming.qty - first.cumQty },
      band,
    );
    const cumQty = first.cumQty + restOf.cumQty;
    return { ...restOf, trades: [...first.trades, ...restOf.trades], cumQty };
  }
  if (has(state, 'refuses every FOK') && incoming.tif === 'FOK') book = [];
  if (has(state, 'counts what is behind its own order for FOK') && incoming.tif === 'FOK') {
    book = book.filter(({ account }) => account !== order.account);
  }
  if (has(state, 'stops at a cancelled maker') && incoming.stp === 'CANCEL_MAKER') {
    incoming = { ...incoming, stp: 'CANCEL_BOTH' };
  }
  const prediction = predict(book, incoming, band);
  const wouldRest =
    (has(state, 'lets IOC rest') && incoming.tif === 'IOC' && incoming.type === 'LIMIT') ||
    (has(state, 'lets MARKET rest') && incoming.type === 'MARKET');
  if (wouldRest && prediction.cumQty < incoming.qty) {
    const leavesQty = incoming.qty - prediction.cumQty;
    const ordStatus: OrdStatus = prediction.cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
    return { ...prediction, leavesQty, ordStatus: [ordStatus], reason: [null] };
  }
  if (has(state, 'drops remainders') && prediction.cumQty > 0 && prediction.leavesQty > 0) {
    return { ...prediction, leavesQty: 0, ordStatus: ['CANCELED'], reason: ['NO_LIQUIDITY'] };
  }
  return prediction;
}

/** Makes a prediction true: both sides, positions, feed, band. Answers the own orders that were cancelled. */
export function carryOut(
  state: VenueState,
  instrument: Instrument,
  order: Order,
  prediction: Prediction,
): CanceledOrder[] {
  const canceled: CanceledOrder[] = [];
  instrument.book = after(instrument.book, order.orderId, incomingOf(order), prediction);
  for (const { makerId, qty, priceE4: makerPriceE4 } of prediction.trades) {
    const maker = state.orders.get(makerId)!;
    const isTakers = has(state, 'prints at the price of the incoming order');
    const priceE4 = isTakers ? order.riskPriceE4 : makerPriceE4;
    state.tradeNumber += 1;
    const tradeId = `T${state.tradeNumber}`;
    const how = { tradeId, priceE4: makerPriceE4, qty };
    const seq = tell(state, instrument, { type: 'EXECUTE', orderId: makerId, ...how });
    const isGone = maker.leavesQty === qty && state.options.freedoms.fullExecute !== 'alone';
    if (isGone) tell(state, instrument, { type: 'DELETE', orderId: makerId });
    const { symbol, side, account } = order;
    instrument.trades.push({
      ...{ tradeId, seq, priceE4, qty, aggressorSide: side, transactTimeMs: state.nowMs },
    });
    const told = has(state, 'numbers fills by themselves') ? state.tradeNumber + 1_000 : seq;
    order.fills.push({ tradeId, seq: told, priceE4, qty, makerOrderId: makerId });
    order.cumQty += qty;
    order.leavesQty -= qty;
    if (!has(state, 'forgets the fills of the resting order')) maker.cumQty += qty;
    maker.leavesQty -= qty;
    maker.ordStatus = maker.leavesQty === 0 ? 'FILLED' : 'PARTIALLY_FILLED';
    maker.execType = 'TRADE';
    const sides = [
      [state.accounts.get(account)!, side],
      [state.accounts.get(maker.account)!, maker.side],
    ] as const;
    for (const [index, [party, partySide]] of sides.entries()) {
      if (index === 1 && has(state, 'leaves positions behind')) continue;
      const sign = partySide === 'BUY' || has(state, 'adds sold quantity') ? 1 : -1;
      const position = positionOf(party, symbol);
      position.netQty += sign * qty;
      position.realizedNotionalE4 += (partySide === 'BUY' ? -1 : 1) * qty * priceE4;
    }
  }
  for (const makerId of prediction.canceledIds) {
    const maker = state.orders.get(makerId)!;
    const { orderId, clOrdId, leavesQty: qty } = maker;
    canceled.push({ orderId, clOrdId, qty, reason: 'SELF_TRADE' });
    endOrder(state, maker, 'CANCELED', 'SELF_TRADE');
  }
  settle(state, instrument, order, prediction);
  const { stp } = order.request;
  if (
    stp === 'CANCEL_BOTH' &&
    canceled.length > 0 &&
    state.options.freedoms.cancelBothLists === 'both orders'
  ) {
    const { orderId, clOrdId, orderQty, cumQty } = order;
    canceled.push({ orderId, clOrdId, qty: orderQty - cumQty, reason: 'SELF_TRADE' });
  }
  return canceled;
}

/** The incoming order's own state, and the symbol's. */
function settle(
  state: VenueState,
  instrument: Instrument,
  order: Order,
  prediction: Prediction,
): void {
  const [predicted] = prediction.ordStatus;
  const [reason] = prediction.reason;
  const isEnded = prediction.leavesQty === 0 && predicted !== 'FILLED';
  if (order.cumQty > 0) order.execType = order.execType === 'REPLACED' ? 'REPLACED' : 'TRADE';
  if (isEnded) {
    order.leavesQty = 0;
    order.reason = chosenReason(state, order, reason ?? null);
    order.ordStatus = endStatus(state, order, order.reason);
    order.execType = order.ordStatus === 'EXPIRED' ? 'EXPIRED' : 'CANCELED';
  } else if (order.leavesQty === 0) order.ordStatus = 'FILLED';
  else order.ordStatus = order.cumQty > 0 ? 'PARTIALLY_FILLED' : 'NEW';
  if (isEnded && reason === 'FOK_UNFILLABLE') {
    if (has(state, 'counts an event for an unfillable FOK')) instrument.seq += 1;
  }
  const { band } = instrument.params;
  const isRelieved =
    prediction.trades.length > 0 &&
    instrument.state === 'LIMIT_STATE' &&
    !has(state, 'stays in limit state');
  if (isRelieved) setState(state, instrument, 'OPEN', Infinity);
  if (prediction.enteredLimitState && instrument.state === 'OPEN' && band) {
    setState(state, instrument, 'LIMIT_STATE', state.nowMs + band.limitStateMs);
  }
}

/** Of the reasons that apply to a FOK behind an own order, the one that this venue tells. */
function chosenReason(state: VenueState, order: Order, reason: Reason | null): Reason | null {
  if (reason !== 'FOK_UNFILLABLE') return reason;
  const { book } = state.instruments.get(order.symbol)!;
  const isBehindOwn = predict(book, { ...incomingOf(order), tif: 'IOC', qty: 1e9 });
  return isBehindOwn.reason[0] === 'SELF_TRADE' ? state.options.freedoms.fokBehindOwn : reason;
}

function endStatus(state: VenueState, order: Order, reason: Reason | null): OrdStatus {
  const { freedoms } = state.options;
  const isUntraded = order.cumQty === 0;
  if (order.request.tif === 'FOK' && isUntraded) return freedoms.unfillableFok;
  switch (reason) {
    case 'IOC':
      return freedoms.iocEnds;
    case 'NO_LIQUIDITY':
      return isUntraded ? freedoms.untradedMarket : freedoms.marketRemainder;
    case 'SELF_TRADE':
      // An order that was open before cannot be rejected any more.
      return isUntraded && order.execType === 'NEW' ? freedoms.untradedSelfTrade : 'CANCELED';
    case 'LIMIT_BAND':
      return isUntraded && order.execType === 'NEW' ? freedoms.untradedBand : 'CANCELED';
    default:
      return 'CANCELED';
  }
}

export function setState(
  state: VenueState,
  instrument: Instrument,
  next: Instrument['state'],
  deadlineMs: number,
): void {
  const isNew = instrument.state !== next;
  instrument.state = next;
  instrument.deadlineMs = deadlineMs;
  if (deadlineMs === Infinity) state.timed.delete(instrument);
  else state.timed.add(instrument);
  if (isNew) tell(state, instrument, { type: 'STATE', state: next });
}
