import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { localWorld } from '../../world/localWorld.ts';
import { inMemoryTarget } from '../testing/inMemoryTarget.ts';
import type { InMemorySystem } from '../testing/inMemoryTarget.ts';
import { openContext } from '../../run/checkContext.ts';
import { DEFAULT_START_CLOCK_MS } from '../../target/launchTarget.ts';
import type { Target } from '../../target/target.ts';
import { noNumberAtRest } from './noNumberAtRest.ts';
import { DEFAULT_FREEDOMS } from './testing/freedoms.ts';
import { payments } from './testing/judgePayments.ts';
import { memoryPlatform } from './testing/platforms.ts';
import { createSimulators } from './world.ts';

let dataDir: string;
let output: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'casemark-at-rest-'));
  output = '';
});
afterEach(() => rmSync(dataDir, { recursive: true }));

const write = (text: string): void => appendFileSync(join(dataDir, 'journal'), `${text}\n`);

/** A platform in memory that pretends to have a process: what it keeps and logs is what the test says. */
async function judge(
  onRequest: (input: object) => void,
  onRestart: () => void = () => undefined,
): Promise<Record<string, number>> {
  const world = localWorld(createSimulators, payments);
  const platform = memoryPlatform({ freedoms: DEFAULT_FREEDOMS })(DEFAULT_START_CLOCK_MS, world);
  const system: InMemorySystem = {
    ...platform,
    async call(operation, input) {
      onRequest(input);
      const answer = await platform.call(operation, input);
      write(JSON.stringify(answer));
      return answer;
    },
    restart(clockMs) {
      onRestart();
      platform.restart(clockMs);
    },
  };
  const target: Target = {
    ...inMemoryTarget(payments, system),
    process: {
      dataDir,
      pid: () => undefined,
      exit: () => undefined,
      output: () => output,
      signal: () => undefined,
    },
  };
  const opened = openContext({
    ...{ caseStudy: payments, target, world, seed: 5, deadlineMs: 20_000, effort: 1 },
    shrink: 'first-failure',
    launch: () => Promise.reject(new Error('it needs no other instance')),
    nextSuffix: () => 'x1',
    onEntry: () => undefined,
  });
  try {
    await noNumberAtRest.run(opened.context);
    return opened.hits;
  } finally {
    await opened.close();
    await target.close();
    await world.close();
  }
}

test('a platform that keeps its replies only is clean', async () => {
  const hits = await judge(() => undefined);
  expect(hits['planted']).toBe(10);
  expect(hits['bytes']).toBeGreaterThan(1_000);
});

test.each<[string, (input: object) => void]>([
  ['keeps requests as they came', (input) => write(JSON.stringify(input))],
  ['keeps requests in base64', (input) => write(btoa(JSON.stringify(input)))],
])('a platform that %s is found, with file and form', async (_what, onRequest) => {
  await expect(judge(onRequest)).rejects.toMatchObject({
    name: 'Violation',
    message: expect.stringMatching(/file .*journal.* while it runs, holds the .* that ends in/),
  });
});

test('a platform that logs requests is found', async () => {
  const judged = judge((input) => (output += JSON.stringify(input)));
  await expect(judged).rejects.toMatchObject({
    name: 'Violation',
    message: expect.stringContaining('wrote to its output'),
  });
});

test('a platform that keeps the security code only is found', async () => {
  const judged = judge((input) => {
    const { cvc } = (input as { paymentMethod?: { cvc?: string } }).paymentMethod ?? {};
    if (cvc !== undefined) write(`cvc=${cvc}`);
  });
  await expect(judged).rejects.toMatchObject({
    name: 'Violation',
    message: expect.stringContaining('security code'),
  });
});

test('what a platform keeps of the request on which it was killed is found', async () => {
  let last = '';
  const judged = judge(
    (input) => (last = JSON.stringify(input)),
    () => write(last),
  );
  await expect(judged).rejects.toMatchObject({
    name: 'Violation',
    message: expect.stringContaining('after SIGKILL and a restart'),
  });
});
