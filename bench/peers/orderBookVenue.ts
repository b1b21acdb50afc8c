/**
 * An npm order book behind the operations of the trading case. It maps; it repairs nothing: what the package does is what is
 * judged. README.md says what is mapped to what, and what no order book of this kind can do.
 */
import type {
  Book,
  BookLevel,
  CancelOrder,
  ExecutionReport,
  Fill,
  GetOrder,
  LimitsReport,
  ListTrades,
  PutLimits,
  PutSymbol,
  Reason,
  ReplaceOrder,
  SubmitOrder,
  SymbolReport,
  Trade,
  Trades,
} from '../../spec/trading/messages.d.ts';
import { PACKAGE_ERROR } from './packageBook.ts';
import type {
  PackageBook,
  PackageBookClass,
  PackageLevel,
  ProcessedOrder,
  SelfTradeOptions,
} from './packageBook.ts';
import { applyFill, settle, tradesOf } from './peerOrders.ts';
import type { PeerOrder } from './peerOrders.ts';

type Problem = {
  code: 'INVALID_REQUEST' | 'UNKNOWN_ORDER' | 'UNKNOWN_SYMBOL' | 'NOT_SUPPORTED';
  detail?: string;
};
type Answer = { output: object } | { problem: Problem };

const STP_MODE = {
  CANCEL_TAKER: 'EXPIRE_TAKER',
  CANCEL_MAKER: 'EXPIRE_MAKER',
  CANCEL_BOTH: 'EXPIRE_BOTH',
} as const;

/** The package's own refusals that the contract has a reason for; every other one is INVALID_REQUEST. */
const REASON_OF: Record<number, Reason> = {
  [PACKAGE_ERROR.fokNotFillable]: 'FOK_UNFILLABLE',
  [PACKAGE_ERROR.postOnly]: 'POST_ONLY_WOULD_CROSS',
  [PACKAGE_ERROR.orderExists]: 'DUPLICATE_CLORDID',
  [PACKAGE_ERROR.selfTrade]: 'SELF_TRADE',
};

interface Listing {
  readonly book: PackageBook;
  readonly referencePriceE4: number;
  /** What the package's replies told, numbered from 1: there are no book events whose seq a trade could have. */
  readonly tape: Trade[];
}

/** A venue of a test run; the tape of a day would not be kept in memory. */
const MAX_TAPE = 1_000_000;
const DEFAULT_PAGE = 100;

