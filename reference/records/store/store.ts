/** The one SQLite file, which is the whole state: whoever decides looks here, also at what others of the same transaction wrote. */
import type { Durability } from '../../kit/sqliteFile.ts';
import { openSqliteFile } from '../../kit/sqliteFile.ts';
import { consentsIn, grantsIn } from './consents.ts';
import type { Consents, Grants } from './consents.ts';
import { deliveriesIn } from './deliveries.ts';
import type { Deliveries } from './deliveries.ts';
import { entriesIn } from './entries.ts';
import type { Entries } from './entries.ts';
import { patientsIn } from './patients.ts';
import type { Patients } from './patients.ts';
import { peopleIn } from './people.ts';
import type { People } from './people.ts';
import { SCHEMA } from './schema.ts';
import { versionsIn } from './versions.ts';
import type { Versions } from './versions.ts';

export interface Store extends People, Patients, Versions, Consents, Grants, Deliveries {
  readonly entries: Entries;
  /** All of what `work` writes or, when it throws, nothing of it. One within another undoes its own part only. */
  atomically<T>(work: () => T): T;
  /** Throws when the file does not take a write of a few bytes. */
  probe(): void;
  setting(name: string): number | undefined;
  setSetting(name: string, value: number): void;
  close(): void;
}

/** KiB of pages: an index step of 100 000 patients should not go to the file. */
const CACHE_KIB = 32 * 1024;

/** Opens or creates dataDir/records.db. Throws when another process has it open. */
export function openStore(dataDir: string, durability: Durability): Store {
  const db = openSqliteFile(dataDir, 'records.db', SCHEMA, durability);
  db.pragma(`cache_size = -${CACHE_KIB}`);
  const setting = db.prepare<[string], { value: number }>(
    'SELECT value FROM settings WHERE name = ?',
  );
  const setSetting = db.prepare<[string, number]>('REPLACE INTO settings VALUES (?, ?)');
  const transaction = db.transaction((work: () => unknown) => work());
  let probes = 0;
  return {
    ...peopleIn(db),
    ...patientsIn(db),
    ...versionsIn(db),
    ...consentsIn(db),
    ...grantsIn(db),
    ...deliveriesIn(db),
    entries: entriesIn(db),
    atomically: <T>(work: () => T) => transaction(work) as T,
    probe: () => void setSetting.run('probe', ++probes),
    setting: (name) => setting.get(name)?.value,
    setSetting: (name, value) => void setSetting.run(name, value),
    close: () => void db.close(),
  };
}
