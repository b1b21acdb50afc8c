/** Runs the marketplace checks on a market in this process. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { openContext } from '../../../run/checkContext.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import { serveWorld } from '../../../world/serveWorld.ts';
import type { World } from '../../../world/world.ts';
import { createWorldFrame } from '../../../world/worldFrame.ts';
import type { Check } from '../../check.ts';
import { inMemoryFactory, inMemoryTarget } from '../../testing/inMemoryTarget.ts';
import type { InMemorySystem } from '../../testing/inMemoryTarget.ts';
import { checkedClauses, judgePlatform } from '../../testing/judgePlatform.ts';
import type { Judged } from '../../testing/judgePlatform.ts';
import { checks } from '../index.ts';
import { createSimulators } from '../world.ts';
import type { Defect } from './defects.ts';
import { DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { memoryMarket } from './memoryMarket.ts';

export const marketplace = loadCaseStudy('marketplace');

/** With replicas, and without. */
const NODES = 3;
const WITHOUT_REPLICAS = 1;

export type OpenMarket = (clockMs: number, worldUrl: string) => InMemorySystem;

export interface JudgeMarketOptions {
  /** Default: none. */
  readonly defects?: readonly Defect[];
  /** Those that are given; the others as they are by default. */
  readonly freedoms?: Partial<Freedoms>;
  /** Default: three nodes, and the capability `replicas`. */
  readonly replicas?: 'none';
  /** Default 1. */
  readonly seed?: number;
  /** Check ids. Default: all that index.ts exports. */
  readonly checks?: readonly string[];
  /** Clauses, as in MKT-INV-01.a, beside `checks`. */
  readonly clauses?: readonly string[];
  /** What is judged instead of the market that the options above describe. */
  readonly open?: OpenMarket;
}

/** All instances have one world, as in a run. */
export async function judgeMarket(options: JudgeMarketOptions = {}): Promise<Judged[]> {
  const world = await openServedWorld();
  const open = options.open ?? opener(options);
  const factory = inMemoryFactory(
    capable(options),
    'test market',
    (clockMs) => open(clockMs, world.url),
    world,
  );
  const { seed = 1 } = options;
  try {
    return await judgePlatform(marketplace, factory, { seed, checks: checkIds(options) });
  } finally {
    await world.close();
  }
}

/** Those of the options; the capability `replicas` is in the case unless the market is without. */
function capable({ replicas }: JudgeMarketOptions): typeof marketplace {
  if (replicas !== 'none') return marketplace;
  const capabilities = marketplace.capabilities.filter(({ id }) => id !== 'replicas');
  return { ...marketplace, capabilities };
}

function opener({ defects = [], freedoms, replicas }: JudgeMarketOptions): OpenMarket {
  const chosen = { ...DEFAULT_FREEDOMS, ...freedoms };
  const nodes = replicas === 'none' ? WITHOUT_REPLICAS : NODES;
  return (clockMs, worldUrl) =>
    memoryMarket({ defects: new Set(defects), freedoms: chosen, worldUrl, nodes }, clockMs);
}

function checkIds({ checks: ids, clauses }: JudgeMarketOptions): string[] {
  if (!ids && !clauses) return checks.map(({ id }) => id);
  const named = checkedClauses(marketplace).filter(({ clause }) => clauses?.includes(clause));
  return [...(ids ?? []), ...named.map(({ check }) => check)];
}

/** One check, whether index.ts exports it or not. @returns its hits; what it throws is its finding */
export async function runCheckOn(
  check: Check,
  options: Omit<JudgeMarketOptions, 'checks' | 'clauses'> & { readonly deadlineMs?: number } = {},
): Promise<Record<string, number>> {
  const { seed = 1, deadlineMs = 60_000, open = opener(options) } = options;
  const world = await openServedWorld();
  const caseStudy = capable(options);
  const launch = async () => inMemoryTarget(caseStudy, open(DEFAULT_START_CLOCK_MS, world.url));
  const target = await launch();
  let suffixes = 0;
  const opened = openContext({
    ...{ caseStudy, target, world, launch, seed, deadlineMs, effort: 1 },
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

/** Over HTTP, as the market asks it, but in this thread. */
async function openServedWorld(): Promise<World> {
  const simulators = createSimulators();
  const frame = createWorldFrame(simulators);
  const served = await serveWorld(marketplace.world?.operations.values() ?? [], frame, 0);
  return {
    url: served.url,
    ask: async (question) => simulators.ask(question),
    complaints: async () => frame.complaints.list(),
    close: served.close,
  };
}
