/**
 * What the outcomes of the journal add up to: orders in their places, books, positions, sequence numbers. Outcomes that do not fit each
 * other - a trade of what is not there, a number that goes back - are told. It repeats no decision of the venue (whether to accept, at
 * which price to trade): only what was decided must be whole.
 */
import type {
  AuditEvent,
  CancelAll,
  CancelOrder,
  EndSession,
  ExecutionReport,
  Fill,
  MassCancelReport,
  Position,
  PutLimits,
  ReplaceOrder,
  Side,
  SubmitOrder,
} from '../../../../spec/trading/messages.d.ts';
import { oppositeOf } from '../model.ts';
import { told } from './explainJournal.ts';
import type { Report } from './explainJournal.ts';
import { sideOfBook } from './sideOfBook.ts';
import type { RestingOrder, SideOfBook } from './sideOfBook.ts';
import { usedNumbers } from './usedNumbers.ts';
import type { UsedNumbers } from './usedNumbers.ts';

export interface LedgerBook {
  readonly bids: SideOfBook;
  readonly asks: SideOfBook;
}

export interface LedgerTrade {
  readonly tradeId: string;
  readonly seq: number | null;
  readonly priceE4: number;
  readonly qty: number;
}

export interface VenueLedger {
  apply(event: AuditEvent): void;
  readonly numbers: UsedNumbers;
  readonly symbols: ReadonlySet<string>;
  readonly accounts: ReadonlySet<string>;
  /** Empty for a symbol without orders. */
  book(symbol: string): LedgerBook;
  /** In the order in which they happened. */
  trades(symbol: string): readonly LedgerTrade[];
  /** Those with any figure that is not 0, by symbol. */
  positions(account: string): Position[];
  /** `in doubt`: the contract leaves open what a command did, and the journal does not tell. */
  state(): 'known' | 'in doubt';
}

