import { setImmediate as turn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { commitQueue, StoreUnavailable } from './commitQueue.ts';
import type { StepStore } from './commitQueue.ts';

interface Step {
  readonly name?: string;
}

/** A store in memory that can be told to refuse. */
function setUp() {
  const groups: (readonly Step[])[] = [];
  const log: string[] = [];
  const refusing = { writes: false };
  const refuse = (): void => {
    if (refusing.writes) throw new Error('disk full');
  };
  const store: StepStore<Step> = {
    write(steps) {
      refuse();
      groups.push(steps);
    },
    probe: refuse,
  };
  const commits = commitQueue(
    store,
    ({ name }) => log.push(`${name}`),
    () => log.push('group'),
  );
  return { commits, groups, log, refusing };
}

test('steps of one turn are written in one transaction, and count only then', async () => {
  const { commits, groups, log } = setUp();
  const told = Promise.all([commits.commit({ name: 'a' }), commits.commit({ name: 'b' })]);
  expect([groups, log]).toEqual([[], []]);
  await told;
  expect(groups).toEqual([[{ name: 'a' }, { name: 'b' }]]);
  expect(log).toEqual(['a', 'b', 'group']);
});

test('a refused group rejects all of its steps, and none of them counts', async () => {
  const { commits, log, refusing } = setUp();
  refusing.writes = true;
  const told = await Promise.allSettled([commits.commit({}), commits.commit({})]);
  expect(told.map((fate) => fate.status === 'rejected' && fate.reason)).toEqual([
    expect.any(StoreUnavailable),
    expect.any(StoreUnavailable),
  ]);
  expect(log).toEqual(['group']);
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

test('who only looks is told with those before, and at once when nothing waits', async () => {
  const { commits, log, refusing } = setUp();
  await commits.settled();
  void commits.commit({ name: 'a' });
  await commits.settled();
  expect(log).toEqual(['a', 'group']);
  refusing.writes = true;
  const told = await Promise.allSettled([commits.commit({}), commits.settled()]);
  expect(told.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
});

test('what is carried is written before the next group that can be, and not applied again', async () => {
  const { commits, groups, log, refusing } = setUp();
  refusing.writes = true;
  commits.carry({ name: 'due' });
  commits.flush();
  refusing.writes = false;
  await commits.commit({ name: 'a' });
  await commits.commit({ name: 'b' });
  expect(groups).toEqual([[{ name: 'due' }, { name: 'a' }], [{ name: 'b' }]]);
  expect(log).toEqual(['group', 'a', 'group', 'b', 'group']);
});
