import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { launchTarget } from './launchTarget.ts';
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

test('what a target writes to stdout and stderr is told, also what the process before it wrote', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-output-'));
  const file = join(dir, 'module.mjs');
  writeFileSync(
    file,
    `export default async ({ clockMs }) => {
       console.log('started at ' + clockMs);
       console.error('told at ' + clockMs);
       return { call: async () => ({ problem: { code: 'NOT_SUPPORTED' } }), close() {} };
     };`,
  );
  const target = await launchTarget(loadCaseStudy('tally', [root]), {
    ...{ name: 'talker', version: '0', language: 'JavaScript', source: file, dir },
    ...{ binding: 'module', start: { kind: 'module', file }, env: {} },
    ...{ readyPath: '/', readyTimeoutMs: 10_000, capabilities: new Set() },
    ...{ knownFailures: [], variants: {} },
  });
  try {
    await target.restart(2_000);
    await target.kill();
    const output = target.process!.output();
    for (const clockMs of [target.startClockMs, 2_000]) {
      expect(output).toContain(`started at ${clockMs}`);
      expect(output).toContain(`told at ${clockMs}`);
    }
  } finally {
    await target.close();
    rmSync(dir, { recursive: true });
  }
});
