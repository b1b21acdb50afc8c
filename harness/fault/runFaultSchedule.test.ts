import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { openImplementation } from '../target/openImplementation.ts';
import type { ProcessExit } from '../target/startProcess.ts';
import { fakeClock } from './fakes/fakeClock.ts';
import type { FaultEvent } from './faultEvent.ts';
import { faultWindows } from './faultEvent.ts';
import type { FaultProfile, FaultRow } from './faultFile.ts';
import { startFaultProxy } from './faultProxy.ts';
import { planFaults } from './faultSchedule.ts';
import { summariseFaults } from './faultSummary.ts';
import { realClock } from './faultTools.ts';
import type { FaultTools } from './faultTools.ts';
import { processControls } from './processFault.ts';
import { requestLines } from './requestLines.ts';
import { runFaultSchedule } from './runFaultSchedule.ts';

function profile(s: number, events: readonly FaultRow[]): FaultProfile {
  return {
    summary: 'for tests',
    ratePerS: 100,
    required: { kills: 0 },
    phases: [
      { name: 'warm-up', s: 0.05 },
      { name: 'steady', s: 0.1 },
      { name: 'faults', s, minHealthyMs: 20, recoveryMs: 250, verifyTimeoutMs: 2_000, events },
      { name: 'heal', timeoutS: 2 },
      { name: 'quiesce', s: 0.05 },
      { name: 'resolve', timeoutS: 1 },
      { name: 'final-reads', timeoutS: 1 },
    ],
  };
}

interface Played {
  readonly tools?: Partial<FaultTools>;
  readonly s?: number;
  readonly resolve?: () => Promise<void>;
  readonly events: readonly FaultRow[];
}

/** Against fakes: nothing but the schedule itself takes time. */
async function played({ events, tools, s = 20, resolve = async () => undefined }: Played) {
  const clock = fakeClock();
  const chosen = profile(s, events);
  const planned = planFaults(chosen, 1);
  const began: string[] = [];
  const run = await runFaultSchedule({
    profile: chosen,
    planned,
    tools: { clock, probe: async () => true, targetOf: () => 'any', ...tools },
    onPhase: (name) => void began.push(`${name} ${clock.nowMs()}`),
    resolve,
    finalReads: async () => undefined,
    onEvent: () => undefined,
  });
  return { run, planned, began, told: run.events.map(({ phase }) => phase) };
}

interface FakeProcess {
  readonly tools: Pick<FaultTools, 'process'>;
  readonly restarts: () => number;
}

function fakeProcess(restart: () => Promise<void> = async () => undefined): FakeProcess {
  let exit: ProcessExit | undefined;
  let restarts = 0;
  return {
    restarts: () => restarts,
    tools: {
      process: {
        pid: () => 1 + restarts,
        port: () => undefined,
        exit: () => exit,
        signal: (signal) => void (exit = { code: null, signal }),
        async restart() {
          await restart();
          restarts += 1;
          exit = undefined;
        },
      },
    },
  };
}

const kills = (count: number) =>
  ({
    when: { at: 'poisson', count },
    fault: { kind: 'proc.kill9', restartAfterMs: [0, 50] },
  }) as const;
const refusal = {
  when: { at: 'fixed', atMs: [100] },
  fault: { kind: 'net.refuse', open: 'stay', durMs: 10 },
} as const;

