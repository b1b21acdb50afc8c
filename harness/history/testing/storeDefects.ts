/** One server a classical defect. Each must be accused in at least `leastRate` of the seeds (of 200), a little under what was measured. */
import type { JsonObject } from '../../target/target.ts';
import type { HistoryCall } from '../history.ts';
import { applyToCell } from './storeModel.ts';
import { cellOf, commit, keyOf, readNow, record, requestIdOf, soundParts } from './storeServer.ts';
import type { Store, StoreParts } from './storeServer.ts';

export interface StoreDefect {
  readonly name: string;
  readonly parts: StoreParts;
  readonly leastRate: number;
}

const defect = (name: string, leastRate: number, parts: Partial<StoreParts>): StoreDefect => ({
  name,
  leastRate,
  parts: { ...soundParts, ...parts },
});

/** As the sound one, for a request that is new. */
const onNew = (mutate: StoreParts['mutate']): Partial<StoreParts> => ({
  async mutate(store, call) {
    const known = store.replies.get(requestIdOf(call));
    return known === undefined ? mutate(store, call) : { kind: 'ok', output: known };
  },
});

/** Goes on `delay` later, unless a crash came in between. */
function later(store: Store, leastMs: number, mostMs: number, work: () => void): void {
  const { epoch } = store;
  void store.time.sleepBetween(leastMs, mostMs).then(() => {
    if (store.epoch === epoch) work();
  });
}

function setCell(store: Store, call: HistoryCall): JsonObject {
  const { next, output } = applyToCell(cellOf(store, keyOf(call)), call);
  store.cells.set(keyOf(call), next);
  return output;
}

/** The cells as they were when the cache last looked. */
const caches = new WeakMap<Store, Map<string, ReturnType<typeof cellOf>>>();

export const storeDefects: readonly StoreDefect[] = [
  defect(
    'acknowledges before the journal is written',
    0.95,
    onNew(async (store, call) => {
      const output = { ...setCell(store, call), seq: ++store.lastSeq };
      store.replies.set(requestIdOf(call), output);
      later(store, 1, 30, () => record(store, call, output));
      return { kind: 'ok', output };
    }),
  ),
  defect('loses the last record in recovery', 0.95, {
    recover(store) {
      store.journal.pop();
      soundParts.recover(store);
    },
  }),
  defect(
    'acknowledges one command in ten and does nothing',
    0.9,
    onNew(async (store, call) => {
      if (store.random() >= 0.1) return commit(store, call);
      const { output } = applyToCell(cellOf(store, keyOf(call)), call);
      return { kind: 'ok', output: { ...output, seq: ++store.lastSeq } };
    }),
  ),
  defect(
    'shows what it then rolls back',
    0.85,
    onNew(async (store, call) => {
      if (store.random() >= 0.2) return commit(store, call);
      const before = cellOf(store, keyOf(call));
      setCell(store, call);
      await store.time.sleepBetween(2, 10);
      store.cells.set(keyOf(call), before);
      return { kind: 'refused', problem: { code: 'ABORTED' } };
    }),
  ),
  defect('reads from a cache that is refreshed later', 0.9, {
    async read(store, call) {
      const cache = caches.get(store) ?? new Map<string, ReturnType<typeof cellOf>>();
      caches.set(store, cache);
      const key = keyOf(call);
      const cached = cache.get(key) ?? cellOf(store, key);
      if (!cache.has(key)) later(store, 5, 15, () => cache.delete(key));
      cache.set(key, cached);
      return { kind: 'ok', output: { a: cached.a, b: cached.b, seq: store.lastSeq } };
    },
  }),
  defect('applies a repeated command again', 0.9, {
    mutate: async (store, call) => commit(store, call),
  }),
  defect('forgets idempotency keys in a crash', 0.4, {
    recover(store) {
      soundParts.recover(store);
      store.replies = new Map();
    },
  }),
  defect(
    'acknowledges first and applies in any order',
    0.95,
    onNew(async (store, call) => {
      const { output } = applyToCell(cellOf(store, keyOf(call)), call);
      const reply = { ...output, seq: ++store.lastSeq };
      record(store, call, reply);
      later(store, 0, 15, () => setCell(store, call));
      return { kind: 'ok', output: reply };
    }),
  ),
  defect(
    'gives the newest element of a queue',
    0.8,
    onNew(async (store, call) => {
      const cell = cellOf(store, keyOf(call));
      if (call.operation !== 'dequeue') return commit(store, call);
      return commit(store, call, { ...cell, queue: cell.queue.toReversed() });
    }),
  ),
  defect(
    'gives one element to two who ask at once',
    0.7,
    onNew(async (store, call) => {
      const before = cellOf(store, keyOf(call));
      if (call.operation === 'dequeue') await store.time.sleepBetween(1, 6);
      return commit(store, call, call.operation === 'dequeue' ? before : undefined);
    }),
  ),
  defect(
    'does something that nobody asked for',
    0.9,
    onNew(async (store, call) => {
      if (store.random() < 0.1) {
        const input = { key: keyOf(call), amount: 1, requestId: `phantom-${store.lastSeq}` };
        commit(store, { operation: 'add', input });
      }
      return commit(store, call);
    }),
  ),
  defect(
    'writes a pair one half after the other',
    0.75,
    onNew(async (store, call) => {
      if (call.operation !== 'writePair') return commit(store, call);
      const { epoch } = store;
      const cell = cellOf(store, keyOf(call));
      store.cells.set(keyOf(call), { ...cell, a: call.input['value'] as number });
      await store.time.sleepBetween(1, 6);
      if (store.epoch !== epoch) return readNow(store, call);
      return commit(store, call);
    }),
  ),
  defect(
    'refuses for certain and applies later',
    0.9,
    onNew(async (store, call) => {
      if (store.random() >= 0.1) return commit(store, call);
      later(store, 1, 10, () => commit(store, call));
      return { kind: 'refused', problem: { code: 'BUSY' } };
    }),
  ),
  defect('uses a sequence number again after a crash', 0.95, {
    recover(store) {
      soundParts.recover(store);
      store.lastSeq = Math.max(0, store.lastSeq - 3);
    },
  }),
  defect(
    'loses an update that comes between reading and writing',
    0.75,
    onNew(async (store, call) => {
      if (call.operation !== 'add') return commit(store, call);
      const before = cellOf(store, keyOf(call));
      await store.time.sleepBetween(1, 6);
      return commit(store, call, before);
    }),
  ),
  defect(
    'compares, waits and then sets',
    0.3,
    onNew(async (store, call) => {
      const matches = cellOf(store, keyOf(call)).a === call.input['expected'];
      if (call.operation !== 'cas' || !matches) return commit(store, call);
      await store.time.sleepBetween(5, 30);
      const now = cellOf(store, keyOf(call));
      return commit(store, call, { ...now, a: call.input['expected'] as number });
    }),
  ),
  defect('exports two neighbours of its log in the wrong order', 0.95, {
    exportLog(store) {
      const log = store.journal.map((entry) => ({ ...entry }));
      const at = Math.floor(store.random() * (log.length - 1));
      const [one, other] = [log[at], log[at + 1]];
      if (one === undefined || other === undefined) return log;
      [one.seq, other.seq] = [other.seq, one.seq];
      return log;
    },
  }),
  defect('answers a read with the number of a later state', 0.9, {
    async read(store, call) {
      const answer = readNow(store, call);
      await store.time.sleepBetween(1, 6);
      if (answer.kind !== 'ok') return answer;
      return { kind: 'ok', output: { ...answer.output, seq: store.lastSeq } };
    },
  }),
];
