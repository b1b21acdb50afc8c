/**
 * Data keys as the key service unwraps them, in memory and for a bounded time. Work with a key is a function that runs while the
 * key is there: nobody holds a key that is zeroed meanwhile.
 */
import { createSecretKey } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { fingerprintOf } from './fingerprint.ts';
import { keptKeys } from './keptKeys.ts';
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

export interface KeptKey {
  /** No other that is kept, now or later, has it. */
  readonly number: number;
  readonly fingerprint: Buffer;
  /** Made ready when it is first asked for. */
  readonly secret: () => KeyObject;
}

export interface DataKeysOptions {
  readonly unwrapKey: KeyService['unwrapKey'];
  readonly nowMs: () => number;
  /** From the beginning of the call that unwrapped it. */
  readonly maxAgeMs: number;
  /** So many are kept; of more the one that was unwrapped longest ago is dropped. */
  readonly maxKeys?: number;
  /** Told the number of every key that is kept no more. */
  readonly onDropped?: (number: number) => void;
}

/** A call that is under way, and who waits for its key. */
interface Unwrapping {
  readonly patientId: string;
  readonly begunMs: number;
  readonly waiting: ((reply: KeyReply<Buffer>) => void)[];
  isForgotten: boolean;
}

/** Five minutes of 300 requests a second may ask for 90 000. */
const MAX_KEYS = 128 * 1024;

export function dataKeys(options: DataKeysOptions): DataKeys {
  const { unwrapKey, nowMs, maxAgeMs, maxKeys = MAX_KEYS, onDropped = () => undefined } = options;
  const keys = keptKeys(maxKeys, onDropped);
  /** By the same ids. */
  const underWay = new Map<string, Unwrapping>();

  function isAged(begunMs: number): boolean {
    return nowMs() - begunMs >= maxAgeMs;
  }

  /** The number of the key. */
  function find(patientId: string, id: string): number | undefined {
    const found = keys.find(patientId, id);
    if (found === undefined || !isAged(keys.begunMs(found))) return found;
    keys.drop(found);
    return undefined;
  }

  /** The call that is under way; one that would bring a key that is too old already is not joined. */
  function unwrapping(id: string, patientId: string, wrapped: string): Unwrapping {
    const found = underWay.get(id);
    if (found && !isAged(found.begunMs)) return found;
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
    if (!call.isForgotten && !isAged(begunMs)) {
      keys.put(patientId, id, reply.value, fingerprintOf(reply.value), begunMs);
    }
    reply.value.fill(0);
  }

  function forget(patientId: string): void {
    keys.dropPatient(patientId);
    for (const [id, call] of underWay) {
      if (call.patientId !== patientId) continue;
      call.isForgotten = true;
      underWay.delete(id);
    }
  }

  return {
    use(patientId, wrapped, work) {
      const id = idOf(patientId, wrapped);
      const found = find(patientId, id);
      return new Promise((resolve, reject) => {
        const tell = (reply: KeyReply<Buffer>): void => {
          try {
            resolve(reply.kind === 'ok' ? { kind: 'ok', value: work(reply.value) } : reply);
          } catch (error) {
            reject(error as Error);
          }
        };
        if (found !== undefined) tell({ kind: 'ok', value: keys.key(found) });
        else unwrapping(id, patientId, wrapped).waiting.push(tell);
      });
    },
    kept(patientId, wrapped) {
      const number = find(patientId, idOf(patientId, wrapped));
      if (number === undefined) return undefined;
      let secret: KeyObject | undefined;
      return {
        number,
        fingerprint: keys.fingerprint(number),
        secret: () => (secret ??= createSecretKey(keys.key(number))),
      };
    },
    drop: keys.dropPatient,
    forget,
    // In the order in which they came, which is that of their age but for the time that a call takes. Of use is none that is too old.
    dropAged: () => keys.dropFirst((number) => isAged(keys.begunMs(number))),
    clear: () => keys.dropFirst(() => true),
  };
}

function idOf(patientId: string, wrapped: string): string {
  return `${patientId} ${wrapped}`;
}