export function orderBookVenue(OrderBook: PackageBookClass, clockMs: number) {
  const listings = new Map<string, Listing>();
  const byOrderId = new Map<string, PeerOrder>();
  const byPackageId = new Map<string, PeerOrder>();
  const byClOrdId = new Map<string, PeerOrder>();
  let orders = 0;
  let trades = 0;

  const putSymbol = ({ symbol, referencePriceE4 }: PutSymbol): Answer => {
    const { book, tape } = listings.get(symbol) ?? { book: new OrderBook(), tape: [] };
    listings.set(symbol, { book, tape, referencePriceE4 });
    return getSymbol({ symbol });
  };

  const getSymbol = ({ symbol }: { symbol: string }): Answer => {
    const listing = listings.get(symbol);
    if (!listing) return { problem: { code: 'UNKNOWN_SYMBOL' } };
    const { referencePriceE4 } = listing;
    const output: SymbolReport = {
      symbol,
      state: 'OPEN',
      seq: 0,
      referencePriceE4,
      auditSeq: null,
    };
    return { output };
  };

  /** Accepted and not enforced: the package has no limits. Without it no check could set anything up. */
  const putLimits = ({ account, enabled = true }: PutLimits): Answer => {
    const output: LimitsReport = { account, enabled, auditSeq: null };
    return { output };
  };

  const submitOrder = (input: SubmitOrder): Answer => {
    const listing = listings.get(input.symbol);
    const order = newOrder(input, `o${++orders}`);
    if (!listing) return rejected(order, 'UNKNOWN_SYMBOL');
    const reply = send(listing.book, order.packageId, input);
    const { err } = reply;
    const reason = err && (REASON_OF[err.code] ?? null);
    if (err && !reason) return { problem: { code: 'INVALID_REQUEST', detail: err.message } };
    if (reason === 'DUPLICATE_CLORDID') return rejected(order, reason);
    byOrderId.set(order.orderId, order);
    byPackageId.set(order.packageId, order);
    byClOrdId.set(clOrdKey(order), order);
    const { fills, canceledOrders } = carryOver(listing, order, reply);
    settle(order, listing.book, reason ?? endReasonOf(input));
    if (reason && fills.length === 0) order.status = 'REJECTED';
    return { output: report(order, execTypeOf(order, fills), { fills, canceledOrders }) };
  };

  const replaceOrder = (input: ReplaceOrder): Answer => {
    const order = byOrderId.get(input.orderId);
    const listing = order && listings.get(order.symbol);
    if (!order || !listing) return { problem: { code: 'UNKNOWN_ORDER' } };
    const { book } = listing;
    const size = input.qty === undefined ? undefined : input.qty - order.cumQty;
    // The contract's total at or below what is filled: nothing is left open, for which the package's word is cancel.
    if (size !== undefined && size <= 0) return cancel(order, book, 'REPLACED_BELOW_FILLED');
    const reply = book.modify(order.packageId, {
      ...(input.priceE4 !== undefined && { price: input.priceE4 }),
      ...(size !== undefined && { size }),
    });
    if (reply.err?.code === PACKAGE_ERROR.orderNotFound) {
      return { problem: { code: 'UNKNOWN_ORDER', detail: reply.err.message } };
    }
    if (reply.err) {
      const reason = REASON_OF[reply.err.code] ?? 'INVALID_REQUEST';
      // The package may have taken the order out before it refused: the report tells the state that it is in now.
      settle(order, book, reason);
      return { output: { ...report(order, 'REJECTED'), reason } };
    }
    order.clOrdId = input.newClOrdId;
    byClOrdId.set(clOrdKey(order), order);
    order.priceE4 = input.priceE4 ?? order.priceE4;
    order.orderQty = input.qty ?? order.orderQty;
    const { fills, canceledOrders } = carryOver(listing, order, reply);
    settle(order, book, null);
    return { output: report(order, 'REPLACED', { fills, canceledOrders }) };
  };

  /** The package's cancel knows no accounts, so the account is not looked at. */
  const cancelOrder = ({ orderId }: CancelOrder): Answer => {
    const order = byOrderId.get(orderId);
    const book = order && listings.get(order.symbol)?.book;
    if (!order || !book) return { problem: { code: 'UNKNOWN_ORDER' } };
    return cancel(order, book, 'USER_CANCEL');
  };

  const cancel = (order: PeerOrder, book: PackageBook, reason: Reason): Answer => {
    if (!book.cancel(order.packageId)) return { problem: { code: 'UNKNOWN_ORDER' } };
    settle(order, book, reason);
    return { output: report(order, 'CANCELED') };
  };

  const getOrder = ({ account, clOrdId }: GetOrder): Answer => {
    const order = byClOrdId.get(clOrdKey({ account, clOrdId }));
    if (!order) return { problem: { code: 'UNKNOWN_ORDER' } };
    return { output: report(order, stateExecType(order)) };
  };

  const getBook = ({ symbol, depth }: { symbol: string; depth?: number }): Answer => {
    const listing = listings.get(symbol);
    if (!listing) return { problem: { code: 'UNKNOWN_SYMBOL' } };
    const { bids, asks } = listing.book.snapshot();
    const output: Book = {
      symbol,
      seq: null,
      state: 'OPEN',
      bids: levels(bids, depth),
      asks: levels(asks, depth),
    };
    return { output };
  };

  const listTrades = ({ symbol, fromSeq = 1, limit = DEFAULT_PAGE }: ListTrades): Answer => {
    const listing = listings.get(symbol);
    if (!listing) return { problem: { code: 'UNKNOWN_SYMBOL' } };
    const rest = listing.tape.filter(({ seq }) => seq >= fromSeq);
    const output: Trades = {
      symbol,
      trades: rest.slice(0, limit),
      nextFromSeq: rest[limit]?.seq ?? null,
    };
    return { output };
  };

  /** Books what the package's reply says about other orders. */
  const carryOver = (
    { book, tape }: Listing,
    taker: PeerOrder,
    reply: ProcessedOrder,
  ): Required<Pick<ExecutionReport, 'fills' | 'canceledOrders'>> => {
    const fills = tradesOf(reply, taker.packageId).map(({ makerPackageId, price, qty }): Fill => {
      const maker = byPackageId.get(makerPackageId)!;
      applyFill(maker, qty, book);
      taker.cumQty += qty;
      const trade = { tradeId: `t${++trades}`, priceE4: price, qty };
      const seq = tape.length + 1;
      if (seq <= MAX_TAPE) {
        tape.push({ ...trade, seq, aggressorSide: taker.side, transactTimeMs: clockMs });
      }
      return { ...trade, seq: null, makerOrderId: maker.orderId };
    });
    const canceledOrders = (reply.stpExpired ?? []).map(({ id, size }) => {
      const maker = byPackageId.get(id)!;
      settle(maker, book, 'SELF_TRADE');
      const { orderId, clOrdId } = maker;
      return { orderId, clOrdId, qty: size, reason: 'SELF_TRADE' as const };
    });
    return { fills, canceledOrders };
  };

  const report = (
    order: PeerOrder,
    execType: ExecutionReport['execType'],
    happened: Pick<ExecutionReport, 'fills' | 'canceledOrders'> = { fills: [] },
  ): ExecutionReport => ({
    orderId: order.orderId,
    clOrdId: order.clOrdId,
    account: order.account,
    symbol: order.symbol,
    side: order.side,
    ordStatus: order.status,
    execType,
    reason: order.endReason,
    priceE4: order.priceE4,
    orderQty: order.orderQty,
    cumQty: order.cumQty,
    leavesQty: order.leavesQty,
    ...happened,
    auditSeq: null,
    seq: null,
    transactTimeMs: clockMs,
  });

  const rejected = (order: PeerOrder, reason: Reason): Answer => ({
    output: {
      ...report({ ...order, status: 'REJECTED', endReason: reason }, 'REJECTED'),
      orderId: null,
    },
  });

  return {
    call: async (operation: string, input: object): Promise<Answer> => {
      switch (operation) {
        case 'putSymbol':
          return putSymbol(input as PutSymbol);
        case 'getSymbol':
          return getSymbol(input as { symbol: string });
        case 'putLimits':
          return putLimits(input as PutLimits);
        case 'submitOrder':
          return submitOrder(input as SubmitOrder);
        case 'replaceOrder':
          return replaceOrder(input as ReplaceOrder);
        case 'cancelOrder':
          return cancelOrder(input as CancelOrder);
        case 'getOrder':
          return getOrder(input as GetOrder);
        case 'getBook':
          return getBook(input as { symbol: string; depth?: number });
        case 'listTrades':
          return listTrades(input as ListTrades);
        default:
          return { problem: { code: 'NOT_SUPPORTED' } };
      }
    },
    subscribe: async (): Promise<{ problem: Problem }> => ({ problem: { code: 'NOT_SUPPORTED' } }),
    close: async (): Promise<void> => undefined,
  };
}

