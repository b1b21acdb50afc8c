/**
 * An in-memory server with a journal, linearizable because it does everything about a request in one step. Each of its parts can be
 * replaced by a defective one (`storeDefects.ts`).
 */
import type { Random } from '../../load/seededRandom.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { HistoryCall } from '../history.ts';
import type { WitnessLogEntry } from '../witnessOrder.ts';
import { applyToCell, EMPTY_CELL } from './storeModel.ts';
import type { Cell } from './storeModel.ts';
import type { VirtualTime } from './virtualTime.ts';

/** What the parts work on. Only the journal survives a crash. */
export interface Store {
  readonly time: VirtualTime;
  readonly random: Random;
  journal: WitnessLogEntry[];
  cells: Map<string, Cell>;
  /** Of each request id: what was answered. */
  replies: Map<string, JsonObject>;
  lastSeq: number;
  /** Grows with each crash: what was begun before it does not go on after it. */
  epoch: number;
}

export interface StoreParts {
  read(store: Store, call: HistoryCall): Promise<Answer>;
  mutate(store: Store, call: HistoryCall): Promise<Answer>;
  /** From the journal to everything else. */
  recover(store: Store): void;
  exportLog(store: Store): WitnessLogEntry[];
}

export const soundParts: StoreParts = {
  async read(store, call) {
    return readNow(store, call);
  },
  async mutate(store, call) {
    const known = store.replies.get(requestIdOf(call));
    return known === undefined ? commit(store, call) : { kind: 'ok', output: known };
  },
  recover(store) {
    store.cells = new Map();
    store.replies = new Map();
    store.lastSeq = 0;
    for (const entry of store.journal) {
      store.cells.set(entry.partition, applyToCell(cellOf(store, entry.partition), entry).next);
      store.replies.set(entry.idempotencyKey!, entry.output as JsonObject);
      store.lastSeq = entry.seq;
    }
  },
  exportLog: (store) => store.journal,
};

export interface StoreServer {
  /** Undefined when a crash came first. */
  handle(call: HistoryCall): Promise<Answer | undefined>;
  crash(): void;
  exportLog(): WitnessLogEntry[];
  /** The reply to a request that took effect. */
  lookUp(requestId: string): JsonObject | undefined;
}

export function storeServer(time: VirtualTime, random: Random, parts: StoreParts): StoreServer {
  const store: Store = {
    time,
    random,
    journal: [],
    cells: new Map(),
    replies: new Map(),
    lastSeq: 0,
    epoch: 0,
  };
  return {
    async handle(call) {
      const { epoch } = store;
      const part = call.operation === 'readPair' ? parts.read : parts.mutate;
      const answer = await part(store, call);
      return epoch === store.epoch ? answer : undefined;
    },
    crash() {
      store.epoch++;
      parts.recover(store);
    },
    exportLog: () => parts.exportLog(store),
    lookUp: (requestId) => store.replies.get(requestId),
  };
}

export function readNow(store: Store, call: HistoryCall): Answer {
  const { output } = applyToCell(cellOf(store, keyOf(call)), call);
  return { kind: 'ok', output: { ...output, seq: store.lastSeq } };
}

/** Journal, state and reply in one step. */
export function commit(
  store: Store,
  call: HistoryCall,
  before = cellOf(store, keyOf(call)),
): Answer {
  const { next, output } = applyToCell(before, call);
  const reply = { ...output, seq: ++store.lastSeq };
  record(store, call, reply);
  store.cells.set(keyOf(call), next);
  return { kind: 'ok', output: reply };
}

export function record(store: Store, call: HistoryCall, output: JsonObject): void {
  const idempotencyKey = requestIdOf(call);
  const { operation, input } = call;
  const seq = output['seq'] as number;
  store.journal.push({ seq, partition: keyOf(call), operation, input, output, idempotencyKey });
  store.replies.set(idempotencyKey, output);
}

export function cellOf(store: Store, key: string): Cell {
  return store.cells.get(key) ?? EMPTY_CELL;
}

export function keyOf({ input }: HistoryCall): string {
  return input['key'] as string;
}

export function requestIdOf({ input }: HistoryCall): string {
  return input['requestId'] as string;
}