describe('a campaign', () => {
  test('goes through its phases in their order, each for its time', async () => {
    const { began, run } = await played({ events: [], s: 1 });
    expect(began).toEqual([
      'warm-up 0',
      'steady 50',
      'faults 150',
      'heal 1150',
      'quiesce 1150',
      'resolve 1200',
      'final-reads 1200',
    ]);
    expect(run.phases.map(({ startMs, endMs }) => endMs - startMs)).toEqual([
      50, 100, 1_000, 0, 50, 0, 0,
    ]);
    expect(run.healed.bite).toBe('installed');
  });

  test('tells of each fault that it was injected, observed, healed and verified', async () => {
    const { told, planned, run } = await played({ events: [kills(3)], tools: fakeProcess().tools });
    const each = ['injected', 'observed', 'healed', 'verified'];
    expect(told).toEqual([...each, ...each, ...each]);
    const summary = summariseFaults(planned, run.events);
    expect(summary).toMatchObject({ kills: 3, levelReached: 'L2' });
    expect(summary.kinds[0]).toMatchObject({ installed: 3, verified: 3, verdict: 'evidenced' });
  });

  test('waits for the recovery before it breaks anything again', async () => {
    const clock = fakeClock();
    const { tools } = fakeProcess(() => clock.sleep(1_500));
    const { run } = await played({ events: [kills(4)], tools: { ...tools, clock } });
    const injected = run.events.filter(({ phase }) => phase === 'injected').slice(1);
    const verified = run.events.filter(({ phase }) => phase === 'verified');
    expect(injected).toHaveLength(3);
    for (const [index, { atMs }] of injected.entries()) {
      expect(atMs - verified[index]!.atMs).toBeGreaterThanOrEqual(20);
    }
  });

  test('goes on until its last fault has been played, where recoveries take longer than planned', async () => {
    const clock = fakeClock();
    const { tools } = fakeProcess(() => clock.sleep(700));
    const { run, planned } = await played({ events: [kills(8)], tools: { ...tools, clock }, s: 4 });
    const [row] = summariseFaults(planned, run.events).kinds;
    expect(row).toMatchObject({ installed: 8, skipped: 0 });
    const { startMs, endMs } = run.phases[2]!;
    expect(endMs - startMs).toBeGreaterThan(5_000);
  });

  test('tells what it had no time for', async () => {
    const clock = fakeClock();
    const { tools } = fakeProcess(() => clock.sleep(1_500));
    const { run, planned } = await played({ events: [kills(8)], tools: { ...tools, clock }, s: 4 });
    const [row] = summariseFaults(planned, run.events).kinds;
    expect(row!.installed).toBeGreaterThan(0);
    expect(row!.skipped).toBeGreaterThan(0);
    expect(row!.installed + row!.skipped).toBe(8);
  });

  test('says of a fault that cannot be installed here that its dimension could not run', async () => {
    const events = [kills(1), refusal];
    const { run, planned, told } = await played({ events });
    expect(told).toEqual(['skipped', 'skipped']);
    const { kinds, levelReached } = summariseFaults(planned, run.events);
    expect(kinds.map(({ verdict }) => verdict)).toEqual(['could-not-run', 'could-not-run']);
    expect(kinds.find(({ kind }) => kind === 'proc.kill9')!.why).toContain(
      'the harness did not start this server',
    );
    expect(levelReached).toBeUndefined();
  });

  test('does not count a fault that no operation met', async () => {
    const { run, planned } = await played({ events: [kills(1)], tools: fakeProcess().tools });
    const of = (operations: number) =>
      summariseFaults(planned, run.events, new Map([['proc.kill9', operations]])).kinds[0]!.verdict;
    expect([of(0), of(1)]).toEqual(['could-not-run', 'evidenced']);
  });

  test('goes on, and keeps what it knows, when the process does not come up again', async () => {
    const { tools } = fakeProcess(() => Promise.reject(new Error('no journal')));
    const { run, told } = await played({
      events: [kills(2)],
      tools: { ...tools, probe: async () => false },
    });
    expect(told).toEqual(['injected', 'observed', 'healed', 'indeterminate', 'skipped']);
    expect(run.events[3]!.evidence.why).toContain('no journal');
    expect(run.healed.bite).toBe('indeterminate');
    expect(run.phases.find(({ name }) => name === 'heal')?.problem).toContain('probes succeeded');
    expect(run.phases.at(-1)).toMatchObject({ name: 'final-reads' });
  });

  test('does not wait for what never ends', async () => {
    const never = new Promise<never>(() => undefined);
    const { run, told } = await played({
      events: [kills(1)],
      tools: { ...fakeProcess(() => never).tools, probe: () => never },
      resolve: () => never,
    });
    expect(told.at(-1)).toBe('indeterminate');
    expect(run.phases.find(({ name }) => name === 'resolve')?.problem).toContain('1000 ms');
  });

  test('tells of an error while a fault is taken back, and what it had seen of it', async () => {
    const proxy = {
      install: async () => ({
        counts: () => ({}) as never,
        evidence: () => ({ bite: 'installed', why: '', facts: {} }) as const,
        remove: () => Promise.reject(new Error('the port is taken')),
      }),
      arm: () => ({ fired: () => undefined, disarm: () => undefined }),
      setUpstreamPort: () => undefined,
    };
    const { run } = await played({ events: [refusal], tools: { proxy } });
    expect(run.events.map(({ phase }) => phase)).toEqual([
      'injected',
      'observed',
      'indeterminate',
      'verified',
    ]);
    expect(run.events[2]!.evidence.why).toContain('the port is taken');
  });
});

