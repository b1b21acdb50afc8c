/** The keys of a patient who is being registered. */
import { randomBytes } from 'node:crypto';
import { erased } from '../accessController/relationships.ts';
import type { Records } from '../records.ts';
import { kmsUnavailable, NotYet } from '../request.ts';
import type { Prepared } from '../request.ts';
import { fingerprintOf } from './fingerprint.ts';
import { DATA_KEY_BYTES } from './keyServiceClient.ts';
import type { KeyService, WrappedKey } from './keyServiceClient.ts';

/** A data key that nothing was sealed with yet. */
export interface NewDataKey extends WrappedKey {
  readonly dataKey: Buffer;
  readonly fingerprint: Buffer;
}

export type FirstKey = NewDataKey;

export function firstKey({ keyService }: Records, patientId: string): NotYet {
  return new NotYet(async (): Promise<Prepared<FirstKey>> => {
    const made = await keyService.createKey(patientId);
    if (made.kind === 'ok' && made.value.state === 'enabled') {
      const reply = await newDataKey(keyService, patientId);
      if (reply.kind === 'ok') return { material: reply.value };
      return reply.kind === 'gone' ? { failure: erased() } : { failure: kmsUnavailable() };
    }
    // An id whose key is destroyed was a patient's who was erased.
    const isGone = made.kind === 'ok' || made.kind === 'gone';
    return { failure: isGone ? erased() : kmsUnavailable() };
  });
}

/** Made here, and wrapped under the newest version of the patient's wrapping key. */
export async function newDataKey(keyService: KeyService, patientId: string) {
  const dataKey = randomBytes(DATA_KEY_BYTES);
  const reply = await keyService.wrapKey(patientId, dataKey);
  if (reply.kind !== 'ok') return reply;
  const value: NewDataKey = { ...reply.value, dataKey, fingerprint: fingerprintOf(dataKey) };
  return { kind: 'ok' as const, value };
}
