/** Runs the payments checks on a platform in this process. */
import { join } from 'node:path';
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { openContext } from '../../../run/checkContext.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import { localWorld } from '../../../world/localWorld.ts';
import type { LocalWorld } from '../../../world/localWorld.ts';
import type { Check } from '../../check.ts';
import { inMemoryFactory, inMemoryTarget } from '../../testing/inMemoryTarget.ts';
import type { InMemorySystem } from '../../testing/inMemoryTarget.ts';
import { judgePlatform } from '../../testing/judgePlatform.ts';
import type { Judged } from '../../testing/judgePlatform.ts';
import { checks } from '../index.ts';
import { createSimulators } from '../world.ts';

export const payments = loadCaseStudy('payments');

/** The same checks with less patience: what a platform in this process has not done soon, it never does. */
const impatient = {
  ...payments,
  checksFile: join(import.meta.dirname, 'impatientChecks.ts'),
};

export type OpenPlatform = (clockMs: number, world: LocalWorld) => InMemorySystem;

/** By check id, or all that index.ts exports. All instances have one world, as in a run. */
export async function judgePayments(
  open: OpenPlatform,
  { seed, checks: ids = checks.map(({ id }) => id) }: { seed: number; checks?: readonly string[] },
): Promise<Judged[]> {
  const world = localWorld(createSimulators, payments);
  const factory = inMemoryFactory(
    payments,
    'test platform',
    (clockMs) => open(clockMs, world),
    world,
  );
  try {
    return await judgePlatform(impatient, factory, { seed, checks: ids });
  } finally {
    await world.close();
  }
}

/** One check, whether index.ts exports it or not. @returns its hits; what it throws is its finding */
export async function runCheckOn(
  open: OpenPlatform,
  check: Check,
  seed = 1,
  deadlineMs = 60_000,
): Promise<Record<string, number>> {
  const world = localWorld(createSimulators, payments);
  const launch = async () => inMemoryTarget(payments, open(DEFAULT_START_CLOCK_MS, world));
  const target = await launch();
  let suffixes = 0;
  const opened = openContext({
    ...{ caseStudy: payments, target, world, launch, seed, deadlineMs, effort: 1 },
    shrink: 'first-failure',
    nextSuffix: () => `x${(suffixes += 1)}`,
    onEntry: () => undefined,
  });
  try {
    await check.run(opened.context);
    return opened.hits;
  } finally {
    await opened.close();
    await target.close();
    await world.close();
  }
}
