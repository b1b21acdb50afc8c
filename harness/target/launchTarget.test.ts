import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import type { Implementation } from './implementation.ts';
import { DEFAULT_START_CLOCK_MS, launchTarget } from './launchTarget.ts';
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

/** Notes the clock of each start in its data directory. */
const NOTE_CLOCK = 'echo "$CASEMARK_CLOCK_MS" >> "$CASEMARK_DATA_DIR/clocks"; exec "$0" "$@"';

test('a restart goes on at the time that the clock was last set to: it never goes back', async () => {
  const { factory } = await openImplementation('tally', {
    impl: join(root, 'reference/tally'),
    root: [root],
    launchWith: ['sh', '-c', NOTE_CLOCK],
  });
  const target = await factory.launch();
  const clocks = (): number[] =>
    readFileSync(join(target.process!.dataDir, 'clocks'), 'utf8').trim().split('\n').map(Number);
  const later = DEFAULT_START_CLOCK_MS + 86_400_000;
  try {
    await target.restart();
    await target.call('setClock', { nowMs: later });
    await target.call('setClock', { nowMs: 'tomorrow' });
    await target.restart();
    await target.restart(later + 1);
    await target.restart();
    expect(clocks()).toEqual([
      ...[DEFAULT_START_CLOCK_MS, DEFAULT_START_CLOCK_MS],
      ...[later, later + 1, later + 1],
    ]);
  } finally {
    await target.close();
  }
});

/** Answers nothing but the ready check. */
const SILENT = `
  require('node:http').createServer((request, response) => {
    if (request.url === '/health') response.end('{}');
  }).listen(Number(process.argv[1]), '127.0.0.1');
`;

const silent: Implementation = {
  ...{ name: 'silent', version: '1', language: 'javascript', source: 'silent', dir: root },
  ...{ binding: 'http', readyPath: '/health', readyTimeoutMs: 10_000, env: {} },
  start: { kind: 'command', command: ['node', '-e', SILENT, '{port}'] },
  ...{ capabilities: new Set(), knownFailures: [], variants: {} },
};

test('a kill is no cut connection: it is the end of the process that ends what was in flight', async () => {
  const target = await launchTarget(loadCaseStudy('tally', [root]), silent);
  try {
    const asked = target.call('add', { tally: 't', by: 1 });
    await sleep(50);
    await target.kill();
    expect(await asked).toMatchObject({
      kind: 'indeterminate',
      reason: expect.stringMatching(/UND_ERR_SOCKET|ECONNRESET/),
    });
  } finally {
    await target.close();
  }
});

test('a command that asks for outside services where nobody plays them is not started', async () => {
  const implementation: Implementation = {
    ...silent,
    start: { kind: 'command', command: ['node', '-e', SILENT, '{port}', '--world={worldUrl}'] },
  };
  const launched = launchTarget(loadCaseStudy('tally', [root]), implementation);
  await expect(launched).rejects.toThrow(/asks for \{worldUrl\}.* tally has none/);
  await expect(launched).rejects.toBeInstanceOf(LaunchError);
});