function newOrder(input: SubmitOrder, orderId: string): PeerOrder {
  const { account, symbol, side, clOrdId, qty } = input;
  return {
    orderId,
    packageId: `${account}/${clOrdId}`,
    account,
    symbol,
    side,
    clOrdId,
    priceE4: input.priceE4 ?? null,
    orderQty: qty,
    cumQty: 0,
    leavesQty: 0,
    endReason: null,
    status: 'NEW',
  };
}

/** DAY is a GTC order until the session ends, and ending a session is not offered. */
function send(book: PackageBook, id: string, input: SubmitOrder): ProcessedOrder {
  const side = input.side === 'BUY' ? 'buy' : 'sell';
  const selfTrade: SelfTradeOptions = {
    accountId: input.account,
    stpMode: STP_MODE[input.stp ?? 'CANCEL_TAKER'],
  };
  if (input.type === 'MARKET') return book.market({ side, size: input.qty, ...selfTrade });
  const timeInForce = input.tif === 'IOC' || input.tif === 'FOK' ? input.tif : 'GTC';
  return book.limit({
    id,
    side,
    size: input.qty,
    // An absent price is for the package to refuse.
    price: input.priceE4 as number,
    timeInForce,
    postOnly: input.postOnly ?? false,
    ...selfTrade,
  });
}

function endReasonOf({ type, tif }: SubmitOrder): Reason | null {
  if (type === 'MARKET') return 'NO_LIQUIDITY';
  return tif === 'IOC' ? 'IOC' : null;
}

function execTypeOf(order: PeerOrder, fills: readonly Fill[]): ExecutionReport['execType'] {
  if (order.status === 'PARTIALLY_FILLED' || order.status === 'FILLED') return 'TRADE';
  return fills.length > 0 && order.status === 'NEW' ? 'TRADE' : stateExecType(order);
}

function stateExecType({ status }: PeerOrder): ExecutionReport['execType'] {
  return status === 'PARTIALLY_FILLED' || status === 'FILLED' ? 'TRADE' : status;
}

function levels(of: readonly PackageLevel[], depth = of.length): BookLevel[] {
  return of.slice(0, depth).map(({ price, orders }) => ({
    priceE4: price,
    qty: orders.reduce((sum, { size }) => sum + size, 0),
    orders: orders.length,
  }));
}

function clOrdKey({ account, clOrdId }: { account: string; clOrdId: string }): string {
  return `${account}/${clOrdId}`;
}
