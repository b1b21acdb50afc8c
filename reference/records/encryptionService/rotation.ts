/** State and rotation of a patient's keys. What the key service did meanwhile is checked again when it is recorded. */
import type { GetKeys, Keys, RotateKey } from '../../../spec/records/messages.d.ts';
import { livePatientOfDuty, patientOfDuty } from '../accessController/relationships.ts';
import type { DecideForUser } from '../accessController/sessionManager.ts';
import type { Records } from '../records.ts';
import { kmsUnavailable, NotYet } from '../request.ts';
import type { Prepared } from '../request.ts';
import type { DataKeyRow, PatientRow } from '../store/patients.ts';
import { fingerprintOf } from './fingerprint.ts';
import { newDataKey } from './firstKey.ts';
import type { NewDataKey } from './firstKey.ts';
import type { KeyReply, WrappedKey } from './keyServiceClient.ts';
import { preparedFrom, unreadable } from './patientKeys.ts';

/** What the key service counts. */
export interface Counted {
  readonly keyVersion: number;
}

/** All data keys, wrapped anew by the version that the rotation began, or a later one. */
interface Rewrapped {
  readonly kind: 'wrapping';
  readonly keyVersion: number;
  readonly keys: readonly DataKeyRow[];
}

interface Begun {
  readonly kind: 'data';
  readonly key: NewDataKey;
}

export type Rotation = Rewrapped | Begun;

export const getKeys: DecideForUser<GetKeys, Counted> = (request, { patientId }) => {
  const { records, material } = request;
  const patient = patientOfDuty(request, patientId);
  if (patient.state !== 'active') return { output: keysOf(patient) };
  if (!material) throw new NotYet(() => count(records, patientId));
  return { output: keysOf({ ...patient, wrappingKeyVersion: material.keyVersion }) };
};

export const rotateKey: DecideForUser<RotateKey, Rotation> = (request, input) => {
  const { records, material } = request;
  const patient = livePatientOfDuty(request, input.patientId);
  const kept = records.store.dataKeys(patient.patientId);
  if (!material) throw new NotYet(() => prepare(records, patient, kept, input.scope));
  const rotated =
    material.kind === 'wrapping'
      ? rewrap(records, patient, kept, material)
      : begin(records, patient, material);
  return { output: keysOf(rotated) };
};

export function keysOf(patient: PatientRow): Keys {
  const { patientId, state, wrappingKeyVersion, dataKeyVersion } = patient;
  return { patientId, state, wrappingKeyVersion, dataKeyVersion };
}

async function count({ keyService }: Records, patientId: string): Promise<Prepared<Counted>> {
  const reply = await keyService.getKey(patientId);
  if (reply.kind !== 'ok') return preparedFrom(patientId, reply) as Prepared<Counted>;
  return reply.value.state === 'destroyed'
    ? { gonePatientId: patientId }
    : { material: { keyVersion: reply.value.keyVersion } };
}

/** Others may have added a data key, or rotated further: then the keys are wrapped again, by the version that is newest now. */
function rewrap(
  records: Records,
  patient: PatientRow,
  kept: readonly DataKeyRow[],
  { keys, keyVersion }: Rewrapped,
): PatientRow {
  const isWhole = kept.every(({ dataKeyVersion }) =>
    keys.some((key) => key.dataKeyVersion === dataKeyVersion),
  );
  if (!isWhole || keyVersion < patient.wrappingKeyVersion) {
    throw new NotYet(() => wrapAll(records, patient.patientId, kept));
  }
  for (const key of keys) records.store.putDataKey(key);
  const rotated = { ...patient, wrappingKeyVersion: keyVersion };
  records.store.putPatient(rotated);
  return rotated;
}

function begin(records: Records, patient: PatientRow, { key }: Begun): PatientRow {
  const { patientId } = patient;
  const { wrapped, fingerprint, keyVersion } = key;
  if (keyVersion < patient.wrappingKeyVersion) {
    throw new NotYet(() => beginDataKey(records, patientId));
  }
  const dataKeyVersion = patient.dataKeyVersion + 1;
  records.store.putDataKey({ patientId, dataKeyVersion, wrapped, fingerprint });
  const rotated = { ...patient, dataKeyVersion };
  records.store.putPatient(rotated);
  return rotated;
}

async function prepare(
  records: Records,
  { patientId }: PatientRow,
  kept: readonly DataKeyRow[],
  scope: RotateKey['scope'],
): Promise<Prepared> {
  if (scope === 'data') return beginDataKey(records, patientId);
  const reply = await records.keyService.rotateWrappingKey(patientId);
  return reply.kind === 'ok' ? wrapAll(records, patientId, kept) : preparedFrom(patientId, reply);
}

async function beginDataKey({ keyService }: Records, patientId: string): Promise<Prepared> {
  const reply = await newDataKey(keyService, patientId);
  if (reply.kind !== 'ok') return preparedFrom(patientId, reply);
  const material: Rotation = { kind: 'data', key: reply.value };
  return { material };
}

async function wrapAll(
  records: Records,
  patientId: string,
  kept: readonly DataKeyRow[],
): Promise<Prepared> {
  const replies = await Promise.all(kept.map((key) => wrapAnew(records, key)));
  const keys: DataKeyRow[] = [];
  let keyVersion = Infinity;
  for (const [index, reply] of replies.entries()) {
    if (reply === 'wrong key') return { failure: unreadable() };
    if (reply.kind !== 'ok') return preparedFrom(patientId, reply);
    keys.push({ ...kept[index]!, wrapped: reply.value.wrapped });
    keyVersion = Math.min(keyVersion, reply.value.keyVersion);
  }
  if (keys.length === 0) return { failure: kmsUnavailable() };
  const material: Rotation = { kind: 'wrapping', keyVersion, keys };
  return { material };
}

async function wrapAnew(
  { dataKeys, keyService }: Records,
  { patientId, wrapped, fingerprint }: DataKeyRow,
): Promise<KeyReply<WrappedKey> | 'wrong key'> {
  const asked = await dataKeys.use(patientId, wrapped, (key) => {
    // Wrapped while it is there: the call takes it with it as text.
    if (fingerprintOf(key).equals(fingerprint)) return keyService.wrapKey(patientId, key);
    return undefined;
  });
  if (asked.kind !== 'ok') return asked;
  const reply = await asked.value;
  if (reply) return reply;
  dataKeys.drop(patientId);
  return 'wrong key';
}
