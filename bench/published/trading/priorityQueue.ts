/**
 * `buyOrders *PriorityQueue`: a binary heap. It knows which order is best and nothing of who came first: at equal prices the
 * shape of the heap decides. Taking one out of the middle looks at every order.
 */
export class PriorityQueue<T> {
  readonly #isBetter: (a: T, b: T) => boolean;
  #items: T[] = [];

  constructor(isBetter: (a: T, b: T) => boolean) {
    this.#isBetter = isBetter;
  }

  push(item: T): void {
    let at = this.#items.push(item) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!this.#isBetter(this.#items[at]!, this.#items[parent]!)) break;
      this.#swap(at, parent);
      at = parent;
    }
  }

  pop(): T | undefined {
    const best = this.#items[0];
    const last = this.#items.pop();
    if (this.#items.length > 0 && last !== undefined) {
      this.#items[0] = last;
      this.#sink(0);
    }
    return best;
  }

  remove(item: T): void {
    const rest = this.#items.filter((each) => each !== item);
    this.#items = [];
    for (const each of rest) this.push(each);
  }

  copy(): PriorityQueue<T> {
    const copy = new PriorityQueue(this.#isBetter);
    copy.#items = [...this.#items];
    return copy;
  }

  toArray(): T[] {
    return [...this.#items];
  }

  #sink(from: number): void {
    let at = from;
    for (;;) {
      let best = at;
      for (const child of [2 * at + 1, 2 * at + 2]) {
        if (child < this.#items.length && this.#isBetter(this.#items[child]!, this.#items[best]!)) {
          best = child;
        }
      }
      if (best === at) return;
      this.#swap(at, best);
      at = best;
    }
  }

  #swap(a: number, b: number): void {
    const item = this.#items[a]!;
    this.#items[a] = this.#items[b]!;
    this.#items[b] = item;
  }
}
