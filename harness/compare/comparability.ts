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
  ['environment', 'machine', ({ machine }) => machine],
  ['environment', 'placement', ({ placement }) => placement],
  ['load', 'binding', ({ binding }) => binding],
  ['load', 'generator', (row) => withoutPlan(row.generator)],
  ['load', 'pacing', ({ pacing }) => pacing],
  ['load', 'arrivals', ({ arrival }) => arrival],
  ['load', 'connections', ({ connections }) => String(connections ?? '')],
  ['load', 'warm-up', ({ warmupS }) => `${warmupS ?? ''} s`],
  ['case-study', 'target', ({ targetId, target }) => `${targetId} ${target ?? ''}`],
];

const CONDITIONS_OF_HISTORY = CONDITIONS.filter(([, name]) => name !== 'target');

/** What must be the same for runs to be of one history; the target is not among it, which only judges. */
export function conditionsOf(row: ResultRow): string {
  return CONDITIONS_OF_HISTORY.map(([, , of]) => of(row)).join('\n');
}

/** @param rows of one figure, of both sides; those without a value are left out */
export function differencesOf(rows: readonly ResultRow[]): Difference[] {
  const differences = CONDITIONS.flatMap(([cause, name, of]): Difference[] => {
    const different = [...new Set(rows.map(of))];
    if (different.length < 2) return [];
    return [{ cause, reason: `the ${name} differs: ${different.join(' | ')}` }];
  });
  return [
    ...differences,
    ...differentGates(rows),
    ...differentRates(rows),
    ...differentRequests(rows),
  ];
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
  // Shares of what each implementation can carry are alike, whatever that comes to.
  if (rows.every(({ isRateFound }) => isRateFound)) return [];
  const rates = rows.map(({ offeredRps }) => offeredRps);
  if (rates.every((rate) => rate === null)) return [];
  const [low, high] = [Math.min(...rates.map(Number)), Math.max(...rates.map(Number))];
  const fewest = Math.max(1, Math.min(...rows.map(({ n }) => n)));
  const tolerance = Math.max(LEAST_OFFERED_TOLERANCE, OFFERED_DEVIATIONS / Math.sqrt(fewest));
  if (high - low <= tolerance * high) return [];
  return [{ cause: 'load', reason: `the offered load differs: ${low} to ${high} requests/s` }];
}

/**
 * A change of the case's data changes what a load consists of, or something that the load does not depend on, such as a target.
 * The plan tells, a hash of the requests and their starts; it is another one for another seed, and for another rate.
 */
function differentRequests(rows: readonly ResultRow[]): Difference[] {
  const distinct = (of: (row: ResultRow) => string): string[] => [...new Set(rows.map(of))];
  const plans = distinct(({ generator }) => planOf(generator));
  if (plans.length === 1 && plans[0] !== '') return [];
  const studies = distinct(({ specVersion, specSha256 }) => `${specVersion} (${specSha256})`);
  if (studies.length > 1) {
    const reason = `the case study differs, and the requests are not known to be the same: ${studies.join(' | ')}`;
    return [{ cause: 'case-study', reason }];
  }
  const isOneSeed = distinct(({ seed }) => seed).length === 1;
  if (plans.length === 1 || !isOneSeed || rows.some(({ isRateFound }) => isRateFound)) return [];
  return [{ cause: 'case-study', reason: `the requests differ: plan ${plans.join(' | ')}` }];
}

const PLAN = /, plan ([0-9a-f]+)$/;

/** @returns empty for a load that is not planned ahead */
function planOf(generator: string): string {
  return PLAN.exec(generator)?.[1] ?? '';
}

/** The plan is looked at by itself. */
function withoutPlan(generator: string): string {
  return generator.replace(PLAN, '');
}
