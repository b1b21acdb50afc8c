import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { packageRoot } from '../contract/packageRoot.ts';
import { conformance } from './conformance.ts';
import type { TestApi } from './conformance.ts';

const root = join(packageRoot, 'bench/acceptance/tally');
const impl = join(root, 'reference/tally');

/** Registered for real: these tests of the tally are part of this suite, as they would be of a user's. */
await conformance('tally', { impl, root: [root], binding: 'module' });

describe('conformance', () => {
  test('registers one test for each requirement', async () => {
    const titles: string[] = [];
    const testApi: TestApi = {
      describe: (title, body) => {
        titles.push(title);
        body();
      },
      beforeAll: () => undefined,
      afterAll: () => undefined,
      test: (title) => void titles.push(title),
    };
    await conformance('tally', { impl, root: [root] }, { testApi });
    expect(titles).toEqual([
      'tally: tally-reference',
      'TAL-SUM-01 The sum',
      'TAL-WATCH-01 Watching',
      'TAL-KEEP-01 Keeping',
    ]);
  });

  test('fails the test of a requirement that fails, with the conversation', async () => {
    const bodies: (() => Promise<void> | void)[] = [];
    const testApi: TestApi = {
      describe: (_title, body) => body(),
      beforeAll: (work) => work(),
      afterAll: () => undefined,
      test: (_title, body) => void bodies.push(() => body({ skip: () => undefined })),
    };
    const html = join(packageRoot, 'bench/acceptance/fakes/html');
    await conformance('tally', { impl: html, root: [root] }, { testApi, only: ['TAL-SUM-01.a'] });
    await expect(bodies[0]!()).rejects.toThrow(/It works![\s\S]*npx casemark check tally/);
  });
});
