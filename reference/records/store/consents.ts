/** Consents in their present version, and declared emergencies. */
import type { Database } from 'better-sqlite3';
import type { Consent, Grant } from '../../../spec/records/messages.d.ts';

export interface ConsentRow {
  readonly patientId: string;
  readonly consentId: string;
  readonly versionId: number;
  readonly writtenAtMs: number;
  readonly resource: Consent;
}

export interface Consents {
  consent(patientId: string, consentId: string): ConsentRow | undefined;
  consentsOf(patientId: string): ConsentRow[];
  putConsent(consent: ConsentRow): void;
}

type KeptConsent = Omit<ConsentRow, 'resource'> & { readonly resource: string };

export function consentsIn(db: Database): Consents {
  const one = db.prepare<[string, string], KeptConsent>(
    'SELECT * FROM consents WHERE patientId = ? AND consentId = ?',
  );
  const all = db.prepare<[string], KeptConsent>('SELECT * FROM consents WHERE patientId = ?');
  const put = db.prepare<[KeptConsent]>(
    'REPLACE INTO consents VALUES (@patientId, @consentId, @versionId, @writtenAtMs, @resource)',
  );
  const rowOf = (kept: KeptConsent): ConsentRow => ({
    ...kept,
    resource: JSON.parse(kept.resource) as Consent,
  });
  return {
    consent(patientId, consentId) {
      const kept = one.get(patientId, consentId);
      return kept && rowOf(kept);
    },
    consentsOf: (patientId) => all.all(patientId).map(rowOf),
    putConsent: (row) => void put.run({ ...row, resource: JSON.stringify(row.resource) }),
  };
}

export interface GrantRow extends Readonly<Omit<Grant, 'review'>> {
  readonly dueAtMs: number;
  readonly status: Grant['review']['status'];
  readonly reviewerId: string | null;
  /** The alert that it is overdue stands among the alerts. */
  readonly overdueTold: 0 | 1;
}

export interface Grants {
  grant(grantId: string): GrantRow | undefined;
  putGrant(grant: GrantRow): void;
  grants(): GrantRow[];
  /** Those of the user with the patient that are not over. */
  openGrants(patientId: string, userId: string, nowMs: number): GrantRow[];
  /** Overdue for review, and not yet told. */
  dueGrants(nowMs: number): GrantRow[];
}

export function grantsIn(db: Database): Grants {
  const one = db.prepare<[string], GrantRow>('SELECT * FROM grants WHERE grantId = ?');
  const put = db.prepare<[GrantRow]>(
    `REPLACE INTO grants VALUES (@grantId, @patientId, @userId, @purpose, @reason, @grantedAtMs,
      @expiresAtMs, @dueAtMs, @status, @reviewerId, @overdueTold)`,
  );
  const all = db.prepare<[], GrantRow>('SELECT * FROM grants');
  const open = db.prepare<[string, string, number], GrantRow>(
    'SELECT * FROM grants WHERE patientId = ? AND userId = ? AND expiresAtMs > ?',
  );
  const due = db.prepare<[number], GrantRow>(
    "SELECT * FROM grants WHERE status = 'pending' AND overdueTold = 0 AND dueAtMs <= ?",
  );
  return {
    grant: (grantId) => one.get(grantId),
    putGrant: (row) => void put.run(row),
    grants: () => all.all(),
    openGrants: (patientId, userId, nowMs) => open.all(patientId, userId, nowMs),
    dueGrants: (nowMs) => due.all(nowMs),
  };
}
