/** The one SQLite file of a service, which it alone has open. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';

/**
 * D1: written to the operating system before the reply, so it survives a killed process. D2: on the disk before the reply, so
 * it survives a power cut too.
 */
export type Durability = 'D1' | 'D2';

/** How long a starting process waits for one that is still letting go of the file. */
const BUSY_TIMEOUT_MS = 2000;

/** Opens or creates dataDir/name and executes `schema`. Throws when another process has it open; the message says what to do. */
export function openSqliteFile(
  dataDir: string,
  name: string,
  schema: string,
  durability: Durability,
): Database.Database {
  mkdirSync(dataDir, { recursive: true });
  const file = join(dataDir, name);
  const db = new Database(file, { timeout: BUSY_TIMEOUT_MS });
  try {
    // One process owns the file: no second service on the same data, and no lock to take for each commit.
    db.pragma('locking_mode = EXCLUSIVE');
    db.pragma('journal_mode = WAL');
    db.pragma(`synchronous = ${durability === 'D2' ? 'FULL' : 'OFF'}`);
    db.exec(schema);
    return db;
  } catch (error) {
    db.close();
    if ((error as { code?: string }).code === 'SQLITE_BUSY') {
      throw new Error(`${file} is in use by another process: stop it, or choose another --data`, {
        cause: error,
      });
    }
    throw error;
  }
}
