/** MKT-LB-02: requests go where fewer are in flight. By which rule is free, if it is as good as the better of two different ones that are drawn. */
import type { Pick as PickReply } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun } from '../check.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { drivePool } from './drivenPool.ts';
import type { DrivenPool } from './drivenPool.ts';
import { openMarket } from './market.ts';
import { BACKENDS, SLOW_BACKEND, simulateDrawing, simulatePool } from './poolSimulation.ts';
import type { PoolFigures } from './poolSimulation.ts';

const FULLEST_TO_MEAN = 1.5;
const LEAST_IN_FLIGHT = 10;
const SLOW_SHARE = 1 / 3;
/** After so many picks the pool has to know what is in flight. */
const PICKS_A_COUNT = 200;
/** Thousands of picks, one after the other. */
const DEADLINE_MS = 60_000;
/** By drawing at random the workload has to miss the bounds by so much: else it would show nothing. */
const SEPARATION = 1.5;

const leastLoaded: Check = {
  id: 'least-loaded',
  isolation: 'shared',
  deadlineMs: DEADLINE_MS,
  async run(context) {
    const drawn = await simulateDrawing(context.seed);
    needSeparation(drawn.fullestToMean / FULLEST_TO_MEAN, context.seed);
    const { meanInFlight, fullestToMean } = await simulateTarget(context);
    if (meanInFlight < LEAST_IN_FLIGHT) {
      throw new CouldNotRun(`Only ${meanInFlight.toFixed(1)} were in flight on average.`);
    }
    hold(
      fullestToMean <= FULLEST_TO_MEAN,
      `With ${BACKENDS} backends, one ten times slower, and ${meanInFlight.toFixed(1)} in flight on average, the fullest has ${fullestToMean.toFixed(2)} of the mean, and at most ${FULLEST_TO_MEAN} is allowed; drawn at random it is ${drawn.fullestToMean.toFixed(2)} (simulated, seed ${context.seed}).`,
      FULLEST_TO_MEAN,
      fullestToMean,
    );
  },
};

const slowBackendIsSpared: Check = {
  id: 'slow-backend-is-spared',
  isolation: 'shared',
  deadlineMs: DEADLINE_MS,
  async run(context) {
    // Another workload than that of the other check.
    const seed = context.seed + 1;
    const drawn = await simulateDrawing(seed);
    needSeparation(drawn.slowShare / SLOW_SHARE, seed);
    const { picks, slowShare } = await simulateTarget(context, seed);
    hold(
      slowShare <= SLOW_SHARE,
      `A backend that is ten times slower than nine others gets ${Math.round((slowShare * picks) / BACKENDS)} of ${picks} picks, ${slowShare.toFixed(2)} of its fair share, and at most a third is allowed; drawn at random it is ${drawn.slowShare.toFixed(2)} (simulated, seed ${seed}).`,
      SLOW_SHARE,
      slowShare,
    );
  },
};

function needSeparation(ratio: number, seed: number): void {
  if (ratio >= SEPARATION) return;
  throw new CouldNotRun(`The workload of seed ${seed} is too easy: run it with another seed.`);
}

async function simulateTarget(context: CheckContext, seed = context.seed): Promise<PoolFigures> {
  const backendIds = Array.from({ length: BACKENDS }, (_, index) =>
    index === SLOW_BACKEND ? 'slow' : `quick${index}`,
  );
  const pool = await drivePool(openMarket(context.session()), { backendIds }, () =>
    context.hit('picks'),
  );
  const inFlight = new Map(backendIds.map((backendId) => [backendId, 0]));
  const idle = new Set(backendIds);
  let picks = 0;
  const count = (backendId: string, added: number): void =>
    void inFlight.set(backendId, (inFlight.get(backendId) ?? 0) + added);
  const figures = await simulatePool<PickReply>(seed, {
    async pick() {
      const picked = await pool.pick();
      const { backendId } = picked;
      holdOneOf(backendId, backendIds, 'The backend that was picked is none of the pool');
      count(backendId, 1);
      idle.delete(backendId);
      picks += 1;
      if (picks % PICKS_A_COUNT === 0) await holdInFlight(pool, inFlight);
      return { backend: backendIds.indexOf(backendId), request: picked };
    },
    async complete(picked, latencyUs) {
      await pool.complete(picked, true, latencyUs);
      count(picked.backendId, -1);
    },
  });
  await holdInFlight(pool, inFlight);
  idle.delete('slow');
  hold(
    idle.size === 0,
    `In ${picks} picks, with nothing in flight on it, ${[...idle].join(', ')} was never picked, though one with fewer in flight is preferred.`,
    'some picks of each quick backend',
    [...inFlight],
  );
  return figures;
}

/** A balancer that does not know what is in flight cannot prefer one that has less. */
async function holdInFlight(
  pool: DrivenPool,
  inFlight: ReadonlyMap<string, number>,
): Promise<void> {
  const shown = new Map(
    (await pool.backends()).map((backend) => [backend.backendId, backend.inFlight]),
  );
  holdSame(
    [...inFlight.keys()].map((backendId) => shown.get(backendId)),
    [...inFlight.values()],
    `getPool should show what is in flight: of ${[...inFlight.keys()].join(', ')} it is ${[...inFlight.values()].join(', ')}.`,
  );
}

export const leastLoadedOfTwo: readonly Check[] = [leastLoaded, slowBackendIsSpared];
