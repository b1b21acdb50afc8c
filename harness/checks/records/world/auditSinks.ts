/** The organisations' audit sinks: they take entries in batches, and keep of each what is new about it. */
import type { JsonObject } from '../../../target/target.ts';
import { recordRing } from '../../kit/world/recordRing.ts';

const MAX_ENTRIES = 100_000;

export interface SentEntry {
  readonly index: number;
  readonly event: JsonObject;
}

export interface AuditSinks {
  take(organizationId: string, entries: readonly SentEntry[]): void;
  /** Whether this sink was sent an entry with one of their indexes before, taken or not. */
  isSentAgain(organizationId: string, entries: readonly SentEntry[]): boolean;
  /** Once a batch's fate is decided: the next sending of any of its entries is one again. */
  noteSent(organizationId: string, entries: readonly SentEntry[]): void;
  /** In the order of arrival, without those that are as an earlier one of the same index. */
  list(organizationId: string): JsonObject[];
}

interface Sent {
  readonly organizationId: string;
  readonly index: number;
}

interface Taken extends Sent, SentEntry {
  readonly arrivedMs: number;
  /** The number of the record of this index before it. */
  readonly before?: number;
}

/** Numbers only: the records stand in the rings. */
interface Sink {
  /** Of the records that are kept, in the order of arrival. */
  readonly taken: Set<number>;
  /** By index: of the newest record. */
  readonly newest: Map<number, number>;
  /** Indexes. */
  readonly sent: Set<number>;
}

/**
 * @param now real time, in ms since the epoch
 * @param maxEntries the newest so many are kept
 */
export function createAuditSinks(now: () => number, maxEntries = MAX_ENTRIES): AuditSinks {
  const sinks = new Map<string, Sink>();
  const taken = recordRing<Taken>(maxEntries, ({ organizationId, index }, number) => {
    const sink = sinkOf(organizationId);
    sink.taken.delete(number);
    if (sink.newest.get(index) === number) sink.newest.delete(index);
  });
  const sent = recordRing<Sent>(maxEntries, ({ organizationId, index }) =>
    sinkOf(organizationId).sent.delete(index),
  );

  function sinkOf(organizationId: string): Sink {
    let sink = sinks.get(organizationId);
    if (!sink)
      sinks.set(organizationId, (sink = { taken: new Set(), newest: new Map(), sent: new Set() }));
    return sink;
  }

  function isTaken({ newest }: Sink, { index, event }: SentEntry): boolean {
    const text = JSON.stringify(event);
    let entry = taken.get(newest.get(index) ?? -1);
    while (entry && JSON.stringify(entry.event) !== text) entry = taken.get(entry.before ?? -1);
    return entry !== undefined;
  }

  return {
    take(organizationId, entries) {
      const sink = sinkOf(organizationId);
      for (const { index, event } of entries) {
        if (isTaken(sink, { index, event })) continue;
        const before = sink.newest.get(index);
        const entry = { organizationId, index, event, arrivedMs: now() };
        const number = taken.add(before === undefined ? entry : { ...entry, before });
        sink.taken.add(number);
        sink.newest.set(index, number);
      }
    },
    isSentAgain: (organizationId, entries) =>
      entries.some(({ index }) => sinks.get(organizationId)?.sent.has(index)),
    noteSent(organizationId, entries) {
      const sink = sinkOf(organizationId);
      for (const { index } of entries) {
        if (sink.sent.has(index)) continue;
        sent.add({ organizationId, index });
        sink.sent.add(index);
      }
    },
    list: (organizationId) =>
      [...(sinks.get(organizationId)?.taken ?? [])].map((number) => {
        const { index, event, arrivedMs } = taken.get(number)!;
        return { index, event, arrivedMs };
      }),
  };
}
