/** The obvious book, for the tests: one array of orders in the order in which they came, searched from the front every time. */
import {
  BUY,
  CANCEL_MAKER,
  CANCEL_TAKER,
  FOK,
  IOC,
  STOP_BAND,
  STOP_BAND_PRICE,
  STOP_FOK,
  STOP_IOC,
  STOP_NONE,
  STOP_POST_ONLY,
  STOP_SELF_TRADE,
} from './matchingEngine.types.ts';

export interface NaiveOrder {
  id: number;
  account: number;
  side: number;
  ticks: number;
  qty: number;
}

export interface NaiveOutcome {
  filledQty: number;
  leavesQty: number;
  stop: number;
}

export class NaiveBook {
  orders: NaiveOrder[] = [];
  trades: [makerId: number, ticks: number, qty: number][] = [];
  low = 0;
  high = Number.POSITIVE_INFINITY;

  /** Best price first, then the order in which they came. */
  inPriority(side: number): NaiveOrder[] {
    const sign = side === BUY ? -1 : 1;
    return this.orders
      .filter((order) => order.side === side)
      .sort((left, right) => (left.ticks - right.ticks) * sign);
  }

  submit(order: NaiveOrder, remainder: number, postOnly: boolean, selfTrade: number): NaiveOutcome {
    this.trades = [];
    const takes = this.inPriority(1 - order.side).filter((maker) =>
      order.side === BUY ? maker.ticks <= order.ticks : maker.ticks >= order.ticks,
    );
    if (postOnly && takes.length > 0) return { filledQty: 0, leavesQty: 0, stop: STOP_POST_ONLY };
    if (remainder === FOK) {
      let available = 0;
      for (const maker of takes) {
        if (maker.account === order.account || this.isOutside(maker.ticks)) break;
        available += maker.qty;
      }
      if (available < order.qty) return { filledQty: 0, leavesQty: 0, stop: STOP_FOK };
    }
    let open = order.qty;
    for (const maker of takes) {
      if (open === 0) break;
      const ended = (stop: number): NaiveOutcome => ({
        filledQty: order.qty - open,
        leavesQty: 0,
        stop,
      });
      if (this.isOutside(maker.ticks)) return ended(STOP_BAND);
      if (maker.account === order.account) {
        if (selfTrade !== CANCEL_TAKER) this.remove(maker.id);
        if (selfTrade === CANCEL_MAKER) continue;
        return ended(STOP_SELF_TRADE);
      }
      const qty = Math.min(open, maker.qty);
      open -= qty;
      maker.qty -= qty;
      this.trades.push([maker.id, maker.ticks, qty]);
      if (maker.qty === 0) this.remove(maker.id);
    }
    const filledQty = order.qty - open;
    if (open === 0) return { filledQty, leavesQty: 0, stop: STOP_NONE };
    if (remainder === IOC) return { filledQty, leavesQty: 0, stop: STOP_IOC };
    if (order.side === BUY ? order.ticks > this.high : order.ticks < this.low) {
      return { filledQty, leavesQty: 0, stop: STOP_BAND_PRICE };
    }
    this.orders.push({ ...order, qty: open });
    return { filledQty, leavesQty: open, stop: STOP_NONE };
  }

  cancel(id: number): number {
    const qty = this.orders.find((order) => order.id === id)?.qty ?? 0;
    this.remove(id);
    return qty;
  }

  replace(
    id: number,
    ticks: number,
    qty: number,
    postOnly: boolean,
    selfTrade: number,
  ): NaiveOutcome | undefined {
    this.trades = [];
    const order = this.orders.find((each) => each.id === id);
    if (!order) return undefined;
    if (ticks === order.ticks && qty <= order.qty) {
      order.qty = qty;
      return { filledQty: 0, leavesQty: qty, stop: STOP_NONE };
    }
    const place = this.orders.indexOf(order);
    this.remove(id);
    const outcome = this.submit({ ...order, ticks, qty }, 0, postOnly, selfTrade);
    if (outcome.stop !== STOP_POST_ONLY) return outcome;
    this.orders.splice(place, 0, order);
    return { ...outcome, leavesQty: order.qty };
  }

  private isOutside(ticks: number): boolean {
    return ticks < this.low || ticks > this.high;
  }

  private remove(id: number): void {
    this.orders = this.orders.filter((order) => order.id !== id);
  }
}
