/** Every version of every resource, sealed. */
import type { Database } from 'better-sqlite3';
import type { ResourceType } from '../../../spec/records/messages.d.ts';
import type { SensitiveCategory } from '../accessController/policy.ts';

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
  readonly nonce: Buffer;
  readonly ciphertext: Buffer;
  readonly tag: Buffer;
}

export interface Versions {
  present(place: Place): VersionRow | undefined;
  version(place: Place, versionId: number): VersionRow | undefined;
  /** The present versions of all resources of a type. */
  presentOf(patientId: string, resourceType: ResourceType): VersionRow[];
  allOf(patientId: string): VersionRow[];
  /** It is the present one from now on. */
  add(version: VersionRow): void;
}

type Kept = Omit<VersionRow, 'labels'> & { readonly labels: string };

const PLACE =
  'patientId = @patientId AND resourceType = @resourceType AND resourceId = @resourceId';

export function versionsIn(db: Database): Versions {
  const present = db.prepare<[Place], Kept>(
    `SELECT * FROM versions WHERE ${PLACE} ORDER BY versionId DESC LIMIT 1`,
  );
  const one = db.prepare<[Place & { versionId: number }], Kept>(
    `SELECT * FROM versions WHERE ${PLACE} AND versionId = @versionId`,
  );
  const presentOf = db.prepare<[string, string], Kept>(
    `SELECT versions.* FROM presentVersions JOIN versions
      USING (patientId, resourceType, resourceId, versionId) WHERE patientId = ? AND resourceType = ?`,
  );
  const allOf = db.prepare<[string], Kept>('SELECT * FROM versions WHERE patientId = ?');
  const add = db.prepare<[Kept]>(
    `INSERT INTO versions VALUES (@patientId, @resourceType, @resourceId, @versionId, @writtenAtMs,
      @labels, @dataKeyVersion, @nonce, @ciphertext, @tag)`,
  );
  const setPresent = db.prepare<[Kept]>(
    'REPLACE INTO presentVersions VALUES (@patientId, @resourceType, @resourceId, @versionId)',
  );
  return {
    present: ({ patientId, resourceType, resourceId }) =>
      maybeRow(present.get({ patientId, resourceType, resourceId })),
    version: ({ patientId, resourceType, resourceId }, versionId) =>
      maybeRow(one.get({ patientId, resourceType, resourceId, versionId })),
    presentOf: (patientId, resourceType) => presentOf.all(patientId, resourceType).map(rowOf),
    allOf: (patientId) => allOf.all(patientId).map(rowOf),
    add(version) {
      const kept = { ...version, labels: version.labels.join(' ') };
      add.run(kept);
      setPresent.run(kept);
    },
  };
}

function maybeRow(kept: Kept | undefined): VersionRow | undefined {
  return kept && rowOf(kept);
}

function rowOf(kept: Kept): VersionRow {
  const labels = kept.labels === '' ? [] : (kept.labels.split(' ') as SensitiveCategory[]);
  return { ...kept, labels };
}
