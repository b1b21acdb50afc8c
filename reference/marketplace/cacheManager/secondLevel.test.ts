import Database from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { memorySecondLevel, sqliteSecondLevel } from './secondLevel.ts';

describe.each([
  ['in memory', () => memorySecondLevel(30)],
  ['on an SQLite table', () => sqliteSecondLevel(new Database(':memory:'), 3)],
])('a second level %s', (_, create) => {
  test('answers what it was given last, until it is deleted', () => {
    const level = create();
    expect(level.get('a')).toBeUndefined();
    level.set('a', 'first');
    level.set('a', 'second');
    expect(level.get('a')).toBe('second');
    level.delete('a');
    expect(level.get('a')).toBeUndefined();
  });

  test('holds so much, and forgets the oldest first', () => {
    const level = create();
    for (const productId of ['a', 'b', 'c', 'd']) level.set(productId, '123456789');
    const kept = ['a', 'b', 'c', 'd'].filter((productId) => level.get(productId) !== undefined);
    expect(kept).toEqual(['b', 'c', 'd']);
  });
});

test('what is on a table is there after it was opened again', () => {
  const database = new Database(':memory:');
  sqliteSecondLevel(database).set('a', 'entry');
  expect(sqliteSecondLevel(database).get('a')).toBe('entry');
});
