/** The one SQLite file. Whatever belongs together is written in one transaction, and nothing is ever changed but keys and settings. */
import type { Durability } from '../../kit/sqliteFile.ts';
import type { StepStore } from '../../kit/commitQueue.ts';
import { openSqliteFile } from '../../kit/sqliteFile.ts';
import type { EventRecord } from './eventRecord.ts';

export interface EventRow {
  readonly position: number;
  readonly payment: string;
  /** Canonical JSON of the event without its hashes. */
  readonly body: string;
  readonly hash: Buffer;
  /** JSON, or null. */
  readonly kept: string | null;
  readonly entries: string | null;
}

/** What became of a command. `reply` is null while it is carried out; `intent` is then what it is about to ask a provider. */
export interface KeyRow {
  readonly key: string;
  readonly operation: string;
  readonly request: Buffer;
  readonly payment: string | null;
  readonly refund: string | null;
  /** JSON, or null. */
  readonly intent: string | null;
  readonly reply: string | null;
}

export type SettingKind = 'network' | 'region' | 'rate' | 'merchant';

export interface SettingRow {
  readonly kind: SettingKind;
  readonly id: string;
  /** JSON. */
  readonly value: string;
}

export interface RunRow {
  readonly id: string;
  readonly request: Buffer;
  readonly reply: string;
}

export interface OutboxRow {
  readonly position: number;
  readonly merchant: string;
}

/** One atomic step. */
export interface Write {
  readonly records?: readonly EventRecord[];
  /** The merchant that is told of the records by webhook. */
  readonly notify?: string | undefined;
  readonly key?: KeyRow | undefined;
  /** A key that was refused without effect, and can be used again. */
  readonly freeKey?: string | undefined;
  readonly setting?: SettingRow;
  readonly run?: RunRow;
  /** Positions of events that their merchant has been told of. */
  readonly delivered?: readonly number[];
}

