/** Every call that came, as it came: what checks read to see who was asked what. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldCall } from '../../../world/world.ts';

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

interface LoggedCall {
  readonly index: number;
  readonly ids: readonly string[];
  readonly operation: string;
  readonly input: JsonObject;
  /** As JSON, which takes less memory than an object. */
  readonly headers: string;
  readonly body: string;
  readonly atMs: number;
}

/**
 * @param now real time, in ms since the epoch
 * @param maxCalls the newest so many are kept
 */
export function createCallLog(now: () => number, maxCalls = MAX_CALLS): CallLog {
  const ring: LoggedCall[] = [];
  /** Ascending, of what the ring holds: many checks ask, each about little of all that came. */
  const indices = new Map<string, number[]>();
  let count = 0;
  const forget = ({ ids }: LoggedCall): void => {
    for (const id of new Set(ids)) {
      const known = indices.get(id);
      known?.shift();
      if (known?.length === 0) indices.delete(id);
    }
  };
  const seen = (at: readonly number[], operations: readonly string[] | undefined): JsonObject[] =>
    at
      .flatMap((index) => ring[index % maxCalls] ?? [])
      .filter(({ operation }) => !operations || operations.includes(operation))
      .map(seenCall);
  return {
    add({ operation, input, headers, body }, ids) {
      const index = count;
      count += 1;
      const oldest = ring[index % maxCalls];
      if (oldest) forget(oldest);
      const text = JSON.stringify(headers);
      ring[index % maxCalls] = { index, ids, operation, input, headers: text, body, atMs: now() };
      for (const id of new Set(ids)) {
        const known = indices.get(id);
        if (known) known.push(index);
        else indices.set(id, [index]);
      }
    },
    list: (id, operations) => seen(indices.get(id) ?? [], operations),
    count: () => count,
    since(index, operations) {
      const first = Math.max(index, count - maxCalls, 0);
      return seen(
        Array.from({ length: Math.max(count - first, 0) }, (_, after) => first + after),
        operations,
      );
    },
  };
}

function seenCall({ index, operation, input, headers, body, atMs }: LoggedCall): JsonObject {
  return { index, operation, input, headers: JSON.parse(headers) as JsonObject, body, atMs };
}
