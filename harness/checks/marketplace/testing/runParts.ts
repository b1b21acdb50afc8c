/** Runs one check on the parts of the marketplace in memory that have no world: fleets and pools. */
import { loadCaseStudy } from '../../../contract/loadCaseStudy.ts';
import { openContext } from '../../../run/checkContext.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { Check } from '../../check.ts';
import { inMemoryTarget } from '../../testing/inMemoryTarget.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { createFleets } from './fleets.ts';
import type { PartOptions } from './operations.ts';
import { createPools } from './pools.ts';

const marketplace = loadCaseStudy('marketplace');
const DEADLINE_MS = 60_000;

export interface RunPartsOptions {
  readonly defect?: string;
  readonly freedoms?: Readonly<Record<string, string>>;
  readonly seed?: number;
}

/** @returns the hits that the clause asks for and did not get: none when it passed; what the check throws is its finding */
export async function runOnParts(
  check: Check,
  { defect, freedoms = {}, seed = 1 }: RunPartsOptions = {},
): Promise<string[]> {
  let nowMs = DEFAULT_START_CLOCK_MS;
  const options: PartOptions = {
    defects: new Set(defect === undefined ? [] : [defect]),
    freedom: (name) => freedoms[name],
    nowMs: () => nowMs,
    worldUrl: '',
  };
  const operations = {
    ...createFleets(options),
    ...createPools(options),
    setClock: (input: { nowMs: number }): SystemAnswer => {
      ({ nowMs } = input);
      return { output: { nowMs } };
    },
  };
  const launch = async () =>
    inMemoryTarget(marketplace, {
      call: (operation, input) =>
        operations[operation as keyof typeof operations]?.(input as never) ?? {
          problem: { code: 'NOT_SUPPORTED' },
        },
      restart: () => undefined,
    });
  const target = await launch();
  let suffixes = 0;
  const opened = openContext({
    ...{ caseStudy: marketplace, target, launch, seed, deadlineMs: DEADLINE_MS, effort: 1 },
    shrink: 'first-failure',
    nextSuffix: () => `x${(suffixes += 1)}`,
    onEntry: () => undefined,
  });
  try {
    await check.run(opened.context);
    return missingHits(check, opened.hits);
  } finally {
    await opened.close();
    await target.close();
  }
}

function missingHits({ id }: Check, hits: Readonly<Record<string, number>>): string[] {
  const clause = marketplace.requirements
    .flatMap(({ clauses }) => clauses)
    .find(({ check }) => check === id);
  return Object.entries(clause?.hits ?? {})
    .filter(([name, least]) => (hits[name] ?? 0) < least)
    .map(([name, least]) => `${name}: ${hits[name] ?? 0} of ${least}`);
}
