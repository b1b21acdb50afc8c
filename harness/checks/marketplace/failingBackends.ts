/** MKT-LB-01: what fails is left alone, and tried carefully. */
import type { Backend, PutPool } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import { drivePool } from './drivenPool.ts';
import type { DrivenPool } from './drivenPool.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';

const BACKENDS = ['b0', 'b1', 'b2', 'b3'];
/** So many that stay in flight fill the other backends far above one that has nothing in flight. */
const CROWD = 24;
const DEFAULT_THRESHOLD = 3;
const DEFAULT_OPEN_MS = 10_000;

const failingBackendIsLeft: Check = {
  id: 'failing-backend-is-left',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    const open = (more: Partial<PutPool> = {}): Promise<DrivenPool> =>
      drivePool(market, { backendIds: BACKENDS, ...more }, () => context.hit('picks'));
    await holdLeftAfter(context, await open(), 'b2', DEFAULT_THRESHOLD);
    await holdLeftAfter(context, await open({ failureThreshold: 1 }), 'b0', 1);
    await holdLeftAfter(context, await open({ failureThreshold: 5 }), 'b3', 5);
    await holdNewCount(await open());
    await holdCompletedOnce(await open());
    await holdUnhealthy(context, await open(), 'b1');
  },
};

async function holdLeftAfter(
  context: CheckContext,
  pool: DrivenPool,
  backendId: string,
  threshold: number,
): Promise<void> {
  for (let failures = 1; failures < threshold; failures += 1) {
    await pool.serve(backendId, false);
    await holdState(pool, backendId, 'closed', `${failures} of ${threshold} failures`);
  }
  await pool.serve(backendId, false);
  await holdNotPicked(pool, backendId, `After ${threshold} failures in a row`);
  await holdState(pool, backendId, 'open', `${threshold} failures in a row`);
  context.hit('out');
}

/** Two failures and a success, twice: there are never three in a row. */
async function holdNewCount(pool: DrivenPool): Promise<void> {
  for (const ok of [false, false, true, false, false, true, false, false]) {
    await pool.serve('b1', ok);
    await holdState(pool, 'b1', 'closed', 'at most two failures in a row');
  }
  await pool.complete(await pool.pickOf('b1'), true);
}

/** One failure that is told three times is one, and the other request stays in flight. */
async function holdCompletedOnce(pool: DrivenPool): Promise<void> {
  const [failed, other] = [await pool.pickOf('b2'), await pool.pickOf('b2')];
  await pool.complete(failed, false);
  for (let told = 1; told < DEFAULT_THRESHOLD; told += 1) await pool.completeAgain(failed, false);
  await holdState(pool, 'b2', 'closed', 'one failure, told three times');
  const { inFlight } = await pool.backend('b2');
  holdSame(
    inFlight,
    1,
    `Of two requests one is completed, three times: one is in flight, and inFlight is ${inFlight}.`,
  );
  await pool.complete(other, true);
}

async function holdUnhealthy(
  context: CheckContext,
  pool: DrivenPool,
  backendId: string,
): Promise<void> {
  await pool.setHealth(backendId, false);
  await holdNotPicked(pool, backendId, 'Set unhealthy');
  await holdState(pool, backendId, 'unhealthy', 'it was set unhealthy');
  context.hit('out');
  await pool.setHealth(backendId, true);
  await pool.serve(backendId, true);
  await holdState(pool, backendId, 'closed', 'it was set healthy again');
}

async function holdState(
  pool: DrivenPool,
  backendId: string,
  expected: Backend['state'],
  after: string,
): Promise<void> {
  const { state } = await pool.backend(backendId);
  holdSame(
    state,
    expected,
    `The backend’s state after ${after} should be ${expected}, and is ${state}.`,
  );
}

