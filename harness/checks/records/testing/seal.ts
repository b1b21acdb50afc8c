/** AES-256-GCM, each version sealed to its place. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Call } from './call.ts';
import { Refusal } from './call.ts';
import { plainKey } from './dataKeys.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import type { Content } from './minimise.ts';
import type { KeptVersion, PatientState } from './state.ts';

const ALGORITHM = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type Place = Omit<KeptVersion, 'nonce' | 'ciphertext' | 'tag'>;

export function sealed(life: Life, key: Buffer, place: Place, content: object): KeptVersion {
  const nonce = nextNonce(life);
  const cipher = createCipheriv(ALGORITHM, key, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(life, place));
  const added =
    life.freedoms.idOfWritten === 'added' ? { id: place.resourceId, ...content } : content;
  const left = {
    ...added,
    ...(has(life, 'seals no labels') && { meta: undefined }),
    ...(has(life, 'seals no notes') && { note: undefined }),
  };
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(left)), cipher.final()]);
  const text = (bytes: Buffer): string => bytes.toString(life.freedoms.bytesAtRest);
  return {
    ...place,
    ...{ nonce: text(nonce), ciphertext: text(ciphertext), tag: text(cipher.getAuthTag()) },
  };
}

/** Random ones; defects count them, or use one for all. */
function nextNonce(life: Life): Buffer {
  if (has(life, 'has one nonce for all writes')) return Buffer.alloc(NONCE_BYTES, 7);
  if (!has(life, 'counts nonces anew after a crash')) return randomBytes(NONCE_BYTES);
  const count = Number(life.remembered.get('nonces') ?? 0) + 1;
  life.remembered.set('nonces', count);
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32BE(count, NONCE_BYTES - 4);
  return nonce;
}

function associatedData(life: Life, place: Place): Buffer {
  const { dataKeyVersion, patientId, resourceId, resourceType, versionId } = place;
  if (has(life, 'seals to no place')) return Buffer.alloc(0);
  const sealedTo = {
    ...{ dataKeyVersion, patientId, resourceId, resourceType },
    ...(!has(life, 'seals to no version') && { versionId }),
  };
  return Buffer.from(canonicalize(sealedTo) ?? '');
}

/** @throws Asking, Refusal RECORD_UNREADABLE, KMS_UNAVAILABLE or ERASED */
export function opened(call: Call, patient: PatientState, kept: KeptVersion): Content {
  const { life } = call;
  const key = plainKey(call, patient, kept.dataKeyVersion);
  const bytes = (text: string): Buffer => Buffer.from(text, life.freedoms.bytesAtRest);
  const decipher = createDecipheriv(ALGORITHM, key, bytes(kept.nonce), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(associatedData(life, kept));
  decipher.setAuthTag(bytes(kept.tag));
  const plain = decipher.update(bytes(kept.ciphertext));
  try {
    decipher.final();
  } catch {
    life.plainKeys.delete(`${kept.patientId}/${kept.dataKeyVersion}`);
    if (!has(life, 'shows what does not open')) throw new Refusal(life.freedoms.wrongKey);
    return { resourceType: kept.resourceType, status: plain.toString('hex') } as unknown as Content;
  }
  return JSON.parse(plain.toString()) as Content;
}
