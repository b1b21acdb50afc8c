/**
 * Data keys as the key service unwraps them, in memory and for a bounded time. Work with a key is a function that runs while the
 * key is there: nobody holds a key that is zeroed meanwhile.
 */
import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { LRUCache } from 'lru-cache';
import { fingerprintOf } from './fingerprint.ts';
import type { KeyReply, KeyService } from './keyServiceClient.ts';

export interface DataKeys {
  /**
   * Runs `work` with the unwrapped key, which it must not keep. Answers what it returns, or why there is no key; after a forget
   * in the meantime 'gone'. Rejects only with what `work` throws.
   */
  use<T>(patientId: string, wrapped: string, work: (dataKey: Buffer) => T): Promise<KeyReply<T>>;
  /** The unwrapped key if it is kept: for this turn of the event loop only, since it may be dropped. */
  kept(patientId: string, wrapped: string): KeptKey | undefined;
  /** Drops the patient's keys that are kept: they were not the right ones, and are to be asked for again. */
  drop(patientId: string): void;
  /** The patient's key is destroyed: no key of theirs that is kept, or on its way, is used again. */
  forget(patientId: string): void;
  /** Drops what is too old. To be called after the clock was moved, and now and then. */
  dropAged(): void;
  /** Drops all. */
  clear(): void;
}

/** Made ready once. */
export interface KeptKey {
  readonly secret: KeyObject;
  readonly fingerprint: Buffer;
}

export interface DataKeysOptions {
  readonly unwrapKey: KeyService['unwrapKey'];
  readonly nowMs: () => number;
  /** From the beginning of the call that unwrapped it. */
  readonly maxAgeMs: number;
  /** So many are kept; of more the one that was not used for the longest time is dropped. */
  readonly maxKeys?: number;
  /** Told of every key that is kept no more. */
  readonly onDropped?: (secret: KeyObject) => void;
}

/** A call that is under way, and who waits for its key. */
interface Unwrapping {
  readonly patientId: string;
  readonly begunMs: number;
  readonly waiting: ((reply: KeyReply<Buffer>) => void)[];
  isForgotten: boolean;
}

interface Kept extends KeptKey {
  readonly patientId: string;
  readonly begunMs: number;
  readonly key: Buffer;
}

/** A few MB. */
const MAX_KEYS = 10_000;

export function dataKeys(options: DataKeysOptions): DataKeys {
  const { unwrapKey, nowMs, maxAgeMs, maxKeys = MAX_KEYS, onDropped } = options;
  const kept = new LRUCache<string, Kept>({
    max: maxKeys,
    dispose({ key, secret }) {
      key.fill(0);
      onDropped?.(secret);
    },
  });
  /** By the same ids. */
  const underWay = new Map<string, Unwrapping>();

  function isAged({ begunMs }: { readonly begunMs: number }): boolean {
    return nowMs() - begunMs >= maxAgeMs;
  }

  function keptKey(id: string): Kept | undefined {
    const found = kept.get(id);
    if (found && isAged(found)) kept.delete(id);
    return found && !isAged(found) ? found : undefined;
  }

  /** The call that is under way; one that would bring a key that is too old already is not joined. */
  function unwrapping(id: string, patientId: string, wrapped: string): Unwrapping {
    const found = underWay.get(id);
    if (found && !isAged(found)) return found;
    const begun = { patientId, begunMs: nowMs(), waiting: [], isForgotten: false };
    underWay.set(id, begun);
    void unwrapKey(patientId, wrapped).then((reply) => arrive(id, begun, reply));
    return begun;
  }

  function arrive(id: string, call: Unwrapping, reply: KeyReply<Buffer>): void {
    if (reply.kind === 'gone') forget(call.patientId);
    const answer: KeyReply<Buffer> = call.isForgotten ? { kind: 'gone' } : reply;
    for (const tell of call.waiting) tell(answer);
    if (underWay.get(id) === call) underWay.delete(id);
    if (reply.kind !== 'ok') return;
    const { patientId, begunMs } = call;
    if (call.isForgotten || isAged(call)) reply.value.fill(0);
    else kept.set(id, { patientId, begunMs, ...madeReady(reply.value) });
  }

  function dropIf(isDropped: (entry: Kept) => boolean): void {
    const dropped = [...kept.entries()].filter(([, entry]) => isDropped(entry));
    for (const [id] of dropped) kept.delete(id);
  }

  function drop(patientId: string): void {
    dropIf((entry) => entry.patientId === patientId);
  }

  function forget(patientId: string): void {
    drop(patientId);
    for (const [id, call] of underWay) {
      if (call.patientId !== patientId) continue;
      call.isForgotten = true;
      underWay.delete(id);
    }
  }

  return {
    use(patientId, wrapped, work) {
      const id = idOf(patientId, wrapped);
      const found = keptKey(id);
      return new Promise((resolve, reject) => {
        const tell = (reply: KeyReply<Buffer>): void => {
          try {
            resolve(reply.kind === 'ok' ? { kind: 'ok', value: work(reply.value) } : reply);
          } catch (error) {
            reject(error as Error);
          }
        };
        if (found) tell({ kind: 'ok', value: found.key });
        else unwrapping(id, patientId, wrapped).waiting.push(tell);
      });
    },
    kept: (patientId, wrapped) => keptKey(idOf(patientId, wrapped)),
    drop,
    forget,
    dropAged: () => dropIf(isAged),
    clear: () => dropIf(() => true),
  };
}

function madeReady(key: Buffer): KeptKey & { readonly key: Buffer } {
  return { key, secret: createSecretKey(key), fingerprint: fingerprintOf(key) };
}

function idOf(patientId: string, wrapped: string): string {
  return `${patientId} ${wrapped}`;
}
