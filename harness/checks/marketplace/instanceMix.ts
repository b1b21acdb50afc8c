/**
 * What a mix of instance types carries and costs, and the cheapest one, by trying every capacity: the least cost of each exact capacity
 * follows from those below it. Rates are in requests a second, costs in minor units an hour.
 */
import type { InstanceCount, InstanceType } from '../../../spec/marketplace/messages.d.ts';

export interface CheapestMix {
  readonly costPerHourMinor: number;
  /** The capacities that cost so much, ascending: which of them is free. */
  readonly capacitiesRps: readonly number[];
}

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

/** @returns of the mixes from floorRps to ceilingRps; undefined when there is none */
export function cheapestMix(
  types: readonly InstanceType[],
  floorRps: number,
  ceilingRps: number,
): CheapestMix | undefined {
  // A mix that could do without one of its instances is not the cheapest.
  const highestRps = Math.min(ceilingRps, floorRps + largestTypeRps(types));
  const costs = leastCosts(types, highestRps);
  const least = costs.slice(floorRps).reduce((a, b) => Math.min(a, b), Infinity);
  if (least === Infinity) return undefined;
  const capacitiesRps = [...costs.keys()].filter((rps) => rps >= floorRps && costs[rps] === least);
  return { costPerHourMinor: least, capacitiesRps };
}

/** The largest capacity that a mix of at most ceilingRps has. */
export function largestCapacityRps(types: readonly InstanceType[], ceilingRps: number): number {
  return leastCosts(types, ceilingRps).findLastIndex((cost) => cost < Infinity);
}

/** By exact capacity, 0 to highestRps; Infinity where no mix has it. */
function leastCosts(types: readonly InstanceType[], highestRps: number): number[] {
  if (highestRps > MAX_SEARCHED_RPS) {
    throw new Error(`${highestRps} rps is more than is searched for the cheapest mix.`);
  }
  const costs = new Array<number>(highestRps + 1).fill(Infinity);
  costs[0] = 0;
  for (let rps = 1; rps <= highestRps; rps += 1) {
    for (const type of types) {
      const below = costs[rps - type.rps] ?? Infinity;
      costs[rps] = Math.min(costs[rps] ?? Infinity, below + type.costPerHourMinor);
    }
  }
  return costs;
}

function largestTypeRps(types: readonly InstanceType[]): number {
  return Math.max(...types.map(({ rps }) => rps));
}
