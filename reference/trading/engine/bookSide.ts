/**
 * One side of a book: queues of slots by price, the best price always known. Prices near the centre lie in a ladder, an array
 * of queues with a bitmap above it that finds the best in three steps; the others in a sorted list, slower but as correct.
 */
import { BUY } from './matchingEngine.types.ts';
import type { SideCode } from './matchingEngine.types.ts';
import type { SlotPool } from './slotPool.ts';

/** Two bitmap levels' worth: 16 KB a book, and more than the price levels that a busy book has. */
const NARROW_LEVELS = 1 << 10;
/** Three bitmap levels' worth: taken when so many prices lie outside that the sorted list would cost more than memory. */
const WIDE_LEVELS = 1 << 15;
const FAR_LEVELS_BEFORE_WIDENING = 64;

interface FarLevel {
  readonly ticks: number;
  head: number;
  tail: number;
}

export class BookSide {
  /** 0: the side is empty. */
  bestTicks = 0;
  /** The first order at the best price; 0: none. */
  bestSlot = 0;
  private readonly pool: SlotPool;
  /** Index 0 of the ladder is its best price; prices get worse by one tick an index: index = (ticks - origin) * direction. */
  private readonly direction: number;
  private origin: number;
  private levels = NARROW_LEVELS;
  private heads = new Int32Array(NARROW_LEVELS);
  private tails = new Int32Array(NARROW_LEVELS);
  /** Bit set: the level has orders. The highest bit is the lowest index, so that Math.clz32 finds the best. */
  private bits0 = new Int32Array(NARROW_LEVELS >> 5);
  private bits1 = new Int32Array(WIDE_LEVELS >> 10);
  private bits2 = 0;
  /** Best first. */
  private far: FarLevel[] = [];

  constructor(pool: SlotPool, side: SideCode, centreTicks: number) {
    this.pool = pool;
    this.direction = side === BUY ? -1 : 1;
    this.origin = centreTicks - this.direction * (NARROW_LEVELS >> 1);
  }

  /** To the back of the queue of its price. */
  append(slot: number): void {
    const { pool } = this;
    const ticks = pool.ticks[slot]!;
    const index = (ticks - this.origin) * this.direction;
    pool.next[slot] = 0;
    if (index >= 0 && index < this.levels) {
      const tail = this.tails[index]!;
      this.tails[index] = slot;
      pool.prev[slot] = tail;
      if (tail !== 0) {
        pool.next[tail] = slot;
        return;
      }
      this.heads[index] = slot;
      this.mark(index);
    } else if (!this.appendFar(slot, ticks)) return;
    if (this.bestTicks === 0 || (this.bestTicks - ticks) * this.direction > 0) {
      this.bestTicks = ticks;
      this.bestSlot = slot;
    }
  }

  /** Out of its queue, wherever it stands there. The slot is not given back. */
  remove(slot: number): void {
    const { pool } = this;
    const prev = pool.prev[slot]!;
    const next = pool.next[slot]!;
    if (prev !== 0 && next !== 0) {
      pool.next[prev] = next;
      pool.prev[next] = prev;
      return;
    }
    const ticks = pool.ticks[slot]!;
    const index = (ticks - this.origin) * this.direction;
    if (index >= 0 && index < this.levels) {
      if (prev !== 0) {
        pool.next[prev] = 0;
        this.tails[index] = prev;
        return;
      }
      this.heads[index] = next;
      if (next !== 0) pool.prev[next] = 0;
      else {
        this.tails[index] = 0;
        this.unmark(index);
      }
    } else if (!this.removeFar(ticks, prev, next)) return;
    if (slot !== this.bestSlot) return;
    if (next !== 0) this.bestSlot = next;
    else this.findBest();
  }

  /** Calls back in priority order until it answers false. */
  visit(visitSlot: (slot: number) => boolean): void {
    const { next } = this.pool;
    const far = this.far;
    let farIndex = 0;
    const walk = (head: number): boolean => {
      for (let slot = head; slot !== 0; slot = next[slot]!) if (!visitSlot(slot)) return false;
      return true;
    };
    for (; farIndex < far.length && this.isBetterThanLadder(far[farIndex]!.ticks); farIndex++) {
      if (!walk(far[farIndex]!.head)) return;
    }
    for (let index = this.levelFrom(0); index !== -1; index = this.levelFrom(index + 1)) {
      if (!walk(this.heads[index]!)) return;
    }
    for (; farIndex < far.length; farIndex++) if (!walk(far[farIndex]!.head)) return;
  }

