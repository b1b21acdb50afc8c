/**
 * The second level of the page cache: more pages than the first, as text, so that it can be shared, or kept across a restart. Both are
 * bounded, and both may forget a page at any time; none may show one that was deleted.
 */
import type { Database } from 'better-sqlite3';
import { LRUCache } from 'lru-cache';

export interface SecondLevel {
  get(productId: string): string | undefined;
  set(productId: string, entry: string): void;
  delete(productId: string): void;
}

/** Characters of ids and entries: about 300 000 pages of 200 characters. */
const MAX_CHARACTERS = 64 * 1024 * 1024;

/** In the process: the least recently used pages go first. */
export function memorySecondLevel(maxCharacters = MAX_CHARACTERS): SecondLevel {
  const entries = new LRUCache<string, string>({
    maxSize: maxCharacters,
    sizeCalculation: (entry, productId) => entry.length + productId.length,
  });
  return {
    get: (productId) => entries.get(productId),
    set: (productId, entry) => void entries.set(productId, entry),
    delete: (productId) => void entries.delete(productId),
  };
}

const MAX_ROWS = 100_000;

/** In a table of the given database: the pages that were fetched longest ago go first. */
export function sqliteSecondLevel(database: Database, maxRows = MAX_ROWS): SecondLevel {
  database.exec(
    `CREATE TABLE IF NOT EXISTS page (
       fetched INTEGER PRIMARY KEY AUTOINCREMENT, product TEXT NOT NULL UNIQUE, entry TEXT NOT NULL)`,
  );
  const select = database.prepare<[string], { entry: string }>(
    'SELECT entry FROM page WHERE product = ?',
  );
  const replace = database.prepare<[string, string]>(
    'INSERT OR REPLACE INTO page (product, entry) VALUES (?, ?)',
  );
  const remove = database.prepare<[string]>('DELETE FROM page WHERE product = ?');
  const trim = database.prepare<[number]>(
    'DELETE FROM page WHERE fetched <= (SELECT max(fetched) FROM page) - ?',
  );
  return {
    get: (productId) => select.get(productId)?.entry,
    set(productId, entry) {
      replace.run(productId, entry);
      trim.run(maxRows);
    },
    delete: (productId) => void remove.run(productId),
  };
}
