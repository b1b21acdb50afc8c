/** What exportCiphertexts gives, and how the judge opens it. */
import { createDecipheriv } from 'node:crypto';
import type {
  Ciphertexts,
  ClinicalResource,
  Patient,
  ResourceType,
} from '../../../spec/records/messages.d.ts';
import { canonicalText } from '../../history/canonicalText.ts';
import type { JsonObject } from '../../target/target.ts';
import { Violation } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import type { Ward } from './wardTypes.ts';
import type { RecordsWorld } from './worldQuestions.ts';

const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;

export type SealedRecord = Ciphertexts['records'][number];

export async function exportOf(ward: Ward, patientId: string): Promise<Ciphertexts> {
  const output = await ward.session.call('exportCiphertexts', { patientId });
  return output as unknown as Ciphertexts;
}

export function placeOf({ resourceType, resourceId, versionId }: Place): string {
  return `${resourceType}/${resourceId}/${versionId}`;
}

interface Place {
  readonly resourceType: ResourceType;
  readonly resourceId: string;
  readonly versionId: string;
}

/** The data keys of the patient in base64, by version, as the key service unwraps them. */
export async function dataKeysOf(
  world: RecordsWorld,
  patientId: string,
  { dataKeys }: Ciphertexts,
): Promise<ReadonlyMap<number, string>> {
  const keys = new Map<number, string>();
  for (const { dataKeyVersion, wrapped } of dataKeys) {
    const plaintext = await world.unwrap(patientId, wrapped);
    hold(
      plaintext !== null && Buffer.from(plaintext, 'base64').length === KEY_BYTES,
      `The key service should unwrap data key ${dataKeyVersion}, of ${KEY_BYTES} bytes.`,
    );
    hold(!keys.has(dataKeyVersion), `Data key ${dataKeyVersion} is exported twice.`);
    keys.set(dataKeyVersion, plaintext);
  }
  return keys;
}

/** @throws Violation where it does not open with the data key at its place */
export function openRecord(
  patientId: string,
  record: SealedRecord,
  keys: ReadonlyMap<number, string>,
): JsonObject {
  const { dataKeyVersion, resourceId, resourceType, versionId } = record;
  const place = placeOf(record);
  const key = keys.get(dataKeyVersion);
  hold(
    key !== undefined,
    `${place} is sealed with data key ${dataKeyVersion}, which is not there.`,
  );
  const nonce = Buffer.from(record.nonce, 'base64');
  const tag = Buffer.from(record.tag, 'base64');
  holdSame(
    { nonce: nonce.length, tag: tag.length },
    { nonce: NONCE_BYTES, tag: TAG_BYTES },
    `The nonce of ${place} should have ${NONCE_BYTES} bytes, and its tag ${TAG_BYTES}.`,
  );
  const data = { dataKeyVersion, patientId, resourceId, resourceType, versionId };
  try {
    const decipher = createDecipheriv('aes-256-gcm', Buffer.from(key, 'base64'), nonce);
    decipher.setAAD(Buffer.from(canonicalText(data))).setAuthTag(tag);
    const opened = Buffer.concat([
      decipher.update(Buffer.from(record.ciphertext, 'base64')),
      decipher.final(),
    ]);
    return JSON.parse(opened.toString()) as JsonObject;
  } catch {
    throw new Violation(
      `${place} does not open to JSON with data key ${dataKeyVersion} and the associated data ${canonicalText(data)}.`,
    );
  }
}

/** An id and more of meta may be added to what was written. */
export function holdAsWritten(
  opened: JsonObject,
  { meta, ...elements }: Patient | ClinicalResource,
  place: string,
): void {
  const { meta: openedMeta, ...others } = opened;
  holdSame(
    { ...others, id: undefined },
    elements,
    `What is sealed as ${place} should be what was written.`,
  );
  const { security } = (openedMeta ?? {}) as { security?: unknown };
  holdSame(security, meta?.security, `What is sealed as ${place} should have its labels.`);
}
