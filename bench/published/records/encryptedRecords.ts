/** Where getEncryptedRecord looks: a file a patient, with the whole record in it. */
import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EncryptedRecord } from './healthDataEncryption.ts';

export interface EncryptedRecords {
  has(patientId: string): boolean;
  /** Throws when there is none. */
  get(patientId: string): EncryptedRecord;
  put(patientId: string, record: EncryptedRecord): void;
}

export function encryptedRecords(dataDir: string): EncryptedRecords {
  const dir = join(dataDir, 'records');
  mkdirSync(dir, { recursive: true });
  const fileOf = (patientId: string): string => join(dir, `${patientId}.json`);
  return {
    has: (patientId) => existsSync(fileOf(patientId)),
    get: (patientId) => JSON.parse(readFileSync(fileOf(patientId), 'utf8')) as EncryptedRecord,
    put(patientId, record) {
      // Renamed, so that a crash leaves the record of before or the new one.
      writeFileSync(`${fileOf(patientId)}.new`, JSON.stringify(record));
      renameSync(`${fileOf(patientId)}.new`, fileOf(patientId));
    },
  };
}
