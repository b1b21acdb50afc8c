/** The audit log as rows: appended, never changed. */
import type { Database } from 'better-sqlite3';

export interface EntryRow {
  readonly entryIndex: number;
  /** Canonical JSON of the AuditEvent. */
  readonly event: string;
  readonly leaf: Buffer;
  readonly requestId: string;
  readonly patientId: string | null;
  /** That manages the patient, if there is one. */
  readonly organizationId: string | null;
  readonly isDisclosure: 0 | 1;
}

export type Listed = Pick<EntryRow, 'entryIndex' | 'event'>;

export interface EntryFilter {
  readonly patientId?: string | undefined;
  readonly requestId?: string | undefined;
  readonly fromIndex: number;
  readonly limit: number;
}

export interface Entries {
  add(entry: EntryRow): void;
  /** Leaf hashes in the order of the log. */
  leaves(): IterableIterator<Buffer>;
  /** In the order of the log. */
  list(filter: EntryFilter): Listed[];
  disclosures(patientId: string): Listed[];
  /** Entries about an organisation's patients, in the order of the log. */
  ofOrganization(organizationId: string, fromIndex: number, limit: number): Listed[];
  /** That have an entry. */
  organizations(): string[];
}

export function entriesIn(db: Database): Entries {
  const add = db.prepare<[EntryRow]>(
    `INSERT INTO entries VALUES (@entryIndex, @event, @leaf, @requestId, @patientId, @organizationId,
      @isDisclosure)`,
  );
  const leaves = db.prepare<[], { leaf: Buffer }>('SELECT leaf FROM entries ORDER BY entryIndex');
  const select = (where: string) =>
    db.prepare<[unknown], Listed>(
      `SELECT entryIndex, event FROM entries WHERE ${where} AND entryIndex >= @fromIndex
        ORDER BY entryIndex LIMIT @limit`,
    );
  const all = select('TRUE');
  const ofPatient = select('patientId = @patientId');
  const ofRequest = select('requestId = @requestId');
  const ofBoth = select('requestId = @requestId AND +patientId = @patientId');
  const ofOrganization = select('organizationId = @organizationId');
  const disclosures = db.prepare<[string], Listed>(
    `SELECT entryIndex, event FROM entries WHERE patientId = ? AND isDisclosure = 1
      ORDER BY entryIndex`,
  );
  // One step of the index for each organisation: DISTINCT would look at every entry.
  const nextOrganization = db.prepare<[string], { organizationId: string | null }>(
    'SELECT min(organizationId) AS organizationId FROM entries WHERE organizationId > ?',
  );
  return {
    add: (entry) => void add.run(entry),
    *leaves() {
      for (const { leaf } of leaves.iterate()) yield leaf;
    },
    list(filter) {
      const { patientId, requestId } = filter;
      if (requestId !== undefined) {
        return patientId === undefined ? ofRequest.all(filter) : ofBoth.all(filter);
      }
      return patientId === undefined ? all.all(filter) : ofPatient.all(filter);
    },
    disclosures: (patientId) => disclosures.all(patientId),
    ofOrganization: (organizationId, fromIndex, limit) =>
      ofOrganization.all({ organizationId, fromIndex, limit }),
    organizations() {
      const found: string[] = [];
      for (;;) {
        const next = nextOrganization.get(found.at(-1) ?? '')?.organizationId;
        if (!next) return found;
        found.push(next);
      }
    },
  };
}
