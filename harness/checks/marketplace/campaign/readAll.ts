/** Many things asked for one by one, some of them at a time. */

/** More would only wait in the market's own queue. */
const AT_ONCE = 16;

/** @returns null for what was refused; in the order of the ids */
export async function readAll<T>(
  ids: readonly string[],
  ask: (id: string) => Promise<T | undefined>,
): Promise<Map<string, T | null>> {
  const views: (T | null)[] = new Array<T | null>(ids.length).fill(null);
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < ids.length) {
      const index = next;
      next += 1;
      views[index] = (await ask(ids[index]!)) ?? null;
    }
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, ids.length) }, worker));
  return new Map(ids.map((id, index) => [id, views[index] ?? null]));
}