export function venueLedger(report: Report): VenueLedger {
  const books = new Map<string, LedgerBook>();
  const trades = new Map<string, LedgerTrade[]>();
  const positions = new Map<string, Map<string, Position>>();
  const open = new Map<string, RestingOrder>();
  /** What a replaced order is called now, by what it was called: it may still be cancelled by that. */
  const renamed = new Map<string, string>();
  const ofAccount = new Map<string, Set<RestingOrder>>();
  const symbols = new Set<string>();
  const accounts = new Set<string>();
  const numbers = usedNumbers(report);
  let state: 'known' | 'in doubt' = 'known';

  const bookOf = (symbol: string): LedgerBook =>
    made(books, symbol, () => ({ bids: sideOfBook('BUY'), asks: sideOfBook('SELL') }));
  const sideOf = (symbol: string, side: Side): SideOfBook =>
    side === 'BUY' ? bookOf(symbol).bids : bookOf(symbol).asks;
  const positionOf = (account: string, symbol: string): Position =>
    made(made(positions, account, newMap<Position>), symbol, () => ({
      ...{ symbol, netQty: 0, openBuyQty: 0, openSellQty: 0, realizedNotionalE4: 0 },
    }));
  const reserve = ({ account, symbol, side }: RestingOrder, qty: number): void => {
    const position = positionOf(account, symbol);
    if (side === 'BUY') position.openBuyQty += qty;
    else position.openSellQty += qty;
  };
  const settle = (account: string, symbol: string, side: Side, { qty, priceE4 }: Fill): void => {
    const sign = side === 'BUY' ? 1 : -1;
    const position = positionOf(account, symbol);
    position.netQty += sign * qty;
    position.realizedNotionalE4 -= sign * qty * priceE4;
  };
  const find = (orderId: string): RestingOrder | undefined => {
    let id: string | undefined = orderId;
    // A new name is a fresh id, so the names of one order lead to its last.
    while (id !== undefined && !open.has(id)) id = renamed.get(id);
    return id === undefined ? undefined : open.get(id);
  };
  const rest = (order: RestingOrder): void => {
    open.set(order.orderId, order);
    made(ofAccount, order.account, () => new Set()).add(order);
    sideOf(order.symbol, order.side).add(order);
    reserve(order, order.leavesQty);
  };
  const forget = (order: RestingOrder): void => {
    open.delete(order.orderId);
    ofAccount.get(order.account)?.delete(order);
  };
  const end = (order: RestingOrder): void => {
    sideOf(order.symbol, order.side).remove(order);
    reserve(order, -order.leavesQty);
    order.leavesQty = 0;
    forget(order);
  };

  /** The trades of an incoming order: each takes from the order in front, as much as there is. */
  const trade = (event: AuditEvent, taker: ExecutionReport): void => {
    const { symbol, account, side } = taker;
    const makers = sideOf(symbol, oppositeOf(side));
    for (const fill of taker.fills) {
      const { makerOrderId, qty, tradeId, seq, priceE4 } = fill;
      numbers.trade(event, fill);
      made(trades, symbol, () => []).push({ tradeId, seq, priceE4, qty });
      settle(account, symbol, side, fill);
      const maker = open.get(makerOrderId);
      if (!maker || maker.leavesQty < qty || maker.symbol !== symbol || maker.side === side) {
        const left = maker ? `only ${maker.leavesQty} are open` : 'nothing is open';
        report(
          `Trade ${tradeId} takes ${qty} of order ${makerOrderId}, of which ${left}: ${told(event)}.`,
        );
        continue;
      }
      const front = makers.front();
      if (state === 'known' && front !== undefined && front !== maker) {
        report(
          `Trade ${tradeId} passes over order ${front.orderId}, which stands before ${makerOrderId}: ${told(event)}.`,
        );
      }
      settle(maker.account, symbol, maker.side, fill);
      makers.reduce(maker, qty);
      reserve(maker, -qty);
      maker.leavesQty -= qty;
      maker.cumQty += qty;
      if (maker.leavesQty === 0) forget(maker);
    }
  };
  const holdQuantities = (event: AuditEvent, taker: ExecutionReport, cumBefore: number): void => {
    const { fills, cumQty, leavesQty, orderQty, ordStatus } = taker;
    const traded = fills.reduce((sum, { qty }) => sum + qty, cumBefore);
    const isOpen = ordStatus === 'NEW' || ordStatus === 'PARTIALLY_FILLED';
    if (traded === cumQty && leavesQty === (isOpen ? orderQty - cumQty : 0)) return;
    report(
      `cumQty ${cumQty} and leavesQty ${leavesQty} of ${orderQty} do not agree with ${traded} traded: ${told(event)}.`,
    );
  };
  const cancelListed = ({ canceledOrders = [] }: ExecutionReport): void => {
    for (const { orderId } of canceledOrders) {
      const order = open.get(orderId);
      if (order) end(order);
    }
  };
  const arrived = (
    event: AuditEvent,
    taker: ExecutionReport,
    tif: string,
    before?: RestingOrder,
  ): void => {
    cancelListed(taker);
    trade(event, taker);
    holdQuantities(event, taker, before?.cumQty ?? 0);
    const { orderId, clOrdId, account, symbol, side, orderQty, cumQty, leavesQty } = taker;
    const { priceE4: asked } = event.input as Partial<ReplaceOrder>;
    const priceE4 = taker.priceE4 ?? asked ?? before?.priceE4;
    if (leavesQty === 0 || orderId === null || priceE4 === undefined) return;
    rest({ orderId, clOrdId, account, symbol, side, priceE4, orderQty, cumQty, leavesQty, tif });
  };
  const submitted = (event: AuditEvent): void => {
    const taker = event.output as ExecutionReport;
    if (taker.orderId !== null) numbers.order(event, taker.orderId);
    arrived(event, taker, (event.input as SubmitOrder).tif ?? 'GTC');
  };
  const replaced = (event: AuditEvent): void => {
    const changed = event.output as ExecutionReport;
    if (changed.execType === 'REJECTED' || changed.ordStatus === 'REJECTED') return;
    const order = find((event.input as ReplaceOrder).orderId);
    if (!order) return report(`It replaces an order that is not open: ${told(event)}.`);
    const { orderId, orderQty, leavesQty } = changed;
    const priceE4 = changed.priceE4 ?? (event.input as ReplaceOrder).priceE4 ?? order.priceE4;
    if (orderId !== null && orderId !== order.orderId) {
      numbers.order(event, orderId);
      renamed.set(order.orderId, orderId);
    }
    const isSmaller = priceE4 === order.priceE4 && orderQty <= order.orderQty;
    const keepsPlace = isSmaller && leavesQty > 0 && changed.fills.length === 0;
    if (!keepsPlace) {
      end(order);
      return arrived(event, changed, order.tif, order);
    }
    holdQuantities(event, changed, order.cumQty);
    const side = sideOf(order.symbol, order.side);
    // One that changes nothing may keep its place or lose it.
    if (orderQty === order.orderQty) side.loseTrackOf(order);
    side.reduce(order, order.leavesQty - leavesQty);
    reserve(order, leavesQty - order.leavesQty);
    Object.assign(order, { orderQty, leavesQty });
    if (orderId !== null && orderId !== order.orderId) {
      open.delete(order.orderId);
      order.orderId = orderId;
      open.set(orderId, order);
    }
  };
  const massCanceled = (event: AuditEvent): void => {
    const own = [...(ofAccount.get((event.input as CancelAll).account) ?? [])];
    const { canceledOrders } = event.output as MassCancelReport;
    if (canceledOrders !== own.length && state === 'known') {
      report(
        `It cancels ${canceledOrders} orders, of ${own.length} that are open: ${told(event)}.`,
      );
    }
    own.forEach(end);
  };

  const carryOut = (event: AuditEvent): void => {
    const { operation, input } = event;
    switch (operation) {
      case 'submitOrder':
        return submitted(event);
      case 'replaceOrder':
        return replaced(event);
      case 'cancelOrder': {
        const order = find((input as CancelOrder).orderId);
        if (order) return end(order);
        return report(`It cancels an order that is not open: ${told(event)}.`);
      }
      case 'cancelAll':
        return massCanceled(event);
      case 'endSession': {
        const { bids, asks } = bookOf((input as EndSession).symbol);
        const resting = [bids, asks].flatMap((side) =>
          side.orders().flatMap(({ orders }) => orders),
        );
        for (const { orderId } of resting) {
          const order = open.get(orderId);
          if (order?.tif === 'DAY') end(order);
        }
        return;
      }
      case 'putLimits': {
        const { account, enabled } = input as PutLimits;
        accounts.add(account);
        // Whether that cancels what is open is free.
        if (enabled === false && (ofAccount.get(account)?.size ?? 0) > 0) state = 'in doubt';
        return;
      }
      case 'putSymbol':
        symbols.add((input as EndSession).symbol);
    }
  };

  return {
    ...{ numbers, symbols, accounts, book: bookOf },
    apply(event) {
      // A refusal is a problem document, and changed nothing.
      if ('code' in event.output) return;
      carryOut(event);
      numbers.event(event);
    },
    trades: (symbol) => trades.get(symbol) ?? [],
    positions: (account) =>
      [...(positions.get(account)?.values() ?? [])]
        .filter(hasFigures)
        .sort((one, other) => (one.symbol < other.symbol ? -1 : 1)),
    state: () => state,
  };
}

export function hasFigures(position: Position): boolean {
  const { netQty, openBuyQty, openSellQty, realizedNotionalE4 } = position;
  return netQty !== 0 || openBuyQty !== 0 || openSellQty !== 0 || realizedNotionalE4 !== 0;
}

function newMap<Value>(): Map<string, Value> {
  return new Map();
}

function made<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
