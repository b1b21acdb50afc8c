/** First in, first out, without moving the rest on every shift. */
export interface Fifo<T> {
  length(): number;
  push(item: T): void;
  first(): T | undefined;
  shift(): T | undefined;
  remove(item: T): void;
}

export function fifo<T>(): Fifo<T> {
  let items: T[] = [];
  let head = 0;
  return {
    length: () => items.length - head,
    push: (item) => void items.push(item),
    first: () => items[head],
    shift() {
      const item = items[head];
      head += 1;
      // Half of it is gone: now moving the rest costs no more than what was taken.
      if (head * 2 > items.length) {
        items = items.slice(head);
        head = 0;
      }
      return item;
    },
    remove(item) {
      items = items.slice(head).filter((each) => each !== item);
      head = 0;
    },
  };
}