/** Nothing is in flight on it, so that nothing else keeps it from being picked. */
async function holdNotPicked(pool: DrivenPool, backendId: string, when: string): Promise<void> {
  const crowd = await pool.picks(CROWD);
  const picked = crowd.filter((pick) => pick.backendId === backendId);
  hold(
    picked.length === 0,
    `${when}, ${backendId} should not be picked, and was ${picked.length} times in ${CROWD} picks.`,
    0,
    picked,
  );
  for (const pick of crowd) await pool.complete(pick, true);
}

const halfOpenProbe: Check = {
  id: 'half-open-probe',
  isolation: 'exclusive',
  async run(context) {
    const market = openMarket(context.session());
    let nowMs = context.target.startClockMs;
    const wait = async (ms: number): Promise<void> => {
      nowMs += ms;
      await market.call('setClock', { nowMs });
    };
    const byDefault = { failureThreshold: DEFAULT_THRESHOLD, openMs: DEFAULT_OPEN_MS };
    const pool = await drivePool(market, { backendIds: BACKENDS });
    await holdProbes(context, pool, byDefault, wait);
    const short = { failureThreshold: 2, openMs: 500 };
    const pair = await drivePool(market, { backendIds: BACKENDS.slice(0, 2), ...short });
    await holdProbes(context, pair, short, wait);
  },
};

/** It fails out, its first probe fails, its second one succeeds. */
async function holdProbes(
  context: CheckContext,
  pool: DrivenPool,
  { failureThreshold, openMs }: { failureThreshold: number; openMs: number },
  wait: (ms: number) => Promise<void>,
): Promise<void> {
  const backendId = 'b1';
  for (let failed = 0; failed < failureThreshold; failed += 1) await pool.serve(backendId, false);
  for (const ok of [false, true]) {
    await wait(openMs - 1);
    await holdNotPicked(
      pool,
      backendId,
      `${openMs - 1} ms after it failed, with openMs ${openMs},`,
    );
    await wait(1);
    const probe = await pool.pickOf(backendId);
    await holdNotPicked(pool, backendId, 'Half open, with a request in flight,');
    await pool.complete(probe, ok);
    context.hit('probes');
  }
  await holdState(pool, backendId, 'closed', 'a probe that succeeded');
  const [one, other] = [await pool.pickOf(backendId), await pool.pickOf(backendId)];
  await pool.complete(one, true);
  await pool.complete(other, true);
}

const noBackendLeft: Check = {
  id: 'no-backend-left',
  isolation: 'shared',
  async run(context) {
    const market = openMarket(context.session());
    await holdNoneLeft(context, market, ['unhealthy', 'unhealthy', 'unhealthy']);
    await holdNoneLeft(context, market, ['failed']);
    await holdNoneLeft(context, market, ['failed', 'unhealthy', 'failed']);
  },
};

/** Takes them out one after the other, the last one too, and gives one back. */
async function holdNoneLeft(
  context: CheckContext,
  market: Market,
  ways: readonly ('unhealthy' | 'failed')[],
): Promise<void> {
  const backendIds = ways.map((_, index) => `b${index}`);
  const pool = await drivePool(market, { backendIds, failureThreshold: 2 });
  for (const [index, way] of ways.entries()) {
    const backendId = `b${index}`;
    await pool.complete(await pool.pick(), true);
    if (way === 'unhealthy') await pool.setHealth(backendId, false);
    else for (const ok of [false, false]) await pool.serve(backendId, ok);
  }
  for (let tries = 0; tries < 2; tries += 1) {
    refusedWith('pickBackend with no backend left', await pool.tryPick(), 'NO_BACKEND');
    context.hit('refused');
  }
  const back = ways.indexOf('unhealthy');
  if (back < 0) return;
  await pool.setHealth(`b${back}`, true);
  holdSame(
    (await pool.pick()).backendId,
    `b${back}`,
    'The only backend that may be picked is the one that was set healthy again.',
  );
}

export const failingBackends: readonly Check[] = [
  failingBackendIsLeft,
  halfOpenProbe,
  noBackendLeft,
];