  private isBetterThanLadder(ticks: number): boolean {
    return (ticks - this.origin) * this.direction < 0;
  }

  private mark(index: number): void {
    const word0 = index >> 5;
    const word1 = index >> 10;
    this.bits0[word0]! |= 0x80000000 >>> (index & 31);
    this.bits1[word1]! |= 0x80000000 >>> (word0 & 31);
    this.bits2 |= 0x80000000 >>> word1;
  }

  private unmark(index: number): void {
    const word0 = index >> 5;
    if ((this.bits0[word0]! &= ~(0x80000000 >>> (index & 31))) !== 0) return;
    const word1 = index >> 10;
    if ((this.bits1[word1]! &= ~(0x80000000 >>> (word0 & 31))) !== 0) return;
    this.bits2 &= ~(0x80000000 >>> word1);
  }

  private findBest(): void {
    const farBest = this.far[0];
    if (this.bits2 === 0 || (farBest && this.isBetterThanLadder(farBest.ticks))) {
      this.bestTicks = farBest ? farBest.ticks : 0;
      this.bestSlot = farBest ? farBest.head : 0;
      return;
    }
    const word1 = Math.clz32(this.bits2);
    const word0 = (word1 << 5) | Math.clz32(this.bits1[word1]!);
    const index = (word0 << 5) | Math.clz32(this.bits0[word0]!);
    this.bestTicks = this.origin + index * this.direction;
    this.bestSlot = this.heads[index]!;
  }

  /** The first level with orders at or after an index of the ladder; -1: none. */
  private levelFrom(index: number): number {
    if (index >= this.levels) return -1;
    let word0 = index >> 5;
    let bits = this.bits0[word0]! & (0xffffffff >>> (index & 31));
    while (bits === 0) {
      if (++word0 === this.bits0.length) return -1;
      bits = this.bits0[word0]!;
    }
    return (word0 << 5) | Math.clz32(bits);
  }

  /** True when the price had no queue before. */
  private appendFar(slot: number, ticks: number): boolean {
    const { pool } = this;
    const at = this.findFar(ticks);
    const level = this.far[at];
    if (level?.ticks === ticks) {
      pool.prev[slot] = level.tail;
      pool.next[level.tail] = slot;
      level.tail = slot;
      return false;
    }
    pool.prev[slot] = 0;
    this.far.splice(at, 0, { ticks, head: slot, tail: slot });
    if (this.far.length > FAR_LEVELS_BEFORE_WIDENING && this.levels === NARROW_LEVELS) this.widen();
    return true;
  }

  /** True when it was the first of its queue. */
  private removeFar(ticks: number, prev: number, next: number): boolean {
    const { pool } = this;
    const at = this.findFar(ticks);
    const level = this.far[at]!;
    if (prev !== 0) {
      pool.next[prev] = 0;
      level.tail = prev;
      return false;
    }
    level.head = next;
    if (next !== 0) pool.prev[next] = 0;
    else this.far.splice(at, 1);
    return true;
  }

  /** Where the price stands in `far`, or would stand. */
  private findFar(ticks: number): number {
    let low = 0;
    let high = this.far.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.far[middle]!.ticks - ticks) * this.direction < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** A ladder of thirty-two times the levels around the same centre; far levels that now lie inside move there. */
  private widen(): void {
    const { heads, tails, bits0, far } = this;
    const shift = (WIDE_LEVELS - NARROW_LEVELS) >> 1;
    this.origin -= shift * this.direction;
    this.levels = WIDE_LEVELS;
    this.heads = new Int32Array(WIDE_LEVELS);
    this.tails = new Int32Array(WIDE_LEVELS);
    this.bits0 = new Int32Array(WIDE_LEVELS >> 5);
    this.bits1 = new Int32Array(WIDE_LEVELS >> 10);
    this.bits2 = 0;
    this.far = [];
    for (let index = 0; index < NARROW_LEVELS; index++) {
      if ((bits0[index >> 5]! & (0x80000000 >>> (index & 31))) === 0) continue;
      this.putLevel(index + shift, heads[index]!, tails[index]!);
    }
    for (const level of far) {
      const index = (level.ticks - this.origin) * this.direction;
      if (index >= 0 && index < WIDE_LEVELS) this.putLevel(index, level.head, level.tail);
      else this.far.push(level);
    }
  }

  private putLevel(index: number, head: number, tail: number): void {
    this.heads[index] = head;
    this.tails[index] = tail;
    this.mark(index);
  }
}
