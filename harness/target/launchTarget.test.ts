import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openImplementation } from './openImplementation.ts';
import { LaunchError } from './startImplementation.ts';

const root = join(import.meta.dirname, '../../bench/acceptance/tally');

test('a target that was closed cannot be started again, so that a check out of time leaves nothing behind', async () => {
  const { factory } = await openImplementation('tally', {
    impl: join(root, 'reference/tally'),
    binding: 'module',
    root: [root],
  });
  const target = await factory.launch();
  const restarted = target.restart();
  await target.close();
  await expect(restarted).rejects.toBeInstanceOf(LaunchError);
  await expect(target.restart()).rejects.toBeInstanceOf(LaunchError);
  expect(target.ended()).toBeDefined();
});
