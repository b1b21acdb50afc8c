/**
 * What is kept. Resources are sealed; of credentials and tokens a digest is kept; data keys as the key service wraps them. The rest
 * are ids, times, versions, codes of labels, consents, emergencies and the log.
 */
export const SCHEMA = `
  CREATE TABLE IF NOT EXISTS users (
    userId TEXT PRIMARY KEY, role TEXT NOT NULL, organizationId TEXT NOT NULL, patientId TEXT,
    active INTEGER NOT NULL, credential BLOB NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS careTeams (
    careTeamId TEXT PRIMARY KEY, patientId TEXT NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS members (
    patientId TEXT NOT NULL, userId TEXT NOT NULL, careTeamId TEXT NOT NULL,
    PRIMARY KEY (patientId, userId, careTeamId)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS sessions (
    token BLOB PRIMARY KEY, userId TEXT NOT NULL, scope TEXT, patientId TEXT, expiresAtMs INTEGER NOT NULL,
    lastUsedAtMs INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS sessionsByEnd ON sessions (expiresAtMs);

  CREATE TABLE IF NOT EXISTS patients (
    patientId TEXT PRIMARY KEY, organizationId TEXT NOT NULL, state TEXT NOT NULL,
    wrappingKeyVersion INTEGER NOT NULL, dataKeyVersion INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS erasures ON patients (patientId) WHERE state = 'erasing';
  CREATE TABLE IF NOT EXISTS dataKeys (
    patientId TEXT NOT NULL, dataKeyVersion INTEGER NOT NULL, wrapped TEXT NOT NULL, fingerprint BLOB NOT NULL,
    PRIMARY KEY (patientId, dataKeyVersion)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS versions (
    patientId TEXT NOT NULL, resourceType TEXT NOT NULL, resourceId TEXT NOT NULL, versionId INTEGER NOT NULL,
    writtenAtMs INTEGER NOT NULL, labels TEXT NOT NULL, dataKeyVersion INTEGER NOT NULL,
    sealed BLOB NOT NULL,
    PRIMARY KEY (patientId, resourceType, resourceId, versionId)
  ) STRICT;
  CREATE TABLE IF NOT EXISTS presentVersions (
    patientId TEXT NOT NULL, resourceType TEXT NOT NULL, resourceId TEXT NOT NULL, versionId INTEGER NOT NULL,
    writtenAtMs INTEGER NOT NULL, labels TEXT NOT NULL, dataKeyVersion INTEGER NOT NULL,
    PRIMARY KEY (patientId, resourceType, resourceId)
  ) STRICT, WITHOUT ROWID;

  CREATE TABLE IF NOT EXISTS consents (
    patientId TEXT NOT NULL, consentId TEXT NOT NULL, versionId INTEGER NOT NULL, writtenAtMs INTEGER NOT NULL,
    resource TEXT NOT NULL, PRIMARY KEY (patientId, consentId)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS grants (
    grantId TEXT PRIMARY KEY, patientId TEXT NOT NULL, userId TEXT NOT NULL, purpose TEXT NOT NULL, reason TEXT NOT NULL,
    grantedAtMs INTEGER NOT NULL, expiresAtMs INTEGER NOT NULL, dueAtMs INTEGER NOT NULL, status TEXT NOT NULL,
    reviewerId TEXT, overdueTold INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS grantsOfUser ON grants (patientId, userId);
  CREATE INDEX IF NOT EXISTS grantsDue ON grants (dueAtMs) WHERE status = 'pending' AND overdueTold = 0;

  CREATE TABLE IF NOT EXISTS entries (
    entryIndex INTEGER PRIMARY KEY, event TEXT NOT NULL, leaf BLOB NOT NULL, requestId TEXT NOT NULL,
    patientId TEXT, organizationId TEXT, isDisclosure INTEGER NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS entriesOfRequest ON entries (requestId);
  CREATE INDEX IF NOT EXISTS entriesOfPatient ON entries (patientId) WHERE patientId IS NOT NULL;
  CREATE INDEX IF NOT EXISTS entriesOfOrganization ON entries (organizationId) WHERE organizationId IS NOT NULL;
  CREATE INDEX IF NOT EXISTS disclosures ON entries (patientId) WHERE isDisclosure = 1;
  CREATE TRIGGER IF NOT EXISTS entriesKeep BEFORE UPDATE ON entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS entriesStay BEFORE DELETE ON entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;

  CREATE TABLE IF NOT EXISTS sinks (
    organizationId TEXT PRIMARY KEY, nextIndex INTEGER NOT NULL
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS alerts (
    position INTEGER PRIMARY KEY AUTOINCREMENT, organizationId TEXT NOT NULL, body TEXT NOT NULL
  ) STRICT;
  CREATE INDEX IF NOT EXISTS alertsOfOrganization ON alerts (organizationId);

  CREATE TABLE IF NOT EXISTS settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT, WITHOUT ROWID;
`;