test('windows of faults begin when they are injected and end when they are healed; what was skipped has none', () => {
  const event = (id: string, phase: FaultEvent['phase'], atMs: number): FaultEvent => ({
    id,
    fault: 'net.reset',
    level: 'L1',
    phase,
    atMs,
    evidence: { bite: 'installed', why: '', facts: {} },
  });
  const windows = faultWindows([
    event('b', 'injected', 50),
    event('a', 'injected', 10),
    event('a', 'observed', 15),
    event('a', 'healed', 20),
    event('c', 'injected', 60),
    event('c', 'skipped', 70),
    event('c', 'healed', 70),
  ]);
  expect(windows.map(({ id, startMs, healedMs }) => [id, startMs, healedMs])).toEqual([
    ['a', 10, 20],
    ['b', 50, undefined],
  ]);
});

test('a real server under load is broken in every way, and has forgotten nothing that it acknowledged', async () => {
  const root = join(import.meta.dirname, '../../bench/acceptance/tally');
  const { factory, caseStudy } = await openImplementation('tally', {
    impl: join(root, 'reference/tally'),
    root: [root],
  });
  const target = await factory.launch();
  const process = processControls(target)!;
  const proxy = await startFaultProxy({ upstreamPort: process.port()! });
  let acknowledged = 0;
  let sent = 0;
  let loading = true;
  const add = async (): Promise<boolean> => {
    sent += 1;
    const reply = await fetch(`${proxy.address}/v1/tallies/t/add`, {
      method: 'POST',
      body: '{"by":1}',
      signal: AbortSignal.timeout(300),
    }).catch(() => undefined);
    const ok = (await reply?.text().catch(() => undefined)) !== undefined && reply!.ok;
    if (ok) acknowledged += 1;
    return ok;
  };
  const load = (async () => {
    while (loading) {
      void add();
      await sleep(10);
    }
  })();

  const operations = ['add'];
  const once = { at: 'poisson', count: 1 } as const;
  const chosen = profile(5, [
    kills(1),
    {
      when: {
        at: 'triggered',
        count: 1,
        moment: 'reply-first-byte',
        order: 'before-forwarding',
        operations,
        nth: [1, 3],
        timeoutMs: 500,
      },
      fault: { kind: 'proc.kill9', restartAfterMs: 0 },
    },
    { when: once, fault: { kind: 'proc.double-crash', againAfterMs: 5, restartAfterMs: 0 } },
    { when: once, fault: { kind: 'proc.pause', durMs: 100 } },
    { when: once, fault: { kind: 'net.lost-reply', operations, most: 5, durMs: 100 } },
    { when: once, fault: { kind: 'net.end', direction: 'reply', operations, durMs: 60 } },
  ]);
  const planned = planFaults(chosen, 3);
  let total: unknown;
  const run = await runFaultSchedule({
    profile: chosen,
    planned,
    tools: {
      clock: realClock,
      proxy,
      process,
      probe: add,
      targetOf: (ids) => requestLines(caseStudy, ids),
    },
    onPhase: (name) => void (loading &&= name !== 'quiesce'),
    resolve: async () => undefined,
    finalReads: async () => {
      const answer = await target.call('getTally', { tally: 't' });
      total = 'output' in answer && answer.output['total'];
    },
    onEvent: () => undefined,
  });
  await load;
  await proxy.close();
  await target.close();

  const summary = summariseFaults(planned, run.events);
  expect(summary.kinds.map(({ kind, verdict }) => `${kind} ${verdict}`).sort()).toEqual([
    'net.end evidenced',
    'net.lost-reply evidenced',
    'proc.double-crash evidenced',
    'proc.kill9 evidenced',
    'proc.pause evidenced',
  ]);
  expect(summary).toMatchObject({ kills: 4, levelReached: 'L2' });
  expect(run.healed.bite).toBe('installed');
  expect(run.phases.filter(({ problem }) => problem !== undefined)).toEqual([]);
  expect(faultWindows(run.events)).toHaveLength(6);
  expect(acknowledged).toBeGreaterThan(100);
  expect(total).toBeGreaterThan(acknowledged);
  expect(total).toBeLessThanOrEqual(sent);
});
