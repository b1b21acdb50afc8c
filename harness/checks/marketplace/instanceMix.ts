/**
 * What a mix of instance types carries and costs, and the cheapest one, by trying every capacity: the least cost of each exact capacity,
 * type by type. Rates are in requests a second, costs in minor units an hour.
 */
import type { InstanceCount, InstanceType } from '../../../spec/marketplace/messages.d.ts';

export interface CheapestMix {
  readonly costPerHourMinor: number;
  /** The capacities that cost so much, ascending: which of them is free. */
  readonly capacitiesRps: readonly number[];
}

/** Of one type: no reply can have more, by the message schema. */
export const MAX_INSTANCES = 100_000;
/** Above it an exhaustive search takes too long: a fleet of a check stays below. */
const MAX_SEARCHED_RPS = 2_000_000;

export function capacityRps(
  types: readonly InstanceType[],
  instances: readonly InstanceCount[],
): number {
  return sumOver(types, instances, ({ rps }) => rps);
}

export function costPerHourMinor(
  types: readonly InstanceType[],
  instances: readonly InstanceCount[],
): number {
  return sumOver(types, instances, (type) => type.costPerHourMinor);
}

/** A name that is none of the types counts for nothing. */
function sumOver(
  types: readonly InstanceType[],
  instances: readonly InstanceCount[],
  valueOf: (type: InstanceType) => number,
): number {
  return instances.reduce((sum, { name, count }) => {
    const type = types.find((candidate) => candidate.name === name);
    return sum + (type ? count * valueOf(type) : 0);
  }, 0);
}

/**
 * @param maxInstances of each type
 * @returns of the mixes from floorRps to ceilingRps; undefined when there is none
 */
export function cheapestMix(
  types: readonly InstanceType[],
  floorRps: number,
  ceilingRps: number,
  maxInstances = MAX_INSTANCES,
): CheapestMix | undefined {
  // A mix that could do without one of its instances is not the cheapest.
  const highestRps = Math.min(ceilingRps, floorRps + largestTypeRps(types));
  const costs = leastCosts(types, highestRps, maxInstances);
  const least = costs.slice(floorRps).reduce((a, b) => Math.min(a, b), Infinity);
  if (least === Infinity) return undefined;
  const capacitiesRps = [...costs.keys()].filter((rps) => rps >= floorRps && costs[rps] === least);
  return { costPerHourMinor: least, capacitiesRps };
}

/** The largest capacity that a mix of at most ceilingRps has. */
export function largestCapacityRps(
  types: readonly InstanceType[],
  ceilingRps: number,
  maxInstances = MAX_INSTANCES,
): number {
  return leastCosts(types, ceilingRps, maxInstances).findLastIndex((cost) => cost < Infinity);
}

/** By exact capacity, 0 to highestRps; Infinity where no mix has it. */
function leastCosts(
  types: readonly InstanceType[],
  highestRps: number,
  maxInstances: number,
): Float64Array {
  if (highestRps > MAX_SEARCHED_RPS) {
    throw new Error(`${highestRps} rps is more than is searched for the cheapest mix.`);
  }
  const withoutInstances: Float64Array = new Float64Array(highestRps + 1).fill(Infinity, 1);
  return types.reduce<Float64Array>(
    (costs, type) => withType(costs, type, maxInstances),
    withoutInstances,
  );
}

/** The least costs when 0 to maxInstances of one more type may be added. */
function withType(
  costs: Float64Array,
  { rps, costPerHourMinor }: InstanceType,
  maxInstances: number,
): Float64Array {
  const least = new Float64Array(costs.length);
  for (let rest = 0; rest < Math.min(rps, costs.length); rest += 1) {
    // What the other types carry, in units of this one: a window, of which the first is the cheapest to add to.
    const window: number[] = [];
    let first = 0;
    const priceOf = (unit: number): number =>
      (costs[rest + unit * rps] ?? Infinity) - unit * costPerHourMinor;
    for (let units = 0; rest + units * rps < costs.length; units += 1) {
      while (window.length > first && priceOf(window.at(-1) ?? 0) >= priceOf(units)) window.pop();
      window.push(units);
      if ((window[first] ?? 0) < units - maxInstances) first += 1;
      least[rest + units * rps] = priceOf(window[first] ?? 0) + units * costPerHourMinor;
    }
  }
  return least;
}

function largestTypeRps(types: readonly InstanceType[]): number {
  return Math.max(...types.map(({ rps }) => rps));
}
