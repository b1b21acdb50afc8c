/**
 * Versions that were opened, in memory as long as the key that opened them is kept, and no longer. A version is kept when it is opened
 * for the second time: where more are read than there is room for, keeping each would only make garbage of others.
 */
import { LRUCache } from 'lru-cache';
import type { Resource } from '../../../spec/records/messages.d.ts';
import type { VersionRow } from '../store/versions.ts';
import { metBefore } from './metBefore.ts';

/** As it was written. What was opened is shared: nobody changes it. */
export type Written = Pick<Resource, 'resourceType'> & { meta?: Resource['meta'] } & Record<
    string,
    unknown
  >;

export interface OpenedVersions {
  get(keyNumber: number, version: VersionRow): Written | undefined;
  /** It was opened. `bytes`: the length of its JSON. */
  put(keyNumber: number, version: VersionRow, written: Written, bytes: number): void;
  /** The key is dropped, and what it opened with it. */
  drop(keyNumber: number): void;
  clear(): void;
}

interface Opened {
  readonly keyNumber: number;
  readonly written: Written;
}

/** Of JSON; as objects it takes a few times that. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Of more the ones that were not read for the longest time are dropped. */
export function openedVersions(maxBytes = MAX_BYTES): OpenedVersions {
  const isMet = metBefore();
  /** By the key's number. */
  const idsOf = new Map<number, Set<string>>();
  const opened = new LRUCache<string, Opened>({
    maxSize: maxBytes,
    dispose({ keyNumber }, id) {
      const ids = idsOf.get(keyNumber);
      ids?.delete(id);
      if (ids?.size === 0) idsOf.delete(keyNumber);
    },
  });
  return {
    get(keyNumber, version) {
      const found = opened.get(idOf(version));
      return found?.keyNumber === keyNumber ? found.written : undefined;
    },
    put(keyNumber, version, written, bytes) {
      const id = idOf(version);
      if (!isMet(id)) return;
      opened.set(id, { keyNumber, written }, { size: bytes });
      if (!opened.has(id)) return;
      const ids = idsOf.get(keyNumber);
      if (ids) ids.add(id);
      else idsOf.set(keyNumber, new Set([id]));
    },
    drop(keyNumber) {
      for (const id of [...(idsOf.get(keyNumber) ?? [])]) opened.delete(id);
    },
    clear: () => opened.clear(),
  };
}

function idOf({ patientId, resourceType, resourceId, versionId }: VersionRow): string {
  return `${patientId} ${resourceType} ${resourceId} ${versionId}`;
}
