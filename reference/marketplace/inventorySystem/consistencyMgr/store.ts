/** Every step as one row of an SQLite file, in the order in which they were made. */
import type { Durability } from '../../../kit/sqliteFile.ts';
import type { StepStore } from '../../../kit/commitQueue.ts';
import { openSqliteFile } from '../../../kit/sqliteFile.ts';
import type { Step } from './records.ts';

export interface Store extends StepStore<Step> {
  steps(): IterableIterator<Step>;
  close(): void;
}

const SCHEMA = `
  CREATE TABLE IF NOT EXISTS steps (position INTEGER PRIMARY KEY, changes TEXT NOT NULL) STRICT;
  CREATE TABLE IF NOT EXISTS probe (id INTEGER PRIMARY KEY, number INTEGER NOT NULL) STRICT;
`;

/** Opens or creates dataDir/marketplace.db. Throws when another process has it open. */
export function openStore(dataDir: string, durability: Durability): Store {
  const db = openSqliteFile(dataDir, 'marketplace.db', SCHEMA, durability);
  const insert = db.prepare<[string]>('INSERT INTO steps (changes) VALUES (?)');
  const probe = db.prepare<[number]>('INSERT OR REPLACE INTO probe VALUES (1, ?)');
  const select = db.prepare<[], { changes: string }>('SELECT changes FROM steps ORDER BY position');
  const write = db.transaction((steps: readonly Step[]) => {
    for (const step of steps) insert.run(JSON.stringify(step));
  });
  let probes = 0;
  return {
    write,
    probe: () => void probe.run(++probes),
    *steps() {
      for (const { changes } of select.iterate()) yield JSON.parse(changes) as Step;
    },
    close: () => void db.close(),
  };
}
