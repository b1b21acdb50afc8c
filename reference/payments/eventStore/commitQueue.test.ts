import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commitQueue, StoreUnavailable } from './commitQueue.ts';
import type { PaymentDatabase, Write } from './database.ts';

/** A database in memory that can be told to refuse. */
function setUp() {
  const groups: (readonly Write[])[] = [];
  const log: string[] = [];
  const refusing = { writes: false };
  const refuse = (): void => {
    if (refusing.writes) throw new Error('disk full');
  };
  const database = {
    lastPosition: 0,
    write(writes: readonly Write[]) {
      refuse();
      groups.push(writes);
    },
    setMeta: refuse,
  } as unknown as PaymentDatabase;
  const commits = commitQueue(database, (step, first) => log.push(`${step.freeKey} at ${first}`));
  return { commits, groups, log, refusing };
}

test('steps of one turn are written in one transaction, and count only then', async () => {
  const { commits, groups, log } = setUp();
  const told = Promise.all([commits.commit({ freeKey: 'a' }), commits.commit({ freeKey: 'b' })]);
  expect([groups, log]).toEqual([[], []]);
  await told;
  expect(groups).toEqual([[{ freeKey: 'a' }, { freeKey: 'b' }]]);
  expect(log).toEqual(['a at 1', 'b at 1']);
});

test('a refused group rejects all of its steps, and none of them counts', async () => {
  const { commits, log, refusing } = setUp();
  refusing.writes = true;
  const told = await Promise.allSettled([commits.commit({}), commits.commit({})]);
  expect(told.map((fate) => fate.status === 'rejected' && fate.reason)).toEqual([
    expect.any(StoreUnavailable),
    expect.any(StoreUnavailable),
  ]);
  expect(log).toEqual([]);
});

test('after a refusal it counts as writable only when a probe succeeds', async () => {
  const { commits, refusing } = setUp();
  expect(commits.isWritable()).toBe(true);
  refusing.writes = true;
  await commits.commit({}).catch(() => undefined);
  expect(commits.isWritable()).toBe(false);
  refusing.writes = false;
  expect(commits.isWritable()).toBe(true);
});

test('a burst does not grow one transaction without end', async () => {
  const { commits, groups } = setUp();
  const told = Array.from({ length: 600 }, () => commits.commit({}));
  await turn();
  await Promise.all(told);
  expect(groups.map(({ length }) => length)).toEqual([256, 256, 88]);
});
