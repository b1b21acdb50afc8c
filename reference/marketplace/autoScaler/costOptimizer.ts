/**
 * The cheapest mix of instance types with a capacity in a range: an unbounded knapsack, by dynamic programming over capacities. Own code,
 * because a library for linear programs (javascript-lp-solver, glpk.js) solves it by branch and bound, without a bound on its time and in
 * floating point, and the recurrence is two lines.
 */
import type { InstanceType } from '../../../spec/marketplace/messages.d.ts';

export interface Mix {
  /** Of each type, in their order. */
  readonly counts: readonly number[];
  /** Its capacity. */
  readonly rps: number;
  /** covers: minRps <= rps <= maxRps. at-max: no mix does, and none has more up to maxRps. */
  readonly kind: 'covers' | 'at-max';
}

/** What an instance is, its capacity counted in the measure that all types have in common. */
interface Size {
  readonly units: number;
  readonly cost: number;
}

/** Capacities are in units, without what `bulk` instances of the type `bulkType` carry. */
interface Search {
  readonly sizes: readonly Size[];
  readonly bulkType: number;
  readonly bulk: number;
  readonly least: number;
  readonly most: number;
}

/**
 * Capacities that are looked at, at most: 36 MB and some 20 ms. They are far more than types need that have a measure in common, such as
 * 100, 250 and 1 000. Where they have none and the fleet is of thousands of instances, all but the last of these capacities are of the
 * best type, which may cost part of one instance too much.
 */
const MAX_STATES = 4_000_000;

/** Of one type: what a message can tell. */
const MAX_COUNT = 100_000;

/**
 * @param types one or more
 * @param minRps 0 or more, like maxRps
 */
export function cheapestMix(types: readonly InstanceType[], minRps: number, maxRps: number): Mix {
  const mix = cheapestUnbounded(types, minRps, maxRps);
  const full = mix.counts.findIndex((count) => count > MAX_COUNT);
  return full < 0 ? mix : withOneFull(types, full, minRps, maxRps);
}

/**
 * As many as can be of the type that is wanted most, and of the others what is then still needed. In so large a fleet that costs part of
 * one instance too much at most, and may stay part of one below a maximum that is near.
 */
function withOneFull(
  types: readonly InstanceType[],
  full: number,
  minRps: number,
  maxRps: number,
): Mix {
  const others = types.filter((_, type) => type !== full);
  const takenRps = MAX_COUNT * types[full]!.rps;
  const stillRps = Math.max(0, minRps - takenRps);
  const rest = others.length > 0 ? cheapestMix(others, stillRps, maxRps - takenRps).counts : [];
  const counts = [...rest.slice(0, full), MAX_COUNT, ...rest.slice(full)];
  const rps = capacityOf(types, counts);
  return { counts, rps, kind: rps >= minRps ? 'covers' : 'at-max' };
}

function cheapestUnbounded(types: readonly InstanceType[], minRps: number, maxRps: number): Mix {
  const unitRps = types.map(({ rps }) => rps).reduce(greatestCommonDivisor);
  const search = searchFor(types, unitRps, minRps, maxRps);
  const { costs, lastTypes } = cheapest(search);
  const units = cheapestBetween(costs, search.least) ?? largestReachable(costs);
  const counts = types.map((_, type) => (type === search.bulkType ? search.bulk : 0));
  for (let rest = units; rest > 0; rest -= search.sizes[lastTypes[rest]!]!.units) {
    counts[lastTypes[rest]!]!++;
  }
  const rps = capacityOf(types, counts);
  return { counts, rps, kind: rps >= minRps ? 'covers' : 'at-max' };
}

export function capacityOf(types: readonly InstanceType[], counts: readonly number[]): number {
  return types.reduce((sum, { rps }, type) => sum + rps * (counts[type] ?? 0), 0);
}

export function costOf(types: readonly InstanceType[], counts: readonly number[]): number {
  return types.reduce(
    (sum, { costPerHourMinor }, type) => sum + costPerHourMinor * (counts[type] ?? 0),
    0,
  );
}

/**
 * Some cheapest mix of any capacity has fewer than `best.units` instances that are not of the best type: of so many some add up to a
 * multiple of best.units (by the pigeonhole principle, on the remainders of their partial sums), and the best type carries that for no
 * more. So all of a large fleet but some instances is known to be of the best type, and need not be searched.
 */
function searchFor(
  types: readonly InstanceType[],
  unitRps: number,
  minRps: number,
  maxRps: number,
): Search {
  const sizes = types.map(({ rps, costPerHourMinor }) => {
    return { units: rps / unitRps, cost: costPerHourMinor };
  });
  const largest = Math.max(...sizes.map(({ units }) => units));
  const bulkType = cheapestByUnit(sizes);
  const best = sizes[bulkType]!;
  const least = Math.ceil(minRps / unitRps);
  // With one instance less a larger mix would still do, for less.
  const most = Math.min(Math.floor(maxRps / unitRps), least + largest - 1);
  const needed = Math.min(least, most) - largest;
  const known = Math.floor((needed - (best.units - 1) * largest) / best.units);
  const forced = Math.ceil((most - MAX_STATES) / best.units);
  const bulk = Math.max(0, known, forced);
  const carried = bulk * best.units;
  return { sizes, bulkType, bulk, least: least - carried, most: most - carried };
}

function cheapestByUnit(sizes: readonly Size[]): number {
  let best = 0;
  sizes.forEach(({ units, cost }, type) => {
    const { units: bestUnits, cost: bestCost } = sizes[best]!;
    if (cost * bestUnits < bestCost * units) best = type;
  });
  return best;
}

/** By capacity: the least cost of exactly that, Infinity where no mix has it, and one type of such a mix. */
function cheapest({ sizes, most }: Search): { costs: Float64Array; lastTypes: Uint8Array } {
  const costs = new Float64Array(most + 1).fill(Infinity, 1);
  const lastTypes = new Uint8Array(most + 1);
  sizes.forEach(({ units, cost }, type) => {
    for (let capacity = units; capacity <= most; capacity++) {
      const withOneMore = costs[capacity - units]! + cost;
      if (withOneMore >= costs[capacity]!) continue;
      costs[capacity] = withOneMore;
      lastTypes[capacity] = type;
    }
  });
  return { costs, lastTypes };
}

function cheapestBetween(costs: Float64Array, least: number): number | undefined {
  let best: number | undefined;
  for (let capacity = Math.max(0, least); capacity < costs.length; capacity++) {
    if (costs[capacity]! < (best === undefined ? Infinity : costs[best]!)) best = capacity;
  }
  return best;
}

function largestReachable(costs: Float64Array): number {
  let capacity = costs.length - 1;
  while (costs[capacity] === Infinity) capacity--;
  return capacity;
}

function greatestCommonDivisor(a: number, b: number): number {
  return b === 0 ? a : greatestCommonDivisor(b, a % b);
}
