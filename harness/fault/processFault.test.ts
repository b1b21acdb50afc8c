import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { startProcess } from '../target/startProcess.ts';
import type { ManagedProcess } from '../target/startProcess.ts';
import { openImplementation } from '../target/openImplementation.ts';
import type { Target } from '../target/target.ts';
import { freePort } from '../target/freePort.ts';
import { startFaultProxy, tryConnect } from './faultProxy.ts';
import {
  chooseVictim,
  doubleCrash,
  kill9,
  pause,
  processControls,
  terminate,
} from './processFault.ts';
import type { ProcessControls } from './processFault.ts';
import { groupMembers } from './processGroup.ts';

const isLinux = process.platform === 'linux';
const root = join(import.meta.dirname, '../../bench/acceptance/tally');
let target: Target;
let controls: ProcessControls;
beforeAll(async () => {
  const { factory } = await openImplementation('tally', {
    impl: join(root, 'reference/tally'),
    root: [root],
  });
  target = await factory.launch();
  controls = processControls(target)!;
});
afterAll(() => target.close());
beforeEach(async () => {
  if (controls.exit()) await controls.restart();
});

const total = async (): Promise<unknown> => {
  const answer = await target.call('getTally', { tally: 't' });
  return 'output' in answer ? answer.output['total'] : answer;
};

/** For what only a process of one's own making does: node with this program. */
function program(code: string): { managed: ManagedProcess; controls: ProcessControls } {
  const managed = startProcess({
    command: [process.execPath, '-e', code],
    cwd: '.',
    env: {},
    dataDir: '',
    channel: 'log',
  });
  return {
    managed,
    controls: {
      pid: () => managed.child.pid,
      port: () => undefined,
      exit: () => managed.exit(),
      signal: (name) => process.kill(-managed.child.pid!, name),
      restart: () => Promise.reject(new Error('it is not to be restarted')),
    },
  };
}

async function hasSaid(managed: ManagedProcess, word: string): Promise<void> {
  await expect.poll(() => managed.lastLog()).toContain(word);
}

describe('kill -9', () => {
  test('is proved by the exit signal and the closed port, and what was acknowledged is there again', async () => {
    await target.call('add', { tally: 't', by: 3 });
    const port = controls.port()!;
    expect(await tryConnect(port)).toBe('accepted');
    expect(await kill9(controls)).toMatchObject({
      bite: 'installed',
      facts: { exitSignal: 'SIGKILL', port: 'closed', kills: 1 },
    });
    expect(await tryConnect(port)).toBe('refused');
    await controls.restart();
    expect(await total()).toBe(3);
  });

  test('at the moment of a hook, before the reply is forwarded: the client has the reply and the process is dead', async () => {
    const proxy = await startFaultProxy({ upstreamPort: controls.port()! });
    const victim = chooseVictim(controls);
    const armed = proxy.arm({
      moment: 'reply-first-byte',
      order: 'before-forwarding',
      target: (line) => line.startsWith('POST /v1/tallies/hooked/add '),
      nth: 1,
      act: () => victim.strike(),
    });
    const reply = await fetch(`${proxy.address}/v1/tallies/hooked/add`, {
      method: 'POST',
      body: JSON.stringify({ by: 5 }),
    });
    expect(await reply.json()).toMatchObject({ total: 5 });
    expect(armed.fired()).toContain('hooked');
    expect((await victim.evidence()).bite).toBe('installed');
    await proxy.close();
  });

  test('of what had ended by itself is no evidence', async () => {
    const { managed, controls: own } = program('process.exit(3)');
    await managed.exited;
    expect(await kill9(own)).toMatchObject({ bite: 'skipped', facts: { exitCode: 3 } });
  });

  test('of what ends by itself at the same moment is no evidence either', async () => {
    const { managed, controls: own } = program('setInterval(() => undefined, 1000)');
    const exit = (): ReturnType<ProcessControls['exit']> =>
      managed.exit() && { code: 0, signal: null };
    expect((await kill9({ ...own, exit })).bite).toBe('indeterminate');
  });

  test('that leaves the port open has killed the wrong process', async () => {
    const { controls: own } = program('setInterval(() => undefined, 1000)');
    const evidence = await kill9({ ...own, port: () => controls.port() });
    expect(evidence).toMatchObject({ bite: 'indeterminate', facts: { port: 'open', kills: 0 } });
  });
});

describe('a double crash', () => {
  test('kills it again while it recovers', async () => {
    const evidence = await doubleCrash(controls, 5);
    expect(evidence).toMatchObject({
      bite: 'installed',
      facts: { kills: 2, recoveredBefore: 'no' },
    });
    await controls.restart();
    expect(await total()).toBe(3);
  });

  test('that comes after the recovery says so', async () => {
    const slow = await doubleCrash(controls, 3_000);
    expect(slow).toMatchObject({ bite: 'indeterminate', facts: { recoveredBefore: 'yes' } });
  });
});

describe('SIGTERM', () => {
  test('is waited for, and how it ended is told', async () => {
    expect(await terminate(controls, 5_000)).toMatchObject({ bite: 'installed' });
    expect(controls.exit()).toBeDefined();
  });

  test('that is ignored ends in a kill, and is not called graceful', async () => {
    const { managed, controls: own } = program(
      'process.on("SIGTERM", () => undefined); setInterval(() => undefined, 1000); console.log("deaf")',
    );
    await hasSaid(managed, 'deaf');
    const evidence = await terminate(own, 50);
    expect(evidence.why).toContain('did not end within 50 ms');
    expect(evidence.facts).toMatchObject({ graceful: 'no', kills: 0 });
    expect(own.exit()?.signal).toBe('SIGKILL');
  });
});

test.runIf(isLinux)('a pause stops every process of the group, and ends', async () => {
  const { evidence, resume } = await pause(controls);
  expect(evidence).toMatchObject({ bite: 'installed', facts: { state: 'T' } });
  expect(groupMembers(controls.pid()!).map(({ state }) => state)).toEqual(['T']);
  const asked = target.call('getTally', { tally: 't' });
  const first = await Promise.race([asked, sleep(60).then(() => 'nothing yet')]);
  expect(first).toBe('nothing yet');
  expect((await resume()).bite).toBe('installed');
  expect(await asked).toMatchObject({ kind: 'ok' });
});

test('there is nothing to be paused where nothing runs', async () => {
  await kill9(controls);
  expect((await pause(controls)).evidence.bite).toBe('skipped');
});

test('a port that nobody has is refused', async () => {
  expect(await tryConnect(await freePort())).toBe('refused');
});
