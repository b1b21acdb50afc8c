/**
 * An append-only, hash-chained journal on SQLite. One row an event: its number, its canonical JSON (without hashes) and
 *   hash = SHA-256(hash of the event before, 32 raw bytes || canonical JSON), the first one before being 32 zero bytes.
 */
import { hash } from 'node:crypto';
import { join } from 'node:path';
import { openSqliteFile } from './sqliteFile.ts';
import type { Durability } from './sqliteFile.ts';

export interface JournalEvent {
  readonly seq: number;
  /** Canonical JSON of the event without prevHash and hash. */
  readonly body: string;
  /** Lower-case hex. */
  readonly prevHash: string;
  readonly hash: string;
}

export interface AuditJournal {
  /** 0 when empty. */
  readonly lastSeq: number;
  /** Writes all or none, durably; they get the numbers after lastSeq. Throws what SQLite throws: then none was written. */
  append(bodies: readonly string[]): void;
  /** At most `limit` events from fromSeq on, in order. */
  read(fromSeq: number, limit: number): JournalEvent[];
  /** Every event in order, while checking the chain. Throws CorruptJournal at the first event that does not fit. */
  verified(): IterableIterator<Pick<JournalEvent, 'seq' | 'body'>>;
  /** A value kept beside the events, not part of the chain. */
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
  close(): void;
}

export class CorruptJournal extends Error {
  constructor(file: string, seq: number, what: string) {
    super(
      `${file}: audit event ${seq} ${what}. The journal is not what was written: restore it from a copy, or start on an empty data directory.`,
    );
    this.name = 'CorruptJournal';
  }
}

const FILE_NAME = 'journal.db';

const GENESIS_HASH = Buffer.alloc(32);

/** Rows a page of the recovery scan: few enough to bound memory, many enough that paging costs nothing. */
const SCAN_ROWS = 5000;

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, body TEXT NOT NULL, hash BLOB NOT NULL) STRICT;
  CREATE TRIGGER IF NOT EXISTS audit_keeps BEFORE UPDATE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit journal is append-only'); END;
  CREATE TRIGGER IF NOT EXISTS audit_stays BEFORE DELETE ON audit
    BEGIN SELECT RAISE(ABORT, 'the audit journal is append-only'); END;
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

interface Row {
  seq: number;
  body: string;
  hash: Buffer;
}

/** Opens or creates dataDir/journal.db. Throws when another process has it open. */
export function openAuditJournal(dataDir: string, durability: Durability): AuditJournal {
  const file = join(dataDir, FILE_NAME);
  const db = openSqliteFile(dataDir, FILE_NAME, SCHEMA, durability);
  const insert = db.prepare('INSERT INTO audit (seq, body, hash) VALUES (?, ?, ?)');
  const select = db.prepare<[number, number], Row>(
    'SELECT seq, body, hash FROM audit WHERE seq >= ? ORDER BY seq LIMIT ?',
  );
  const selectOne = db.prepare<[number], Row>('SELECT seq, body, hash FROM audit WHERE seq = ?');
  const selectMeta = db.prepare<[string], { value: string }>(
    'SELECT value FROM meta WHERE key = ?',
  );
  const upsertMeta = db.prepare('INSERT OR REPLACE INTO meta (key, value) VALUES (?, ?)');

  const last = db
    .prepare<[], Row>('SELECT seq, body, hash FROM audit ORDER BY seq DESC LIMIT 1')
    .get();
  let lastSeq = last?.seq ?? 0;
  let lastHash = last?.hash ?? GENESIS_HASH;

  const insertAll = db.transaction((bodies: readonly string[]): Buffer => {
    let previous = lastHash;
    for (let index = 0; index < bodies.length; index++) {
      const body = bodies[index]!;
      previous = chainHash(previous, body);
      insert.run(lastSeq + 1 + index, body, previous);
    }
    return previous;
  });

  return {
    get lastSeq() {
      return lastSeq;
    },
    append(bodies) {
      lastHash = insertAll(bodies);
      lastSeq += bodies.length;
    },
    read(fromSeq, limit) {
      const rows = select.all(fromSeq, limit);
      let previous = fromSeq > 1 ? selectOne.get(fromSeq - 1)?.hash : GENESIS_HASH;
      return rows.map(({ seq, body, hash }) => {
        const prevHash = (previous ?? GENESIS_HASH).toString('hex');
        previous = hash;
        return { seq, body, prevHash, hash: hash.toString('hex') };
      });
    },
    *verified() {
      let previous: Buffer = GENESIS_HASH;
      let expectedSeq = 1;
      for (let page = select.all(1, SCAN_ROWS); page.length > 0;) {
        for (const { seq, body, hash } of page) {
          if (seq !== expectedSeq) throw new CorruptJournal(file, expectedSeq, 'is missing');
          if (!chainHash(previous, body).equals(hash)) {
            throw new CorruptJournal(file, seq, 'does not fit its hash');
          }
          yield { seq, body };
          previous = hash;
          expectedSeq++;
        }
        page = select.all(expectedSeq, SCAN_ROWS);
      }
    },
    getMeta: (key) => selectMeta.get(key)?.value,
    setMeta: (key, value) => void upsertMeta.run(key, value),
    close: () => db.close(),
  };
}

/** Reused for every event that fits: hashing is on the path of every reply. */
const scratch = Buffer.allocUnsafe(64 * 1024);

function chainHash(previous: Buffer, body: string): Buffer {
  // A UTF-16 code unit is at most three bytes of UTF-8.
  if (32 + body.length * 3 > scratch.length) {
    return hash('sha256', Buffer.concat([previous, Buffer.from(body)]), 'buffer');
  }
  previous.copy(scratch);
  const length = 32 + scratch.write(body, 32);
  return hash('sha256', scratch.subarray(0, length), 'buffer');
}
