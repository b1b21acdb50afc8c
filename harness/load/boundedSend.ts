/** Many requests in an order, some of them in flight at a time. */

/**
 * Begins them in the order of the items, so what one is made of may be drawn as it begins. The first that fails ends it: nothing more
 * begins, and what is in flight is waited for.
 * @param send returns why it failed; undefined when it went well
 * @returns why the first one failed, or undefined
 */
export async function boundedSend<T>(
  items: readonly T[],
  atOnce: number,
  send: (item: T) => Promise<string | undefined>,
): Promise<string | undefined> {
  let next = 0;
  let failure: string | undefined;
  const worker = async (): Promise<void> => {
    while (next < items.length) {
      const item = items[next]!;
      next += 1;
      try {
        const reason = await send(item);
        if (reason === undefined) continue;
        failure ??= reason;
        next = items.length;
      } catch (error) {
        next = items.length;
        throw error;
      }
    }
  };
  const workers = Array.from({ length: Math.min(atOnce, items.length) }, worker);
  const ends = await Promise.allSettled(workers);
  const thrown = ends.find((end) => end.status === 'rejected');
  if (thrown) throw thrown.reason;
  return failure;
}
