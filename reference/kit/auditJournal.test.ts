import { createHash } from 'node:crypto';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CorruptJournal, openAuditJournal } from './auditJournal.ts';
import { temporaryDir } from './temporaryDir.ts';

let dir: ReturnType<typeof temporaryDir>;
beforeEach(() => void (dir = temporaryDir()));
afterEach(() => dir.remove());

function written(bodies: string[]): void {
  const journal = openAuditJournal(dir.path, 'D1');
  journal.append(bodies);
  journal.close();
}

/** As somebody with the file in hand would. */
function tamper(sql: string): void {
  const db = new Database(join(dir.path, 'journal.db'));
  db.exec('DROP TRIGGER audit_keeps; DROP TRIGGER audit_stays;');
  db.exec(sql);
  db.close();
}

function verify(): unknown[] {
  const journal = openAuditJournal(dir.path, 'D1');
  try {
    const { length } = [...journal.verified()];
    return journal.read(1, length);
  } finally {
    journal.close();
  }
}

test('each hash is that of the one before and the event, and the first follows 32 zero bytes', () => {
  written(['{"a":1}', '{"b":"\u00e9"}']);
  const sha = (previous: Buffer, body: string) =>
    createHash('sha256').update(previous).update(body).digest();
  const first = sha(Buffer.alloc(32), '{"a":1}');
  const second = sha(first, '{"b":"\u00e9"}');
  expect(verify()).toEqual([
    { seq: 1, body: '{"a":1}', prevHash: '0'.repeat(64), hash: first.toString('hex') },
    {
      seq: 2,
      body: '{"b":"\u00e9"}',
      prevHash: first.toString('hex'),
      hash: second.toString('hex'),
    },
  ]);
});

test('an event longer than the hashing buffer has its hash all the same', () => {
  const body = JSON.stringify('x'.repeat(100_000));
  written([body]);
  const expected = createHash('sha256').update(Buffer.alloc(32)).update(body).digest('hex');
  expect(verify()).toMatchObject([{ hash: expected }]);
});

test('a reopened journal goes on where it ended', () => {
  written(['1', '2']);
  written(['3']);
  expect(verify()).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3, body: '3' }]);
});

test('a page has the hash before its first event', () => {
  written(['1', '2', '3']);
  const journal = openAuditJournal(dir.path, 'D1');
  const [second, third] = journal.read(2, 2);
  expect(second!.prevHash).toBe(journal.read(1, 1)[0]!.hash);
  expect(third!.prevHash).toBe(second!.hash);
  expect(journal.read(4, 10)).toEqual([]);
  journal.close();
});

test.each([
  ['a changed event', `UPDATE audit SET body = '9' WHERE seq = 2`, 'audit event 2 does not fit'],
  [
    'a changed hash',
    `UPDATE audit SET hash = zeroblob(32) WHERE seq = 3`,
    'audit event 3 does not fit',
  ],
  ['a missing event', `DELETE FROM audit WHERE seq = 2`, 'audit event 2 is missing'],
  ['a missing beginning', `DELETE FROM audit WHERE seq = 1`, 'audit event 1 is missing'],
])('%s is found, and the error names it', (_name, sql, message) => {
  written(['1', '2', '3']);
  tamper(sql);
  expect(verify).toThrow(CorruptJournal);
  expect(verify).toThrow(message);
});

test('events can be neither changed nor deleted through SQL', () => {
  written(['1']);
  const db = new Database(join(dir.path, 'journal.db'));
  expect(() => db.exec(`UPDATE audit SET body = '2'`)).toThrow('append-only');
  expect(() => db.exec('DELETE FROM audit')).toThrow('append-only');
  db.close();
});

test('a second process on the same data is told so', () => {
  const journal = openAuditJournal(dir.path, 'D1');
  journal.append(['1']);
  expect(() => openAuditJournal(dir.path, 'D1')).toThrow('in use by another process');
  journal.close();
});

test('an append that fails leaves nothing, and the next one fits the chain', () => {
  const journal = openAuditJournal(dir.path, 'D2');
  journal.append(['1']);
  expect(() => journal.append(['2', Symbol('no text') as unknown as string])).toThrow(TypeError);
  expect(journal.lastSeq).toBe(1);
  journal.append(['2']);
  expect([...journal.verified()].map(({ body }) => body)).toEqual(['1', '2']);
  journal.close();
});
