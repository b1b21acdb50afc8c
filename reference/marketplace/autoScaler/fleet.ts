/** One fleet: what it has seen and decided. Everything that an evaluation does follows from these and the time it is given. */
import type { Evaluation, InstanceCount, PutFleet } from '../../../spec/marketplace/messages.d.ts';
import { capacityOf, cheapestMix, costOf } from './costOptimizer.ts';
import { mergeSamples, observedRps } from './metrics.ts';
import type { Sample } from './metrics.ts';
import { HORIZON_MS, predictRps } from './predictor.ts';
import { decide, effectiveMaxRps, requiredRps } from './scaleController.ts';
import type { Decision } from './scaleController.ts';

/** The contract's. */
const DEFAULTS = {
  upPct: 120,
  downPct: 70,
  tolerancePct: 10,
  stabilizationMs: 300_000,
  cooldownMs: 300_000,
  minHistoryMs: 3_600_000,
};

export interface Fleet {
  readonly currentRps: number;
  instances(): InstanceCount[];
  /** @returns how many samples are kept */
  record(samples: readonly Sample[]): number;
  /** When it was evaluated last: it cannot be evaluated as of an earlier time. */
  readonly evaluatedAtMs: number;
  evaluate(nowMs: number): Evaluation;
}

interface Need {
  readonly atMs: number;
  readonly requiredRps: number;
}

export function createFleet(config: PutFleet): Fleet {
  const { fleetId, instanceTypes: types, minRps, targetUtilizationPct, maxBufferPct } = config;
  const band = { ...DEFAULTS, ...config };
  let counts: readonly number[] = types.map(({ name }) => {
    return config.instances.find((one) => one.name === name)?.count ?? 0;
  });
  let samples: Sample[] = [];
  let needs: readonly Need[] = [];
  let evaluatedAtMs = 0;
  let actedAtMs = -Infinity;

  const instances = () => types.map(({ name }, type) => ({ name, count: counts[type] ?? 0 }));

  /** What is smaller than a later need will never be the largest again: so the largest of the window is the first that is kept. */
  function stabilized(nowMs: number, required: number): number {
    const window = needs.filter(({ atMs }) => atMs >= nowMs - band.stabilizationMs);
    needs = [
      ...window.filter((need) => need.requiredRps > required),
      { atMs: nowMs, requiredRps: required },
    ];
    return needs[0]?.requiredRps ?? required;
  }

  /** Puts the decision into force as far as there is a mix for it. */
  function act({ action, reasons }: Decision, neededRps: number, maxRps: number): Decision {
    if (action === 'HOLD') return { action, reasons };
    const currentRps = capacityOf(types, counts);
    const mix = cheapestMix(types, neededRps, maxRps);
    const told = mix.kind === 'at-max' ? [...reasons, 'AT_MAX'] : reasons;
    const changes = action === 'UP' ? mix.rps > currentRps : mix.rps < currentRps;
    if (!changes) return { action: 'HOLD', reasons: told };
    counts = mix.counts;
    return { action, reasons: told };
  }

  return {
    get currentRps() {
      return capacityOf(types, counts);
    },
    get evaluatedAtMs() {
      return evaluatedAtMs;
    },
    instances,
    record(added) {
      samples = mergeSamples(samples, added);
      return samples.length;
    },
    evaluate(nowMs) {
      evaluatedAtMs = nowMs;
      const observed = observedRps(samples, nowMs);
      const predicted = predictRps(samples, nowMs, band.minHistoryMs);
      const required = requiredRps(predicted, observed, targetUtilizationPct, minRps);
      const stabilizedRps = stabilized(nowMs, required);
      const maxRps = effectiveMaxRps(required, config.maxRps, maxBufferPct);
      const currentRps = capacityOf(types, counts);
      const situation = {
        observedRps: observed,
        predictedRps: predicted,
        requiredRps: required,
        stabilizedRps,
        currentRps,
        isCoolingDown: nowMs - actedAtMs < band.cooldownMs,
      };
      const decision = decide(situation, band);
      const neededRps = decision.action === 'DOWN' ? stabilizedRps : required;
      const { action, reasons } = act(decision, neededRps, maxRps);
      if (action !== 'HOLD') actedAtMs = nowMs;
      return {
        fleetId,
        action,
        horizonMs: HORIZON_MS,
        observedRps: observed,
        predictedRps: predicted,
        requiredRps: required,
        stabilizedRps,
        currentRps,
        maxRps,
        newRps: capacityOf(types, counts),
        instances: instances(),
        costPerHourMinor: costOf(types, counts),
        reasons,
      };
    },
  };
}
