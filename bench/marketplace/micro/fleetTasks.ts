/** The autoscaler: the cheapest mix of instances, beside trying every one, and the forecast of two days of load. */
import assert from 'node:assert/strict';
import {
  capacityOf,
  cheapestMix,
  costOf,
} from '../../../reference/marketplace/autoScaler/costOptimizer.ts';
import type { Sample } from '../../../reference/marketplace/autoScaler/metrics.ts';
import { HORIZON_MS, predictRps } from '../../../reference/marketplace/autoScaler/predictor.ts';
import type { InstanceType } from '../../../spec/marketplace/messages.d.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

/** Without a common measure, and none of them is the best for every need. */
const TYPES: readonly InstanceType[] = [
  { name: 'small', rps: 7, costPerHourMinor: 11 },
  { name: 'middle', rps: 18, costPerHourMinor: 25 },
  { name: 'large', rps: 41, costPerHourMinor: 56 },
];
const MAX_INSTANCES = 12;
/** Of the small ones alone 12 carry 84: so no cheapest mix has more instances. */
const SMALL_NEEDS = range(83).map((at) => at + 1);
const LARGE_NEEDS = range(20).map((at) => 50_000 + 997 * at);

type Optimize = (minRps: number, maxRps: number) => readonly number[];

function range(count: number): number[] {
  return Array.from({ length: count }, (_, at) => at);
}

function mostRps(minRps: number): number {
  return minRps + 40;
}

/** Tries every mix of so many instances at most. */
const byBruteForce: Optimize = (minRps, maxRps) => {
  let best = { cost: Infinity, counts: [0, 0, 0] };
  for (let small = 0; small <= MAX_INSTANCES; small++) {
    for (let middle = 0; small + middle <= MAX_INSTANCES; middle++) {
      for (let large = 0; small + middle + large <= MAX_INSTANCES; large++) {
        const counts = [small, middle, large];
        const rps = capacityOf(TYPES, counts);
        if (rps < minRps || rps > maxRps) continue;
        const cost = costOf(TYPES, counts);
        if (cost < best.cost) best = { cost, counts };
      }
    }
  }
  return best.counts;
};

const byReference: Optimize = (minRps, maxRps) => cheapestMix(TYPES, minRps, maxRps).counts;

function optimizing(optimize: Optimize, needs: readonly number[]): MicroWork {
  const leastCosts = needs.map(leastCost);
  const mixes: (readonly number[])[] = [];
  return {
    fn() {
      let cost = 0;
      needs.forEach((minRps, at) => {
        const counts = optimize(minRps, mostRps(minRps));
        mixes[at] = counts;
        cost += costOf(TYPES, counts);
      });
      return cost;
    },
    check(answer) {
      needs.forEach((minRps, at) => {
        const [small = 0, middle = 0, large = 0] = mixes[at]!;
        const rps = 7 * small + 18 * middle + 41 * large;
        assert.ok(rps >= minRps && rps <= mostRps(minRps), `${rps} of ${minRps} are carried`);
        assert.equal(11 * small + 25 * middle + 56 * large, leastCosts[at], 'not the cheapest mix');
      });
      assert.equal(answer, leastCosts.reduce((sum, cost) => sum + cost, 0)); // prettier-ignore
    },
  };
}

/** By the recurrence over every capacity, which leaves nothing out. */
function leastCost(minRps: number): number {
  const costs = [0];
  for (let rps = 1; rps <= mostRps(minRps); rps++) {
    const withOneMore = TYPES.map((type) => (costs[rps - type.rps] ?? Infinity) + type.costPerHourMinor); // prettier-ignore
    costs[rps] = Math.min(...withOneMore);
  }
  return Math.min(...costs.slice(minRps));
}

const MINUTE_MS = 60_000;
const DAY_MS = 1_440 * MINUTE_MS;
const KNOWN_MS = 2 * DAY_MS;
const START_MS = 20_000 * DAY_MS;
/** At the end of the two days and in the hours before. */
const FORECASTS_A_CALL = 3;
const STEP_MS = 300 * MINUTE_MS;

function daily(atMs: number): number {
  return 1_000 + 600 * Math.sin((2 * Math.PI * (atMs % DAY_MS)) / DAY_MS);
}

/** A third of the instants are of a constant load, of which the forecast has to be exact. */
function forecasting(): MicroWork {
  const times = range(KNOWN_MS / MINUTE_MS + 1).map((at) => START_MS + at * MINUTE_MS);
  const season = times.map((atMs): Sample => ({ atMs, rps: Math.round(daily(atMs)) }));
  const constant = times.map((atMs): Sample => ({ atMs, rps: 997 }));
  const instants = range(FORECASTS_A_CALL).map((step) => START_MS + KNOWN_MS - step * STEP_MS);
  const histories = instants.map((_, at) => (at % 3 === 0 ? constant : season));
  const forecasts: number[] = [];
  return {
    fn() {
      let sum = 0;
      instants.forEach((nowMs, at) => {
        const forecast = predictRps(histories[at]!, nowMs, DAY_MS) ?? Infinity;
        forecasts[at] = forecast;
        sum += (at + 1) * forecast;
      });
      return sum;
    },
    check(answer) {
      assert.equal(answer, forecasts.reduce((sum, rps, at) => sum + (at + 1) * rps, 0)); // prettier-ignore
      instants.forEach((nowMs, at) => {
        const comes = histories[at] === constant ? 997 : daily(nowMs + HORIZON_MS);
        const off = Math.abs(forecasts[at]! - comes) / comes;
        assert.ok(off <= (comes === 997 ? 0 : 0.02), `a forecast is ${off} of what comes off`);
      });
    },
  };
}

export const fleetTasks: MicroTask[] = [
  {
    name: 'fleet, cheapest of a few instances: reference',
    operations: SMALL_NEEDS.length,
    setup: () => optimizing(byReference, SMALL_NEEDS),
  },
  {
    name: 'fleet, cheapest of a few instances: baseline by brute force',
    operations: SMALL_NEEDS.length,
    setup: () => optimizing(byBruteForce, SMALL_NEEDS),
  },
  {
    name: 'fleet, cheapest of a thousand instances: reference',
    operations: LARGE_NEEDS.length,
    setup: () => optimizing(byReference, LARGE_NEEDS),
  },
  {
    name: 'fleet, forecast from two days by the minute',
    operations: FORECASTS_A_CALL,
    setup: forecasting,
  },
];
