/** Versions that were opened, in memory as long as the key that opened them is kept, and no longer. */
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import type { Resource } from '../../../spec/records/messages.d.ts';
import type { VersionRow } from '../store/versions.ts';

/** As it was written. What was opened is shared: nobody changes it. */
export type Written = Pick<Resource, 'resourceType'> & { meta?: Resource['meta'] } & Record<
    string,
    unknown
  >;

export interface OpenedVersions {
  get(key: KeyObject, version: VersionRow): Written | undefined;
  /** `bytes`: the length of its JSON. */
  put(key: KeyObject, version: VersionRow, written: Written, bytes: number): void;
  /** The key is dropped, and what it opened with it. */
  drop(key: KeyObject): void;
  clear(): void;
}

interface Opened {
  readonly key: KeyObject;
  readonly written: Written;
}

/** Of JSON; as objects it takes a few times that. */
const MAX_BYTES = 4 * 1024 * 1024;

/** Of more the ones that were not read for the longest time are dropped. */
export function openedVersions(maxBytes = MAX_BYTES): OpenedVersions {
  const idsOf = new Map<KeyObject, Set<string>>();
  const opened = new LRUCache<string, Opened>({
    maxSize: maxBytes,
    dispose({ key }, id) {
      const ids = idsOf.get(key);
      ids?.delete(id);
      if (ids?.size === 0) idsOf.delete(key);
    },
  });
  return {
    get(key, version) {
      const found = opened.get(idOf(version));
      return found?.key === key ? found.written : undefined;
    },
    put(key, version, written, bytes) {
      const id = idOf(version);
      opened.set(id, { key, written }, { size: bytes });
      if (!opened.has(id)) return;
      const ids = idsOf.get(key);
      if (ids) ids.add(id);
      else idsOf.set(key, new Set([id]));
    },
    drop(key) {
      for (const id of [...(idsOf.get(key) ?? [])]) opened.delete(id);
    },
    clear: () => opened.clear(),
  };
}

function idOf({ patientId, resourceType, resourceId, versionId }: VersionRow): string {
  return `${patientId} ${resourceType} ${resourceId} ${versionId}`;
}
