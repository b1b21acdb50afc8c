/** Buys instances for a fleet in memory: the cheapest mix, or by a rule of thumb that is a defect. */
import type { InstanceCount, InstanceType } from '../../../../spec/marketplace/messages.d.ts';
import { capacityRps, costPerHourMinor } from '../instanceMix.ts';

export interface Bought {
  readonly instances: InstanceCount[];
  /** Less than what was needed, as maxRps forbids more. */
  readonly isAtMax: boolean;
}

type Buy = (types: readonly InstanceType[], neededRps: number, maxRps: number) => Bought;

export function buyers({
  defects,
  prefers,
}: {
  defects: ReadonlySet<string>;
  prefers: string;
}): Buy {
  return (types, neededRps, maxRps) => {
    const asked = defects.has('buys less than required') ? Math.floor(neededRps * 0.99) : neededRps;
    const byThumb = ruleOfThumb(defects, types, asked);
    if (byThumb && capacityRps(types, byThumb) <= maxRps) {
      return { instances: byThumb, isAtMax: false };
    }
    const largest = Math.max(...types.map(({ rps }) => rps));
    const mixes = cheapestOfEach(types, Math.min(maxRps, asked + largest));
    const enough = mixes.filter(({ rps }) => rps >= asked);
    const least = Math.min(...enough.map(({ cost }) => cost));
    const cheapest = enough.filter(({ cost }) => cost === least);
    if (defects.has('buys the least surplus')) cheapest.splice(0, Infinity, ...enough.slice(0, 1));
    const chosen = prefers === 'the larger' ? cheapest.at(-1) : cheapest[0];
    const mix = chosen ?? mixes.at(-1);
    return { instances: counted(types, mix?.indices ?? []), isAtMax: !chosen };
  };
}

function ruleOfThumb(
  defects: ReadonlySet<string>,
  types: readonly InstanceType[],
  neededRps: number,
): InstanceCount[] | undefined {
  const ofOneType = types.map((type) => [
    { name: type.name, count: Math.ceil(neededRps / type.rps) },
  ]);
  const cost = (mix: InstanceCount[]): number => costPerHourMinor(types, mix);
  if (defects.has('buys one type only')) return ofOneType.sort((a, b) => cost(a) - cost(b))[0];
  if (!defects.has('buys by the best rate for the money')) return undefined;
  const rate = ({ rps, costPerHourMinor: price }: InstanceType): number => price / rps;
  const [best] = [...types].sort((a, b) => rate(a) - rate(b));
  return ofOneType.find(([only]) => only?.name === best?.name);
}

interface ExactMix {
  readonly rps: number;
  readonly cost: number;
  /** Of the types, one for each instance. */
  readonly indices: readonly number[];
}

/** Ascending by capacity: of each that can be had, up to the highest, the cheapest mix. */
function cheapestOfEach(types: readonly InstanceType[], highestRps: number): ExactMix[] {
  const costs = new Float64Array(highestRps + 1).fill(Infinity);
  const last = new Int8Array(highestRps + 1);
  costs[0] = 0;
  for (let rps = 1; rps <= highestRps; rps += 1) {
    types.forEach((type, index) => {
      const cost = (costs[rps - type.rps] ?? Infinity) + type.costPerHourMinor;
      if (cost >= (costs[rps] ?? Infinity)) return;
      costs[rps] = cost;
      last[rps] = index;
    });
  }
  const indicesOf = (rps: number): number[] => {
    const indices: number[] = [];
    for (let left = rps; left > 0; left -= types[indices.at(-1) ?? 0]?.rps ?? left) {
      indices.push(last[left] ?? 0);
    }
    return indices;
  };
  return [...costs].flatMap((cost, rps) =>
    cost === Infinity
      ? []
      : [
          {
            rps,
            cost,
            get indices() {
              return indicesOf(rps);
            },
          },
        ],
  );
}

function counted(types: readonly InstanceType[], indices: readonly number[]): InstanceCount[] {
  return types.map(({ name }, index) => ({
    name,
    count: indices.filter((each) => each === index).length,
  }));
}
