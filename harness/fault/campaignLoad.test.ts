import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../contract/loadCaseStudy.ts';
import { packageRoot } from '../contract/packageRoot.ts';
import { definiteBy } from '../history/classifyAnswer.ts';
import { historyInMemory } from '../history/historyFile.ts';
import { historyRecorder } from '../history/historyRecorder.ts';
import { seededRandom } from '../load/seededRandom.ts';
import { workload } from '../load/workload.ts';
import { readWorkloadFile } from '../load/workloadFile.ts';
import type { Answer } from '../target/target.ts';
import type { CampaignClients } from './campaignClients.ts';
import { campaignLoad, NOT_SENT } from './campaignLoad.ts';
import { fateOf } from './commandLog.ts';
import { fakeClock } from './fakes/fakeClock.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const refusal = { definite: true, burnsKey: false, title: '' };
const caseStudy = {
  ...tally,
  errors: new Map([
    ...tally.errors,
    ['DECLINED', { ...refusal, code: 'DECLINED', httpStatus: 402, retryable: false }],
    ['IN_PROGRESS', { ...refusal, code: 'IN_PROGRESS', httpStatus: 409, retryable: true }],
  ]),
};
const file = readWorkloadFile(caseStudy);
// Additions only, so that every command is a mutation.
const additions = {
  ...file,
  mix: file.mix.filter(({ name }) => name === 'add'),
  refusals: { ...file.refusals, codes: ['DECLINED', 'IN_PROGRESS'] },
};
const ok: Answer = { kind: 'ok', output: { tally: 't', total: 1, additions: 1 } };
const lost: Answer = { kind: 'indeterminate', reason: 'lost' };
const refused = (code: string): Answer => ({ kind: 'refused', problem: { code } });

interface Played {
  readonly starts: readonly number[];
  /** What the how many-th call is answered with, and how much later. */
  readonly answer: (call: number) => { readonly answer: Answer; readonly afterMs: number };
  readonly clients?: number;
  readonly keys?: 'keys' | 'no keys';
  readonly stopAtMs?: number;
}

async function played({ starts, answer, clients = 10, keys = 'keys', stopAtMs }: Played) {
  const clock = fakeClock();
  const sink = historyInMemory();
  const definite = definiteBy(caseStudy.errors);
  let serial = 0;
  const recorder = historyRecorder({
    sink,
    rules: {
      definite: (operation, code) => code === NOT_SENT || definite(operation, code),
      observes: (_operation, code) => code === 'DECLINED',
    },
    idempotencyKeyOf: (_operation, input) =>
      keys === 'keys' ? `${String(input['tally'])} ${String(input['by'])}` : undefined,
    nowNs: () => clock.nowMs() * 1e6,
  });
  const poolOf = (most: number): CampaignClients => {
    const idle = Array.from({ length: most }, () =>
      recorder.client(async () => {
        const given = answer((serial += 1));
        await clock.sleep(given.afterMs);
        return given.answer;
      }),
    );
    return {
      take: () => idle.pop(),
      give: (client) => void idle.push(client),
      close: async () => undefined,
    };
  };
  const startsMs = Float64Array.from(starts);
  const load = campaignLoad({
    caseStudy,
    work: workload({ caseStudy, file: additions, seed: 1, runToken: 'run', startsMs }),
    startsMs,
    recorder,
    clients: poolOf(clients),
    retryClients: poolOf(10),
    clock,
    random: seededRandom(1),
  });
  load.start();
  if (stopAtMs !== undefined) {
    await clock.sleep(stopAtMs);
    load.stop();
  }
  await load.settled();
  const { log } = load;
  return {
    load,
    log,
    fates: starts.map((_, index) => fateOf(log, index)),
    operations: sink.history().operations,
  };
}

describe('the load of a campaign', () => {
  test('sends each command at its time, whatever became of the one before', async () => {
    const { log, fates, operations } = await played({
      starts: [0, 10, 20],
      answer: () => ({ answer: ok, afterMs: 100 }),
    });
    expect(fates).toEqual(['available', 'available', 'available']);
    expect([...log.startMs]).toEqual([0, 10, 20]);
    expect(operations.map(({ callNs }) => callNs / 1e6)).toEqual([0, 10, 20]);
  });

  test('sends and counts nothing that is not due when it is stopped', async () => {
    const { log, operations } = await played({
      starts: [0, 10, 20, 30],
      answer: () => ({ answer: ok, afterMs: 100 }),
      stopAtMs: 20,
    });
    expect(operations).toHaveLength(3);
    expect(log.count).toBe(3);
  });

  test('counts a command for which no client was free as unavailable, and records that it was not sent', async () => {
    const { fates, operations, log } = await played({
      starts: [0, 10],
      clients: 1,
      answer: () => ({ answer: ok, afterMs: 100 }),
    });
    expect(fates).toEqual(['available', 'not-sent']);
    const unsent = operations.find(({ error }) => error === NOT_SENT)!;
    expect(unsent).toMatchObject({ outcome: 'fail', callNs: 10e6 });
    const retry = operations.find(({ retryOf }) => retryOf === unsent.id)!;
    expect(retry.outcome).toBe('ok');
    expect(log.settledMs[1]).toBeGreaterThan(10);
  });

  test('repeats what was lost with the same key, as a call of its own, until it is answered', async () => {
    const { fates, operations, log } = await played({
      starts: [0],
      answer: (call) => ({ answer: call < 4 ? lost : ok, afterMs: 5 }),
    });
    expect(fates).toEqual(['failed']);
    const [first, ...retries] = operations;
    expect(retries.map(({ outcome }) => outcome)).toEqual(['info', 'info', 'ok']);
    expect(retries.every(({ retryOf }) => retryOf === first!.id)).toBe(true);
    expect(new Set(operations.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1);
    expect(log.settledMs[0]).toBeLessThan(10_000);
  });

  test('takes a refusal that is an outcome for an answer, and one that is only for now for none', async () => {
    const answers = [lost, refused('IN_PROGRESS'), refused('DECLINED')];
    const { load, operations, log } = await played({
      starts: [0],
      answer: (call) => ({ answer: answers[call - 1]!, afterMs: 5 }),
    });
    expect(operations.map(({ outcome }) => outcome)).toEqual(['info', 'fail', 'ok']);
    expect(operations[2]!.output).toEqual({ refused: 'DECLINED', problem: { code: 'DECLINED' } });
    expect(load.isSettled(operations[0]!.idempotencyKey!)).toBe(true);
    expect(log.settledMs[0]).toBeLessThan(10_000);
  });

  test('gives up after ten seconds', async () => {
    const { operations, log } = await played({
      starts: [0],
      answer: () => ({ answer: lost, afterMs: 5 }),
    });
    expect(log.settledMs[0]).toBeNaN();
    const last = operations.at(-1)!;
    expect(last.callNs / 1e6).toBeGreaterThan(9_000);
    expect(last.callNs / 1e6).toBeLessThan(10_000);
  });

  test('repeats nothing that might take effect twice', async () => {
    const { operations, log } = await played({
      starts: [0],
      keys: 'no keys',
      answer: () => ({ answer: lost, afterMs: 5 }),
    });
    expect(operations).toHaveLength(1);
    expect(log.unrepeatable[0]).toBe(1);
  });

  test('takes an answer that came late for an eventual success, and for no availability', async () => {
    const { fates, log } = await played({
      starts: [0],
      answer: () => ({ answer: ok, afterMs: 1_500 }),
    });
    expect(fates).toEqual(['late']);
    expect(log.settledMs[0]).toBe(1_500);
  });
});
