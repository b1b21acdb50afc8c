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
  readonly sealed: Sealed;
}

export interface Versions {
  present(place: Place): VersionRow | undefined;
  version(place: Place, versionId: number): VersionRow | undefined;
  /** The present versions of all resources of the types. */
  presentOf(patientId: string, resourceTypes: readonly ResourceType[]): VersionRow[];
  allOf(patientId: string): VersionRow[];
  /** It is the present one from now on. */
  add(version: VersionRow): void;
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
  /** Nonce, tag and ciphertext: three of them would take as long again. */
  sealed: Buffer,
];

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const PLACE =
  'patientId = @patientId AND resourceType = @resourceType AND resourceId = @resourceId';

export function versionsIn(db: Database): Versions {
  const select = <Bound extends unknown[] | object>(rest: string) =>
    db.prepare<Bound, Kept>(`SELECT versions.* FROM ${rest}`).raw();
  const present = select<Place>(`versions WHERE ${PLACE} ORDER BY versionId DESC LIMIT 1`);
  const one = select<Place & { versionId: number }>(
    `versions WHERE ${PLACE} AND versionId = @versionId`,
  );
  // From the few present versions to theirs: of many old ones nothing is read.
  const presentOf = select<[string, string]>(
    `presentVersions CROSS JOIN versions USING (patientId, resourceType, resourceId, versionId)
      WHERE presentVersions.patientId = ?
        AND presentVersions.resourceType IN (SELECT value FROM json_each(?))`,
  );
  const allOf = select<[string]>('versions WHERE patientId = ?');
  const add = db.prepare<Kept>('INSERT INTO versions VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  const setPresent = db.prepare<[string, string, string, number]>(
    'REPLACE INTO presentVersions VALUES (?, ?, ?, ?)',
  );
  return {
    present: ({ patientId, resourceType, resourceId }) =>
      maybeRow(present.get({ patientId, resourceType, resourceId })),
    version: ({ patientId, resourceType, resourceId }, versionId) =>
      maybeRow(one.get({ patientId, resourceType, resourceId, versionId })),
    presentOf: (patientId, resourceTypes) =>
      presentOf.all(patientId, JSON.stringify(resourceTypes)).map(rowOf),
    allOf: (patientId) => allOf.all(patientId).map(rowOf),
    add(version) {
      const { patientId, resourceType, resourceId, versionId, sealed } = version;
      const place = [patientId, resourceType, resourceId, versionId] as const;
      const { writtenAtMs, labels, dataKeyVersion } = version;
      const bytes = Buffer.concat([sealed.nonce, sealed.tag, sealed.ciphertext]);
      add.run(...place, writtenAtMs, labels.join(' '), dataKeyVersion, bytes);
      setPresent.run(...place);
    },
  };
}

function maybeRow(kept: Kept | undefined): VersionRow | undefined {
  return kept && rowOf(kept);
}

function rowOf(kept: Kept): VersionRow {
  const [patientId, resourceType, resourceId, versionId, writtenAtMs, text, dataKeyVersion, bytes] =
    kept;
  const labels = text === '' ? [] : (text.split(' ') as SensitiveCategory[]);
  const sealed = {
    nonce: bytes.subarray(0, NONCE_BYTES),
    tag: bytes.subarray(NONCE_BYTES, NONCE_BYTES + TAG_BYTES),
    ciphertext: bytes.subarray(NONCE_BYTES + TAG_BYTES),
  };
  const place = { patientId, resourceType, resourceId };
  return { ...place, versionId, writtenAtMs, labels, dataKeyVersion, sealed };
}
