import { expect, test, vi } from 'vitest';
import type { AuditJournal } from './auditJournal.ts';
import { groupCommit } from './groupCommit.ts';

/** A journal in memory that can be told to refuse. */
function setUp() {
  const appended: string[][] = [];
  let refusal: Error | undefined;
  const journal = {
    get lastSeq() {
      return appended.flat().length;
    },
    append(bodies: string[]) {
      if (refusal) throw refusal;
      appended.push([...bodies]);
    },
  } as unknown as AuditJournal;
  const flushes: (() => void)[] = [];
  const log: string[] = [];
  const group = groupCommit(
    journal,
    (error) => log.push(`undo: ${(error as Error).message}`),
    (flush) => flushes.push(flush),
  );
  return {
    group,
    appended,
    log,
    refuse: (error: Error | undefined) => void (refusal = error),
    endTurn: () => flushes.splice(0).forEach((flush) => flush()),
  };
}

test('events of one turn are written in one transaction, and nobody hears before it', () => {
  const { group, appended, log, endTurn } = setUp();
  group.add('a', (fate) => log.push(`a ${fate}`));
  group.add('b', (fate) => log.push(`b ${fate}`));
  expect(log).toEqual([]);
  endTurn();
  expect(appended).toEqual([['a', 'b']]);
  expect(log).toEqual(['a committed', 'b committed']);
});

test('who only looks is told after all who added, also those that came later', () => {
  const { group, log, endTurn } = setUp();
  group.add('a', () => log.push('a'));
  group.afterwards(() => log.push('look'));
  group.add('b', () => log.push('b'));
  endTurn();
  expect(log).toEqual(['a', 'b', 'look']);
});

test('with nothing to wait for, a look is at once', () => {
  const { group } = setUp();
  const look = vi.fn();
  group.afterwards(look);
  expect(look).toHaveBeenCalledWith('committed');
});

test('an event that waits can be found by its number, and has none when it was refused', () => {
  const { group, refuse, endTurn } = setUp();
  group.add('a', () => undefined);
  expect([group.nextSeq, group.pending(1), group.pending(2)]).toEqual([2, 'a', undefined]);
  refuse(new Error('disk full'));
  endTurn();
  expect([group.nextSeq, group.pending(1)]).toEqual([1, undefined]);
});

test('a refused group is undone before anybody is told, and all of it is refused', () => {
  const { group, log, refuse, endTurn, appended } = setUp();
  refuse(new Error('disk full'));
  group.add('a', (fate) => log.push(`a ${fate}`));
  group.afterwards((fate) => log.push(`look ${fate}`));
  endTurn();
  refuse(undefined);
  group.add('b', (fate) => log.push(`b ${fate}`));
  endTurn();
  expect(log).toEqual(['undo: disk full', 'a refused', 'look refused', 'b committed']);
  expect(appended).toEqual([['b']]);
});

test('a burst does not grow one transaction without end', () => {
  const { group, appended, endTurn } = setUp();
  for (let index = 0; index < 1200; index++) group.add('x', () => undefined);
  endTurn();
  expect(appended.map((bodies) => bodies.length)).toEqual([512, 512, 176]);
});
