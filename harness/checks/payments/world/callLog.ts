/** Every call that came, as it came: what checks read to see who was asked what. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldCall } from '../../../world/world.ts';
import type { WorldOperationName } from '../worldQuestions.ts';

const MAX_CALLS = 200_000;

export interface CallLog {
  /** @param ids by which a check can ask for it */
  add(call: WorldCall, ids: readonly string[]): void;
  /** In the order of arrival. */
  list(id: string, operations: readonly WorldOperationName[] | undefined): JsonObject[];
}

interface LoggedCall {
  readonly index: number;
  readonly ids: readonly string[];
  readonly call: Pick<WorldCall, 'operation' | 'input' | 'headers' | 'body'>;
  readonly atMs: number;
}

/** @param now real time, in ms since the epoch */
export function createCallLog(now: () => number): CallLog {
  const ring: LoggedCall[] = [];
  let count = 0;
  return {
    add({ operation, input, headers, body }, ids) {
      ring[count % MAX_CALLS] = {
        index: count,
        ids,
        call: { operation, input, headers, body },
        atMs: now(),
      };
      count += 1;
    },
    list(id, operations) {
      const start = count <= MAX_CALLS ? 0 : count % MAX_CALLS;
      return [...ring.slice(start), ...ring.slice(0, start)]
        .filter(({ ids }) => ids.includes(id))
        .filter(({ call }) => operations?.some((name) => name === call.operation) ?? true)
        .map(({ index, call, atMs }) => ({
          index,
          ...call,
          headers: { ...call.headers },
          atMs,
        }));
    },
  };
}
