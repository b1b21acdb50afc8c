/** May these rows be compared? What differs is said for people; nothing is compared in spite of it. */
import type { Incomparable } from './comparison.ts';
import type { ResultRow } from './resultRow.ts';

export interface Difference {
  readonly cause: Incomparable;
  /** One sentence. */
  readonly reason: string;
}

/** Arrivals are drawn: another seed sends some more or fewer. Four deviations of a Poisson count, and one per cent at least. */
const OFFERED_DEVIATIONS = 4;
const LEAST_OFFERED_TOLERANCE = 0.01;

type Condition = readonly [Incomparable, string, (row: ResultRow) => string];

const CONDITIONS: readonly Condition[] = [
  ['environment', 'machine', (row) => `${row.environment} (${row.machine})`],
  ['environment', 'placement', ({ placement }) => placement],
  ['load', 'binding', ({ binding }) => binding],
  ['load', 'generator', (row) => withoutPlan(row.generator)],
  ['load', 'pacing', ({ pacing }) => pacing],
  ['load', 'arrivals', ({ arrival }) => arrival],
  ['load', 'connections', ({ connections }) => String(connections ?? '')],
  ['load', 'warm-up', ({ warmupS }) => `${warmupS ?? ''} s`],
  ['case-study', 'case study', ({ specVersion, specSha256 }) => `${specVersion} (${specSha256})`],
  ['case-study', 'target', ({ targetId, target }) => `${targetId} ${target ?? ''}`],
];

/** @param rows of one figure, of both sides; those without a value are left out */
export function differencesOf(rows: readonly ResultRow[]): Difference[] {
  const differences = CONDITIONS.flatMap(([cause, name, of]): Difference[] => {
    const different = [...new Set(rows.map(of))];
    if (different.length < 2) return [];
    return [{ cause, reason: `the ${name} differs: ${different.join(' | ')}` }];
  });
  return [...differences, ...differentGates(rows), ...differentRates(rows)];
}

/** The profile `quick` measures under a wider gate than the others. An invalid row has its own verdict. */
function differentGates(rows: readonly ResultRow[]): Difference[] {
  const gates = new Set(
    rows.map(({ validity }) => validity).filter((validity) => validity !== 'invalid'),
  );
  if (gates.size < 2) return [];
  return [{ cause: 'load', reason: 'one side is indicative (profile quick), the other is not' }];
}

function differentRates(rows: readonly ResultRow[]): Difference[] {
  const rates = rows.map(({ offeredRps }) => offeredRps);
  if (rates.every((rate) => rate === null)) return [];
  const [low, high] = [Math.min(...rates.map(Number)), Math.max(...rates.map(Number))];
  const fewest = Math.max(1, Math.min(...rows.map(({ n }) => n)));
  const tolerance = Math.max(LEAST_OFFERED_TOLERANCE, OFFERED_DEVIATIONS / Math.sqrt(fewest));
  if (high - low <= tolerance * high) return [];
  return [{ cause: 'load', reason: `the offered load differs: ${low} to ${high} requests/s` }];
}

/** The plan is the seed's; its rate and shape are looked at by themselves. */
function withoutPlan(generator: string): string {
  return generator.replace(/, plan [0-9a-f]+$/, '');
}
