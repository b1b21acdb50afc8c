/** The organisations' audit sinks: they take entries in batches, and keep of each what is new about it. */
import { hash } from 'node:crypto';
import type { JsonObject } from '../../../target/target.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';
import { groups } from '../../kit/world/groups.ts';

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

interface Taken {
  readonly organizationId: string;
  readonly index: number;
  /** The event as JSON, which takes less memory than an object. */
  readonly text: string;
  readonly arrivedMs: number;
}

/**
 * @param now real time, in ms since the epoch
 * @param maxEntries the newest so many are kept
 */
export function createAuditSinks(now: () => number, maxEntries = MAX_ENTRIES): AuditSinks {
  const byOrganization = groups<Taken>();
  const sent = boundedMap<true>(maxEntries);
  const byText = boundedMap<Taken>(maxEntries, (oldest) =>
    byOrganization.remove(oldest.organizationId, oldest),
  );
  return {
    take(organizationId, entries) {
      for (const { index, event } of entries) {
        const text = JSON.stringify(event);
        const key = `${organizationId} ${index} ${hash('sha256', text)}`;
        if (byText.get(key)) continue;
        const taken = { organizationId, index, text, arrivedMs: now() };
        byText.set(key, taken);
        byOrganization.add(organizationId, taken);
      }
    },
    isSentAgain: (organizationId, entries) =>
      entries.some(({ index }) => sent.get(`${organizationId} ${index}`)),
    noteSent(organizationId, entries) {
      for (const { index } of entries) sent.set(`${organizationId} ${index}`, true);
    },
    list: (organizationId) =>
      [...byOrganization.of(organizationId)].map(({ index, text, arrivedMs }) => ({
        index,
        event: JSON.parse(text) as JsonObject,
        arrivedMs,
      })),
  };
}
