/** Generators in threads against a case study from a folder of its own. */
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { packageRoot } from '../../contract/packageRoot.ts';
import { intendedStarts } from '../intendedStarts.ts';
import { sampleLog } from '../sampleLog.ts';
import { tallyOf } from '../tally.ts';
import type { Generator, LoadPlan } from './generator.ts';
import { NOTHING } from './nothing.ts';
import { threadGenerator } from './threadGenerator.ts';

const startsMs = intendedStarts({
  segments: [{ shape: 'constant', fromPerS: 500, toPerS: 500, durationS: 1 }],
  seed: 1,
});

let server: Server;
let served = 0;
beforeAll(async () => {
  server = createServer((request, response) => {
    served += 1;
    request.resume().once('end', () => response.end('{}'));
  });
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
});
afterAll(() => server.close());

function plan(): LoadPlan {
  return {
    caseId: 'trading',
    root: packageRoot,
    file: {} as LoadPlan['file'],
    seed: 1,
    runToken: 'test',
    startsMs,
    requests: 'nothing',
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
  };
}

describe.each([1, 2])('%i generator threads', (count) => {
  let generator: Generator;
  beforeAll(async () => {
    generator = await threadGenerator(count);
    await generator.load(plan());
  });
  afterAll(() => generator.close());

  test('send the whole schedule once, from one time zero, into one log', async () => {
    served = 0;
    const log = sampleLog([NOTHING.operation], startsMs);
    const edges: string[] = [];
    const end = await generator.openLoop(
      { log, connections: 4, maxInFlight: 500, timeoutMs: 2000, pacing: 'timer', countFromMs: 200 },
      (edge) => edges.push(edge),
    );
    expect(served).toBe(500);
    expect(end.aborted).toBeUndefined();
    expect(tallyOf(log, { fromMs: 0, toMs: 1000 }).counts.ok).toBe(500);
    expect(edges).toEqual(['begins', 'ends']);
  });

  test('add up their closed loops, histograms and all', async () => {
    const run = { connections: 2, warmupS: 0.1, durationS: 0.3 };
    const result = await generator.closedLoop(run);
    expect(result.errors).toBe(0);
    expect(result.ok).toBeGreaterThan(100);
    expect(result.service!.totalCount).toBe(result.ok);
  });

  test('tell which threads of the system they are, where it tells them', () => {
    expect(generator.threadIds).toHaveLength(process.platform === 'linux' ? count : 0);
    expect(new Set([...generator.threadIds, process.pid]).size).toBe(
      process.platform === 'linux' ? count + 1 : 1,
    );
  });

  test('fail with a sentence instead of hanging when they cannot do what they are asked', async () => {
    await expect(generator.load({ ...plan(), caseId: 'nowhere' })).rejects.toThrow(
      'There is no case study "nowhere"',
    );
    await generator.load(plan());
  });
});
