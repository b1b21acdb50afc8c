/** Checks named by what is odd about them. */
import { setTimeout as sleep } from 'node:timers/promises';
import { CouldNotRun, Violation } from '../../checks/check.ts';
import type { Check } from '../../checks/check.ts';

const input = { tally: 't', by: 1 };

function check(id: string, run: Check['run'], isolation: Check['isolation'] = 'shared'): Check {
  return { id, isolation, run };
}

export const checks: readonly Check[] = [
  check('passes', async ({ session, hit }) => {
    await session().attempt('add', input);
    hit('seen');
  }),
  check('sees-too-little', async ({ session }) => {
    await session().attempt('add', input);
  }),
  check('accuses', async ({ session }) => {
    await session().call('add', input);
    throw new Violation('It is wrong.', 1, 2);
  }),
  check('has-a-bug', async () => {
    throw new TypeError('cannot read properties of undefined');
  }),
  check('sends-nonsense', async ({ session }) => {
    await session().call('add', { tally: 't', by: -1 });
  }),
  check('never-ends', () => new Promise(() => undefined)),
  check('gives-up', async () => {
    throw new CouldNotRun('no evidence');
  }),
  check('shrinks', async ({ property, fc, hit }) => {
    await property(fc.integer({ min: 0, max: 1_000_000 }), async (size, session) => {
      hit('seen');
      await session.attempt('add', { tally: `t${size}`, by: 1 });
      if (size >= 1_000) throw new Violation('too large', 'below 1000', size);
    });
  }),
  check('loses-the-target', async ({ property, fc, hit }) => {
    await property(fc.boolean(), async (_flag, session) => {
      hit('seen');
      await session.attempt('add', input);
    });
  }),
  check(
    'wants-its-own',
    async ({ session, launch, hit }) => {
      const other = await launch();
      await session().on(other).attempt('add', input);
      hit('seen');
    },
    'exclusive',
  ),
  {
    ...check('takes-its-time', async ({ hit }) => {
      await sleep(60);
      hit('seen');
    }),
    deadlineMs: 2_000,
  },
  check('waits', async ({ patience, hit }) => hit('seen', patience)),
  check(
    'talks-to-three',
    async ({ session, launch, hit }) => {
      const talk = session();
      const [second, third] = [await launch(), await launch()];
      await talk.attempt('add', input);
      await talk.on(second).attempt('add', input);
      await talk.on(second).on(third).attempt('add', input);
      await talk.on(third).on(second).attempt('add', input);
      hit('seen');
    },
    'exclusive',
  ),
];

export const checkIds: readonly string[] = checks.map(({ id }) => id);
