import { expect, test } from 'vitest';
import type { AuditEntry } from './auditEntries.ts';
import { holdGrown } from './grownLog.ts';

function entries(...descriptions: string[]): AuditEntry[] {
  return descriptions.map((outcomeDesc, index) => ({
    index,
    event: { outcomeDesc } as AuditEntry['event'],
  }));
}

test('a log may grow', () => {
  expect(holdGrown(entries('a', 'b'), entries('a', 'b'))).toBe(2);
  expect(holdGrown(entries('a', 'b'), entries('a', 'b', 'c'))).toBe(2);
  expect(holdGrown([], entries('a'))).toBe(0);
});

test.each([
  ['changed', entries('a', 'x', 'c', 'd')],
  ['missing', entries('a', 'c', 'd')],
  ['missing at the end', entries('a', 'b')],
  ['added between others', entries('a', 'x', 'b', 'c')],
  ['moved', entries('b', 'a', 'c')],
  ['there twice', [...entries('a', 'b', 'c'), ...entries('a', 'b', 'c').slice(2)]],
])('an entry that is %s is found', (_, after) => {
  expect(() => holdGrown(entries('a', 'b', 'c'), after)).toThrow();
});
