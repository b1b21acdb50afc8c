/** Seals each version of a resource to its place: AES-256-GCM, with the place as associated data (NIST SP 800-38D). */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import type { CipherKey } from 'node:crypto';

/** Whose, which and under which key. */
export interface Place {
  readonly patientId: string;
  readonly resourceType: string;
  /** For the Patient resource the patient's id. */
  readonly resourceId: string;
  readonly versionId: string;
  readonly dataKeyVersion: number;
}

export interface Sealed {
  /** 12 bytes, at random: below 2^32 writes under one data key a repetition is as good as impossible. */
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  /** 16 bytes. */
  readonly tag: Buffer;
}

/** What is kept does not open with this key at this place. It says nothing of what is in it. */
export class Unreadable extends Error {
  constructor() {
    super('what is kept cannot be decrypted with this key');
    this.name = 'Unreadable';
  }
}

const CIPHER = 'aes-256-gcm';
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

/** @param dataKey 32 bytes; for many at once a KeyObject, which is made ready once */
export function seal(dataKey: CipherKey, place: Place, resource: object): Sealed {
  const nonce = randomBytes(NONCE_BYTES);
  const cipher = createCipheriv(CIPHER, dataKey, nonce, { authTagLength: TAG_BYTES });
  cipher.setAAD(associatedData(place));
  const ciphertext = Buffer.concat([cipher.update(JSON.stringify(resource)), cipher.final()]);
  return { nonce, ciphertext, tag: cipher.getAuthTag() };
}

/**
 * What was sealed there.
 *
 * @throws Unreadable with another key, at another place, or when a byte was changed
 */
export function open(dataKey: CipherKey, place: Place, sealed: Sealed): unknown {
  try {
    const { nonce, ciphertext, tag } = sealed;
    const decipher = createDecipheriv(CIPHER, dataKey, nonce, { authTagLength: TAG_BYTES });
    decipher.setAAD(associatedData(place));
    decipher.setAuthTag(tag);
    const plaintext = Buffer.concat([decipher.update(ciphertext), decipher.final()]);
    return JSON.parse(plaintext.toString()) as unknown;
  } catch {
    // The cause may quote what it could not read.
    throw new Unreadable();
  }
}

function associatedData(place: Place): Buffer {
  const { dataKeyVersion, patientId, resourceId, resourceType, versionId } = place;
  // In the order of RFC 8785: what canonicalJson would answer, in a third of the time.
  const named = { dataKeyVersion, patientId, resourceId, resourceType, versionId };
  return Buffer.from(JSON.stringify(named));
}
