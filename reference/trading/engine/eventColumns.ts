/** The public events of one command, in columns that are used again for the next. */
import type { BookEvents, SideCode } from './matchingEngine.types.ts';

/** More than all but a sweep of hundreds of orders makes. */
const FIRST_CAPACITY = 256;

export class EventColumns implements BookEvents {
  count = 0;
  kind = new Uint8Array(FIRST_CAPACITY);
  orderId = new Int32Array(FIRST_CAPACITY);
  account = new Int32Array(FIRST_CAPACITY);
  side = new Uint8Array(FIRST_CAPACITY);
  priceTicks = new Int32Array(FIRST_CAPACITY);
  qty = new Int32Array(FIRST_CAPACITY);
  leavesQty = new Int32Array(FIRST_CAPACITY);

  add(
    kind: number,
    orderId: number,
    account: number,
    side: SideCode,
    priceTicks: number,
    qty: number,
    leavesQty: number,
  ): void {
    const index = this.count++;
    if (index === this.kind.length) this.grow();
    this.kind[index] = kind;
    this.orderId[index] = orderId;
    this.account[index] = account;
    this.side[index] = side;
    this.priceTicks[index] = priceTicks;
    this.qty[index] = qty;
    this.leavesQty[index] = leavesQty;
  }

  private grow(): void {
    const capacity = this.kind.length * 2;
    const bytes = (column: Uint8Array): Uint8Array<ArrayBuffer> => {
      const larger = new Uint8Array(capacity);
      larger.set(column);
      return larger;
    };
    const integers = (column: Int32Array): Int32Array<ArrayBuffer> => {
      const larger = new Int32Array(capacity);
      larger.set(column);
      return larger;
    };
    this.kind = bytes(this.kind);
    this.side = bytes(this.side);
    this.orderId = integers(this.orderId);
    this.account = integers(this.account);
    this.priceTicks = integers(this.priceTicks);
    this.qty = integers(this.qty);
    this.leavesQty = integers(this.leavesQty);
  }
}
