/** Requests in flight together. */

/** @returns what became of each, in the order in which they were sent; rejects with the first that does */
export function together<T>(count: number, send: (index: number) => Promise<T>): Promise<T[]> {
  return Promise.all(Array.from({ length: count }, (_, index) => send(index)));
}
