/** Every call that came, as it came: what checks read to see who was asked what. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldCall } from '../../../world/world.ts';
import { recordRing } from './recordRing.ts';

const MAX_CALLS = 200_000;

export interface CallLog {
  /** @param ids by which a check can ask for it */
  add(call: WorldCall, ids: readonly string[]): void;
  /** In the order of arrival. */
  list(id: string, operations: readonly string[] | undefined): JsonObject[];
  /** How many came, kept or not: the index of the next one. */
  count(): number;
  /** Those from an index on, whatever their ids, in the order of arrival. */
  since(index: number, operations: readonly string[] | undefined): JsonObject[];
}

interface LoggedCall extends Pick<WorldCall, 'operation' | 'input' | 'headers' | 'body'> {
  readonly ids: readonly string[];
  readonly atMs: number;
}

/**
 * @param now real time, in ms since the epoch
 * @param maxCalls the newest so many are kept
 */
export function createCallLog(now: () => number, maxCalls = MAX_CALLS): CallLog {
  /** Ascending, of what the ring holds: many checks ask, each about little of all that came. */
  const indices = new Map<string, number[]>();
  const ring = recordRing<LoggedCall>(maxCalls, ({ ids }) => {
    for (const id of ids) {
      const known = indices.get(id);
      known?.shift();
      if (known?.length === 0) indices.delete(id);
    }
  });
  const seen = (at: readonly number[], operations: readonly string[] | undefined): JsonObject[] =>
    at.flatMap((index) => {
      const call = ring.get(index);
      if (!call || (operations && !operations.includes(call.operation))) return [];
      const { operation, input, headers, body, atMs } = call;
      return [{ index, operation, input, headers: { ...headers }, body, atMs }];
    });
  return {
    add({ operation, input, headers, body }, allIds) {
      const ids = [...new Set(allIds)];
      const index = ring.add({ ids, operation, input, headers, body, atMs: now() });
      for (const id of ids) {
        const known = indices.get(id);
        if (known) known.push(index);
        else indices.set(id, [index]);
      }
    },
    list: (id, operations) => seen(indices.get(id) ?? [], operations),
    count: ring.count,
    since(index, operations) {
      const count = ring.count();
      const first = Math.max(index, count - maxCalls, 0);
      return seen(
        Array.from({ length: Math.max(count - first, 0) }, (_, after) => first + after),
        operations,
      );
    },
  };
}
