/**
 * A priority queue of deadlines by id. Own code: two dozen lines of a binary heap with lazy removal, which a package would
 * not make fewer.
 */
export interface Deadlines {
  /** Infinity without any. */
  nextMs(): number;
  /** A deadline is set once for an id. */
  set(id: string, atMs: number): void;
  /** Takes out and answers what is due at nowMs, at most `limit` of them, earliest first. */
  takeDue(nowMs: number, limit: number): string[];
}

export function deadlines(): Deadlines {
  const heap: { id: string; atMs: number }[] = [];

  function rise(index: number): void {
    const item = heap[index]!;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (heap[parent]!.atMs <= item.atMs) break;
      heap[index] = heap[parent]!;
      index = parent;
    }
    heap[index] = item;
  }

  function sink(): void {
    const item = heap[0]!;
    let index = 0;
    for (let child = 1; child < heap.length; child = 2 * index + 1) {
      if (child + 1 < heap.length && heap[child + 1]!.atMs < heap[child]!.atMs) child++;
      if (heap[child]!.atMs >= item.atMs) break;
      heap[index] = heap[child]!;
      index = child;
    }
    heap[index] = item;
  }

  return {
    nextMs: () => heap[0]?.atMs ?? Infinity,
    set(id, atMs) {
      heap.push({ id, atMs });
      rise(heap.length - 1);
    },
    takeDue(nowMs, limit) {
      const due: string[] = [];
      while (due.length < limit && heap.length > 0 && heap[0]!.atMs <= nowMs) {
        due.push(heap[0]!.id);
        const last = heap.pop()!;
        if (heap.length === 0) break;
        heap[0] = last;
        sink();
      }
      return due;
    },
  };
}
