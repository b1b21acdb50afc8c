/** What the published autoscaler is given: a fleet, the load that it saw, and the simplest parts that fit the names in the text. */
import type {
  EvaluateFleet,
  Evaluation,
  PutFleet,
  RecordLoad,
} from '../../../spec/marketplace/messages.d.ts';
import { HORIZON_MS, scaleBasedOnPrediction } from './predictiveAutoScaler.ts';
import type { Capacity, PredictiveAutoScaler } from './predictiveAutoScaler.ts';
import type { Reading } from './publishedMarketplace.ts';

/** The contract's. */
const MIN_HISTORY_MS = 3_600_000;

export interface Fleet {
  record(samples: RecordLoad['samples']): number;
  currentRps(): number;
  /** @throws Error where the published text returns one */
  evaluate(input: EvaluateFleet): Evaluation;
}

export function openFleet(config: PutFleet, reading: Reading): Fleet {
  const { instanceTypes, targetUtilizationPct } = config;
  const samples = new Map<number, number>();
  let instances = new Map(config.instances.map(({ name, count }) => [name, count]));
  let nowMs = 0;

  const capacityOf = (counts: ReadonlyMap<string, number>): number =>
    instanceTypes.reduce((sum, { name, rps }) => sum + rps * (counts.get(name) ?? 0), 0);
  /** The design foretells from any number of samples; read kindly, the reply says so only where the contract has enough of them for a forecast. */
  const isForetold = (): boolean => {
    const times = [...samples.keys()].filter((atMs) => atMs <= nowMs);
    const spanMs = Math.max(...times) - Math.min(...times);
    return reading === 'literal' || spanMs >= (config.minHistoryMs ?? MIN_HISTORY_MS);
  };
  const newest = (): { rps: number } | undefined => {
    const times = [...samples.keys()].filter((atMs) => atMs <= nowMs);
    return times.length === 0 ? undefined : { rps: samples.get(Math.max(...times))! };
  };
  const scaleTo = (capacity: Capacity): void => {
    instances = new Map(capacity.instances);
  };

  const scaler: PredictiveAutoScaler = {
    metrics: { getCurrentMetrics: newest },
    predictor: {
      // All that it is given are the current metrics: the load in a quarter of an hour is the load of now.
      predictLoad(current) {
        if (!current) throw new Error('no metrics');
        return current.rps;
      },
    },
    calculateRequiredCapacity: (prediction) =>
      reading === 'literal' ? prediction : Math.ceil((prediction * 100) / targetUtilizationPct),
    scaleController: {
      getCurrentCapacity: () => capacityOf(instances),
      scaleUp: scaleTo,
      scaleDown: scaleTo,
    },
    costOptimizer: {
      /** Of the type that costs least for each request, as many as are needed. */
      optimizeCapacity(required) {
        const [cheapest] = instanceTypes.toSorted(
          (a, b) => a.costPerHourMinor / a.rps - b.costPerHourMinor / b.rps,
        );
        const count = Math.ceil(required / cheapest!.rps);
        return { rps: count * cheapest!.rps, instances: new Map([[cheapest!.name, count]]) };
      },
    },
  };

  return {
    record(given) {
      for (const { atMs, rps } of given) samples.set(atMs, rps);
      return samples.size;
    },
    currentRps: () => capacityOf(instances),
    evaluate({ fleetId, nowMs: asOfMs }) {
      nowMs = asOfMs;
      const observedRps = newest()?.rps ?? null;
      const { action, prediction, required, before } = scaleBasedOnPrediction(scaler);
      return {
        ...{ fleetId, action, horizonMs: HORIZON_MS, observedRps },
        ...{
          predictedRps: isForetold() ? prediction : null,
          requiredRps: required,
          stabilizedRps: required,
        },
        ...{ currentRps: before, maxRps: config.maxRps, newRps: capacityOf(instances) },
        instances: instanceTypes.map(({ name }) => ({ name, count: instances.get(name) ?? 0 })),
        costPerHourMinor: instanceTypes.reduce(
          (sum, { name, costPerHourMinor }) => sum + costPerHourMinor * (instances.get(name) ?? 0),
          0,
        ),
        reasons: isForetold() ? [] : ['REACTIVE_FALLBACK'],
      };
    },
  };
}
