/** Every version of every resource, sealed. */
import type { Database } from 'better-sqlite3';
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import type { SensitiveCategory } from '../accessController/policy.ts';
import type { Sealed } from '../encryptionService/seal.ts';

export interface Place {
  readonly patientId: string;
  readonly resourceType: ResourceType;
  /** Of the Patient resource the patient's id. */
  readonly resourceId: string;
}

export interface VersionRow extends Place {
  readonly versionId: number;
  readonly writtenAtMs: number;
  readonly labels: readonly SensitiveCategory[];
  readonly dataKeyVersion: number;
}

export interface SealedVersion extends VersionRow {
  readonly sealed: Sealed;
}

export interface Versions {
  present(place: Place): VersionRow | undefined;
  version(place: Place, versionId: number): VersionRow | undefined;
  /** The present versions of all resources of the types. */
  presentOf(patientId: string, resourceTypes: readonly ResourceType[]): VersionRow[];
  sealed(version: VersionRow): Sealed;
  allOf(patientId: string): SealedVersion[];
  /** It is the present one from now on. */
  add(version: SealedVersion): void;
}

/** As an array: with dozens of rows a request, objects of the columns would cost as much as reading them. */
type Kept = [
  patientId: string,
  resourceType: ResourceType,
  resourceId: string,
  versionId: number,
  writtenAtMs: number,
  labels: string,
  dataKeyVersion: number,
];

/** Nonce, tag and ciphertext in one: three of them would take as long again. */
type KeptSealed = [...Kept, sealed: Buffer];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const COLUMNS =
  'patientId, resourceType, resourceId, versionId, writtenAtMs, labels, dataKeyVersion';
const PLACE = 'patientId = ? AND resourceType = ? AND resourceId = ?';

export function versionsIn(db: Database): Versions {
  const select = <Bound extends unknown[]>(rest: string) =>
    db.prepare<Bound, Kept>(`SELECT ${COLUMNS} FROM ${rest}`).raw();
  const present = select<[string, string, string]>(`presentVersions WHERE ${PLACE}`);
  const one = select<[string, string, string, number]>(`versions WHERE ${PLACE} AND versionId = ?`);
  const presentOf = select<[string, string]>(
    `presentVersions
      WHERE patientId = ? AND resourceType IN (SELECT value FROM json_each(?))`,
  );
  const sealed = db
    .prepare<[string, string, string, number], Buffer>(
      `SELECT sealed FROM versions WHERE ${PLACE} AND versionId = ?`,
    )
    .pluck();
  const allOf = db
    .prepare<[string], KeptSealed>(`SELECT ${COLUMNS}, sealed FROM versions WHERE patientId = ?`)
    .raw();
  const add = db.prepare<KeptSealed>('INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const setPresent = db.prepare<Kept>('REPLACE INTO presentVersions VALUES (?, ?, ?, ?, ?, ?, ?)');
  return {
    present: ({ patientId, resourceType, resourceId }) =>
      maybeRow(present.get(patientId, resourceType, resourceId)),
    version: ({ patientId, resourceType, resourceId }, versionId) =>
      maybeRow(one.get(patientId, resourceType, resourceId, versionId)),
    presentOf: (patientId, resourceTypes) =>
      presentOf.all(patientId, JSON.stringify(resourceTypes)).map(rowOf),
    sealed: ({ patientId, resourceType, resourceId, versionId }) =>
      sealedOf(sealed.get(patientId, resourceType, resourceId, versionId)!),
    allOf: (patientId) =>
      allOf.all(patientId).map((kept) => ({
        ...rowOf(kept.slice(0, -1) as Kept),
        sealed: sealedOf(kept[7]),
      })),
    add(version) {
      const { patientId, resourceType, resourceId, versionId, sealed } = version;
      const place = [patientId, resourceType, resourceId, versionId] as const;
      const { writtenAtMs, labels, dataKeyVersion } = version;
      const row = [...place, writtenAtMs, labels.join(' '), dataKeyVersion] as const;
      add.run(...row, Buffer.concat([sealed.nonce, sealed.tag, sealed.ciphertext]));
      setPresent.run(...row);
    },
  };
}

function maybeRow(kept: Kept | undefined): VersionRow | undefined {
  return kept && rowOf(kept);
}

function rowOf(kept: Kept): VersionRow {
  const [patientId, resourceType, resourceId, versionId, writtenAtMs, text, dataKeyVersion] = kept;
  const labels = text === '' ? [] : (text.split(' ') as SensitiveCategory[]);
  return { patientId, resourceType, resourceId, versionId, writtenAtMs, labels, dataKeyVersion };
}

function sealedOf(bytes: Buffer): Sealed {
  return {
    nonce: bytes.subarray(0, NONCE_BYTES),
    tag: bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    ciphertext: bytes.subarray(NONCE_BYTES + TAG_BYTES),
  };
}