export interface PaymentDatabase extends StepStore<Write> {
  /** Position of the last event; 0 when there is none. */
  readonly lastPosition: number;
  events(afterPosition: number, limit: number): EventRow[];
  eventAt(position: number): EventRow;
  allEvents(): IterableIterator<EventRow>;
  key(key: string): KeyRow | undefined;
  openKeys(): KeyRow[];
  settings(): SettingRow[];
  run(id: string): RunRow | undefined;
  /** What merchants have not been told yet, oldest first. */
  outbox(): OutboxRow[];
  getMeta(key: string): string | undefined;
  setMeta(key: string, value: string): void;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS events (position INTEGER PRIMARY KEY, payment TEXT NOT NULL, body TEXT NOT NULL,
    hash BLOB NOT NULL, kept TEXT, entries TEXT) STRICT;
  CREATE TRIGGER IF NOT EXISTS events_keep BEFORE UPDATE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
  CREATE TRIGGER IF NOT EXISTS events_stay BEFORE DELETE ON events
    BEGIN SELECT RAISE(ABORT, 'events are append-only'); END;
  CREATE TABLE IF NOT EXISTS keys (key TEXT PRIMARY KEY, operation TEXT NOT NULL, request BLOB NOT NULL,
    payment TEXT, refund TEXT, intent TEXT, reply TEXT) STRICT, WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS settings (kind TEXT NOT NULL, id TEXT NOT NULL, value TEXT NOT NULL,
    PRIMARY KEY (kind, id)) STRICT;
  CREATE TABLE IF NOT EXISTS runs (id TEXT PRIMARY KEY, request BLOB NOT NULL, reply TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS outbox (position INTEGER PRIMARY KEY, merchant TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
`;

/** Opens or creates dataDir/payments.db. Throws when another process has it open. */
export function openDatabase(dataDir: string, durability: Durability): PaymentDatabase {
  const db = openSqliteFile(dataDir, 'payments.db', SCHEMA, durability);
  const EVENT = 'SELECT position, payment, body, hash, kept, entries FROM events';
  const KEY = 'SELECT key, operation, request, payment, refund, intent, reply FROM keys';
  const insertEvent = db.prepare('INSERT INTO events VALUES (?, ?, ?, ?, ?, ?)');
  const insertOutbox = db.prepare('INSERT INTO outbox VALUES (?, ?)');
  const upsertKey = db.prepare('INSERT OR REPLACE INTO keys VALUES (?, ?, ?, ?, ?, ?, ?)');
  const deleteKey = db.prepare('DELETE FROM keys WHERE key = ?');
  const upsertSetting = db.prepare('INSERT OR REPLACE INTO settings VALUES (?, ?, ?)');
  const insertRun = db.prepare('INSERT INTO runs VALUES (?, ?, ?)');
  const deleteOutbox = db.prepare('DELETE FROM outbox WHERE position = ?');
  const upsertMeta = db.prepare('INSERT OR REPLACE INTO meta VALUES (?, ?)');
  const selectEvents = db.prepare<[number, number], EventRow>(
    `${EVENT} WHERE position > ? ORDER BY position LIMIT ?`,
  );
  const selectEvent = db.prepare<[number], EventRow>(`${EVENT} WHERE position = ?`);
  const selectKey = db.prepare<[string], KeyRow>(`${KEY} WHERE key = ?`);
  const selectRun = db.prepare<[string], RunRow>(
    'SELECT id, request, reply FROM runs WHERE id = ?',
  );
  const selectOutbox = db.prepare<[], OutboxRow>(
    'SELECT position, merchant FROM outbox ORDER BY position',
  );
  const selectMeta = db.prepare<[string], { value: string }>(
    'SELECT value FROM meta WHERE key = ?',
  );
  let lastPosition =
    db.prepare<[], { last: number | null }>('SELECT max(position) AS last FROM events').get()
      ?.last ?? 0;

  const insertRecord = (position: number, record: EventRecord): void => {
    const { paymentId, body, hash, event, entries } = record;
    const kept = event.kept === null ? null : JSON.stringify(event.kept);
    const lines = entries.length === 0 ? null : JSON.stringify(entries);
    insertEvent.run(position, paymentId, body, hash, kept, lines);
  };
  const writeAll = db.transaction((writes: readonly Write[]): number => {
    let position = lastPosition;
    for (const { records = [], notify, key, freeKey, setting, run, delivered = [] } of writes) {
      for (const record of records) {
        insertRecord(++position, record);
        if (notify !== undefined) insertOutbox.run(position, notify);
      }
      if (key) {
        const { operation, request, payment, refund, intent, reply } = key;
        upsertKey.run(key.key, operation, request, payment, refund, intent, reply);
      }
      if (freeKey !== undefined) deleteKey.run(freeKey);
      if (setting) upsertSetting.run(setting.kind, setting.id, setting.value);
      if (run) insertRun.run(run.id, run.request, run.reply);
      for (const told of delivered) deleteOutbox.run(told);
    }
    return position;
  });

  return {
    get lastPosition() {
      return lastPosition;
    },
    write: (writes) => void (lastPosition = writeAll(writes)),
    events: (afterPosition, limit) => selectEvents.all(afterPosition, limit),
    eventAt(position) {
      const row = selectEvent.get(position);
      if (!row) throw new Error(`there is no event at position ${position}`);
      return row;
    },
    allEvents: () => db.prepare<[], EventRow>(`${EVENT} ORDER BY position`).iterate(),
    key: (key) => selectKey.get(key),
    openKeys: () => db.prepare<[], KeyRow>(`${KEY} WHERE reply IS NULL`).all(),
    settings: () => db.prepare<[], SettingRow>('SELECT kind, id, value FROM settings').all(),
    run: (id) => selectRun.get(id),
    outbox: () => selectOutbox.all(),
    getMeta: (key) => selectMeta.get(key)?.value,
    probe: () => void upsertMeta.run('probe', String(lastPosition)),
    setMeta: (key, value) => void upsertMeta.run(key, value),
    close: () => void db.close(),
  };
}
