/** The data keys that a decision needs: those that are not kept unwrapped are asked for, and then it is decided anew. */
import type { KeyObject } from 'node:crypto';
import type { Records } from '../records.ts';
import { kmsUnavailable, NotYet, Refusal } from '../request.ts';
import type { Prepared, Request } from '../request.ts';
import type { DataKeyRow, PatientRow } from '../store/patients.ts';
import type { VersionRow } from '../store/versions.ts';
import type { KeptKey } from './dataKeys.ts';
import type { KeyReply } from './keyServiceClient.ts';
import type { Written } from './openedVersions.ts';
import { open, Unreadable } from './seal.ts';

/** For the turn in which it was made. */
export interface PatientKeys {
  /** For writes: the newest. */
  readonly newest: () => KeyObject;
  /** @throws Refusal RECORD_UNREADABLE */
  open(version: VersionRow): Written;
}

/**
 * The newest data key of the patient, and those that the versions were sealed with.
 *
 * @throws NotYet when one has to be asked for
 * @throws Refusal RECORD_UNREADABLE when the key service gave another one
 */
export function keysFor(
  { records }: Request,
  { patientId, dataKeyVersion }: PatientRow,
  versions: readonly VersionRow[] = [],
): PatientKeys {
  const wanted = new Set([dataKeyVersion, ...versions.map((version) => version.dataKeyVersion)]);
  const rows = [...wanted].map((version) => rowOf(records, patientId, version));
  const keys = new Map<number, KeptKey>();
  const missing = rows.filter((row) => {
    const key = records.dataKeys.kept(patientId, row.wrapped);
    if (key) keys.set(row.dataKeyVersion, rightKey(records, row, key));
    return !key;
  });
  if (missing.length > 0) throw new NotYet(() => unwrapAll(records, patientId, missing));
  return {
    newest: () => keys.get(dataKeyVersion)!.secret(),
    open: (version) => openVersion(records, keys.get(version.dataKeyVersion)!, version),
  };
}

/** What a reply other than ok means to the request that needs it. */
export function preparedFrom(patientId: string, { kind }: KeyReply<unknown>): Prepared {
  return kind === 'gone' ? { gonePatientId: patientId } : { failure: kmsUnavailable() };
}

/** Unwraps what is not kept; none of the keys is used here. */
export async function unwrapAll(
  { dataKeys }: Records,
  patientId: string,
  rows: readonly Pick<DataKeyRow, 'wrapped'>[],
): Promise<Prepared> {
  const replies = await Promise.all(
    rows.map(({ wrapped }) => dataKeys.use(patientId, wrapped, () => undefined)),
  );
  const failed = replies.find(({ kind }) => kind === 'gone') ?? replies.find(isNotOk);
  return failed ? preparedFrom(patientId, failed) : {};
}

export function unreadable(): Refusal {
  return new Refusal('RECORD_UNREADABLE', 'what is kept does not open with the key that came');
}

function isNotOk({ kind }: KeyReply<unknown>): boolean {
  return kind !== 'ok';
}

function rowOf({ store }: Records, patientId: string, dataKeyVersion: number): DataKeyRow {
  const row = store.dataKey(patientId, dataKeyVersion);
  if (!row) throw unreadable();
  return row;
}

function rightKey({ dataKeys }: Records, row: DataKeyRow, key: KeptKey): KeptKey {
  if (key.fingerprint.equals(row.fingerprint)) return key;
  dataKeys.drop(row.patientId);
  throw unreadable();
}

function openVersion(records: Records, key: KeptKey, version: VersionRow): Written {
  const { dataKeys, opened, store } = records;
  const known = opened.get(key.number, version);
  if (known) return known;
  const { patientId, resourceType, resourceId, dataKeyVersion } = version;
  const versionId = String(version.versionId);
  const place = { patientId, resourceType, resourceId, versionId, dataKeyVersion };
  try {
    const sealed = store.sealed(version);
    const written = open(key.secret(), place, sealed) as Written;
    opened.put(key.number, version, written, sealed.ciphertext.length);
    return written;
  } catch (error) {
    if (!(error instanceof Unreadable)) throw error;
    dataKeys.drop(patientId);
    throw unreadable();
  }
}
