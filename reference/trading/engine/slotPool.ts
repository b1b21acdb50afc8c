/**
 * The orders that rest, of all books of one engine: columns over numbered slots, linked into queues by slot number. Slot 0 is
 * nobody's, so that 0 can mean "none" and fresh arrays need no filling.
 */
const FIRST_CAPACITY = 4_096;

export class SlotPool {
  orderId = new Int32Array(FIRST_CAPACITY);
  /** Twice the book's index, plus the side: what is asked of every order together lies together. */
  bookSide = new Int32Array(FIRST_CAPACITY);
  account = new Int32Array(FIRST_CAPACITY);
  ticks = new Int32Array(FIRST_CAPACITY);
  leavesQty = new Int32Array(FIRST_CAPACITY);
  /** Towards the back of the queue. */
  next = new Int32Array(FIRST_CAPACITY);
  /** Towards the front of the queue. */
  prev = new Int32Array(FIRST_CAPACITY);
  private firstFree = 0;
  private used = 1;

  take(): number {
    const free = this.firstFree;
    if (free !== 0) {
      this.firstFree = this.next[free]!;
      return free;
    }
    if (this.used === this.next.length) this.grow();
    return this.used++;
  }

  give(slot: number): void {
    this.next[slot] = this.firstFree;
    this.firstFree = slot;
  }

  private grow(): void {
    const capacity = this.next.length * 2;
    this.orderId = grown(this.orderId, capacity);
    this.bookSide = grown(this.bookSide, capacity);
    this.account = grown(this.account, capacity);
    this.ticks = grown(this.ticks, capacity);
    this.leavesQty = grown(this.leavesQty, capacity);
    this.next = grown(this.next, capacity);
    this.prev = grown(this.prev, capacity);
  }
}

function grown(column: Int32Array<ArrayBuffer>, capacity: number): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(capacity);
  larger.set(column);
  return larger;
}
