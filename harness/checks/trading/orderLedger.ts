/**
 * What reports alone say about a symbol: its orders, book and positions. Kept by adding up reports in the order of their
 * auditSeq, it is what every other view of the venue must agree with.
 */
import type {
  Book,
  ExecutionReport,
  Fill,
  Position,
  Side,
  TimeInForce,
} from '../../../spec/trading/messages.d.ts';
import { hold } from '../kit/hold.ts';
import { inPriority, sum } from './model.ts';

export interface LedgerOrder {
  orderId: string;
  clOrdId: string;
  account: string;
  side: Side;
  tif: TimeInForce;
  priceE4: number | null;
  orderQty: number;
  cumQty: number;
  leavesQty: number;
}

export interface LedgerFill extends Fill {
  takerOrderId: string;
}

export interface OrderLedger {
  readonly symbol: string;
  /** By orderId. */
  readonly orders: ReadonlyMap<string, LedgerOrder>;
  readonly fills: readonly LedgerFill[];
  submitted(report: ExecutionReport, tif?: TimeInForce): void;
  canceled(orderId: string): void;
  /** `report` of a replace of the order that had `orderId` until then. */
  replaced(orderId: string, report: ExecutionReport): void;
  massCanceled(account: string): void;
  sessionEnded(): void;
  /** Levels, best first, as getBook shows them. */
  levels(): Pick<Book, 'bids' | 'asks'>;
  position(account: string): Position;
}

export function orderLedger(symbol: string): OrderLedger {
  const orders = new Map<string, LedgerOrder>();
  const fills: LedgerFill[] = [];
  const positions = new Map<string, { netQty: number; realizedNotionalE4: number }>();

  const book = (account: string, side: Side, { qty, priceE4 }: Fill): void => {
    const sign = side === 'BUY' ? 1 : -1;
    const before = positions.get(account) ?? { netQty: 0, realizedNotionalE4: 0 };
    positions.set(account, {
      netQty: before.netQty + sign * qty,
      realizedNotionalE4: before.realizedNotionalE4 - sign * qty * priceE4,
    });
  };
  const traded = (taker: { orderId: string; account: string; side: Side }, fill: Fill): void => {
    const maker = orders.get(fill.makerOrderId);
    hold(
      maker !== undefined && maker.leavesQty >= fill.qty,
      `Trade ${fill.tradeId} takes ${fill.qty} from the resting order ${fill.makerOrderId}, of which ${maker?.leavesQty ?? 'nothing'} is open.`,
    );
    maker.cumQty += fill.qty;
    maker.leavesQty -= fill.qty;
    fills.push({ ...fill, takerOrderId: taker.orderId });
    book(taker.account, taker.side, fill);
    book(maker.account, maker.side, fill);
  };
  const end = (orderId: string): void => {
    const order = orders.get(orderId);
    if (order) order.leavesQty = 0;
  };
  /** The incoming order of a report, after its fills and what it cancelled. */
  const arrived = (report: ExecutionReport, tif: TimeInForce): void => {
    const { orderId, clOrdId, account, side, priceE4, orderQty, cumQty, leavesQty } = report;
    if (orderId === null || report.ordStatus === 'REJECTED') return;
    for (const fill of report.fills) traded({ orderId, account, side }, fill);
    for (const { orderId: canceledId } of report.canceledOrders ?? []) end(canceledId);
    orders.set(orderId, {
      ...{ orderId, clOrdId, account, side, tif, orderQty, cumQty, leavesQty },
      priceE4: priceE4 ?? null,
    });
  };
  const open = (): LedgerOrder[] => [...orders.values()].filter(({ leavesQty }) => leavesQty > 0);

  return {
    symbol,
    orders,
    fills,
    submitted: (report, tif = 'GTC') => arrived(report, tif),
    canceled: end,
    replaced(orderId, report) {
      if (report.execType === 'REJECTED') return;
      const { tif = 'GTC' } = orders.get(orderId) ?? {};
      orders.delete(orderId);
      arrived(report, tif);
    },
    massCanceled(account) {
      for (const order of open()) if (order.account === account) order.leavesQty = 0;
    },
    sessionEnded() {
      for (const order of open()) if (order.tif === 'DAY') order.leavesQty = 0;
    },
    levels: () => levelsOf(open().map((order) => ({ ...order, priceE4: order.priceE4 ?? 0 }))),
    position(account) {
      const own = open().filter((order) => order.account === account);
      const openQty = (side: Side): number =>
        sum(own.filter((order) => order.side === side).map(({ leavesQty }) => leavesQty));
      const { netQty = 0, realizedNotionalE4 = 0 } = positions.get(account) ?? {};
      return {
        ...{ symbol, netQty, realizedNotionalE4 },
        openBuyQty: openQty('BUY'),
        openSellQty: openQty('SELL'),
      };
    },
  };
}

/** Orders added up to price levels, best first. */
export function levelsOf(
  orders: readonly { side: Side; priceE4: number; leavesQty: number }[],
): Pick<Book, 'bids' | 'asks'> {
  const side = (which: Side): Book['bids'] => {
    const levels: Book['bids'] = [];
    const sorted = inPriority(
      orders.map((order) => ({ ...order, id: '', account: '' })),
      which,
    );
    for (const { priceE4, leavesQty } of sorted) {
      const last = levels.at(-1);
      if (last?.priceE4 === priceE4) {
        last.qty += leavesQty;
        last.orders += 1;
      } else levels.push({ priceE4, qty: leavesQty, orders: 1 });
    }
    return levels;
  };
  return { bids: side('BUY'), asks: side('SELL') };
}
