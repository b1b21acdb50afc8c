/** The autoscaler of the marketplace in memory: fleets, with each freedom as a switch and named defects to be found. */
import type {
  EvaluateFleet,
  Evaluation,
  InstanceCount,
  PutFleet,
  RecordLoad,
} from '../../../../spec/marketplace/messages.d.ts';
import type { LoadSample } from '../drivenFleet.ts';
import { capacityRps, costPerHourMinor } from '../instanceMix.ts';
import { buyers } from './buyers.ts';
import type { FleetDefect } from './fleetDefects.ts';
import { FORECASTS, line } from './forecasts.ts';
import type { Operations, PartOptions } from './operations.ts';

const DEFAULTS = {
  ...{ upPct: 120, downPct: 70, tolerancePct: 10 },
  ...{ stabilizationMs: 300_000, cooldownMs: 300_000, minHistoryMs: 3_600_000 },
};
const HORIZON_MS = 900_000;

interface FleetState {
  readonly config: PutFleet & typeof DEFAULTS;
  instances: InstanceCount[];
  samples: LoadSample[];
  readonly required: { atMs: number; rps: number }[];
  actionAtMs: number;
  evaluatedAtMs: number;
}

export function createFleets({ defects, freedom }: PartOptions): Operations {
  const has = (defect: FleetDefect): boolean => defects.has(defect);
  const fleets = new Map<string, FleetState>();

  const observe = (seen: readonly LoadSample[], nowMs: number): number | null => {
    const last = seen.at(-1);
    const oldMs = has('observes what is ten minutes old') ? 600_000 : 300_000;
    if (last && last.atMs >= nowMs - oldMs) return last.rps;
    return has('takes missing metrics for no load') ? 0 : null;
  };

  const foretell = (
    { config }: FleetState,
    seen: readonly LoadSample[],
    nowMs: number,
  ): number | null => {
    const [first, last] = [seen[0], seen.at(-1)];
    if (!first || !last) return null;
    const spanMs = last.atMs - first.atMs;
    if (spanMs < config.minHistoryMs && !has('foretells from any history')) return null;
    let aheadMs = HORIZON_MS;
    if (has('looks five minutes ahead')) aheadMs = 300_000;
    if (has('looks an hour ahead')) aheadMs = 3_600_000;
    const atMs = nowMs + aheadMs;
    const lastHour = seen.filter(({ atMs: ms }) => ms >= last.atMs - 3_600_000);
    if (has('runs after the last two samples')) return line(seen.slice(-2), atMs);
    if (has('foretells the newest sample') || has('only follows the load')) return last.rps;
    if (has('knows no season')) return line(lastHour, atMs);
    if (has('foretells the line through its history')) return line(seen, atMs);
    if (has('foretells the mean of its history')) {
      return seen.reduce((sum, { rps }) => sum + rps, 0) / seen.length;
    }
    if (has('foretells the same time of yesterday') && spanMs >= 86_400_000) {
      return seen.find(({ atMs: ms }) => ms >= atMs - 86_400_000)?.rps ?? last.rps;
    }
    const forecast = FORECASTS[freedom('forecast') ?? 'the day before'];
    const foretold = forecast?.(seen, atMs) ?? last.rps;
    if (has('adds chance to the forecast')) return foretold * (1 + 0.02 * Math.random());
    if (has('foretells by the fleet’s name')) return foretold + (config.fleetId.charCodeAt(1) % 7);
    return foretold;
  };

  const requiredRps = (
    { config, instances }: FleetState,
    observed: number | null,
    predicted: number | null,
  ): number => {
    const minRps = has('ignores minRps') ? 0 : config.minRps;
    if (observed === null && predicted === null) {
      if (freedom('requiredWithoutLoad') !== 'currentRps') return minRps;
      return Math.max(minRps, capacityRps(config.instanceTypes, instances));
    }
    const loads = [
      has('ignores the observed load') && predicted !== null ? 0 : (observed ?? 0),
      has('ignores the forecast') && observed !== null ? 0 : (predicted ?? 0),
    ];
    const target = has('leaves no head-room') ? 100 : config.targetUtilizationPct;
    const exact = (Math.max(...loads) * 100) / target;
    if (has('requires a billion too much')) return Math.ceil(exact) + 1_000_000_000;
    return Math.max(minRps, has('rounds down') ? Math.floor(exact) : Math.ceil(exact));
  };

  const stabilizedRps = ({ config, required }: FleetState, nowMs: number): number => {
    const early = has('has a window a millisecond too short') ? 1 : 0;
    const sinceMs = nowMs - config.stabilizationMs + early;
    const inWindow = required.filter(
      ({ atMs }, index) => atMs >= sinceMs || index === required.length - 1,
    );
    const all = inWindow.map(({ rps }) => rps);
    if (has('shrinks on the last requirement')) return all.at(-1) ?? 0;
    if (has('shrinks on the mean of the window')) {
      return Math.round(all.reduce((sum, rps) => sum + rps, 0) / all.length);
    }
    return Math.max(...all);
  };

  const maximum = ({ config }: FleetState, required: number): number => {
    const { maxRps, maxBufferPct } = config;
    if (maxBufferPct === undefined || has('ignores the buffer')) return maxRps;
    if (required <= maxRps && !has('always has the buffer')) return maxRps;
    const raised = has('adds the buffer to maxRps') ? maxRps : Math.max(required, maxRps);
    return Math.ceil((raised * (100 + maxBufferPct)) / 100);
  };

  const exceedsBand = (
    { config }: FleetState,
    predicted: number | null,
    required: number,
    current: number,
  ): boolean => {
    let pct =
      predicted === null && !has('ignores the tolerance')
        ? 100 + config.tolerancePct
        : config.upPct;
    if (has('takes downPct for upPct')) pct = config.downPct;
    if (has('grows above 115 %') && config.upPct === 120) pct = 115;
    if (has('follows the load without a band')) pct = 100;
    if (has('compares as floating point')) return required > current * (pct / 100) - 1e-9;
    return has('grows at equality')
      ? required * 100 >= current * pct
      : required * 100 > current * pct;
  };

  const isBelowBand = ({ config }: FleetState, stabilized: number, current: number): boolean => {
    let pct = config.downPct;
    if (has('shrinks below 75 %') && config.downPct === 70) pct = 75;
    if (has('follows the load without a band')) pct = 100;
    const isEqual = stabilized * 100 === current * pct;
    return stabilized * 100 < current * pct || (isEqual && has('shrinks at equality'));
  };

  const isCooling = ({ config, actionAtMs }: FleetState, nowMs: number): boolean => {
    if (has('ignores the cooldown') || has('follows the load without a band')) return false;
    const longer = has('cools down a millisecond longer') ? 1 : 0;
    return nowMs < actionAtMs + config.cooldownMs + longer;
  };

  const evaluate = (fleet: FleetState, nowMs: number): Evaluation => {
    const { config } = fleet;
    const types = config.instanceTypes;
    const seen = fleet.samples.filter(({ atMs }) => atMs <= nowMs);
    const observed = observe(seen, nowMs);
    const foretold = foretell(fleet, seen, nowMs);
    const predicted = foretold === null ? null : Math.max(0, Math.round(foretold));
    const required = requiredRps(fleet, observed, predicted);
    const requiredBefore = fleet.required.at(-1)?.rps ?? config.minRps;
    fleet.required.push({ atMs: nowMs, rps: required });
    const stabilized = stabilizedRps(fleet, nowMs);
    const current = capacityRps(types, fleet.instances);
    const maxRps = maximum(fleet, required);
    const reasons = freedom('moreReasons') === 'some' ? ['EVALUATED'] : [];
    if (predicted === null && observed !== null) reasons.push('REACTIVE_FALLBACK');

    const resize = (direction: 'UP' | 'DOWN', neededRps: number): Evaluation['action'] => {
      const needed = has('buys for requiredRps of the last time') ? requiredBefore : neededRps;
      const bought = buy(types, needed, has('ignores maxRps') ? Infinity : maxRps);
      const capacity = capacityRps(types, bought.instances);
      const isMoved = direction === 'UP' ? capacity > current : capacity < current;
      const keeps = bought.isAtMax && has('keeps the fleet where maxRps forbids');
      if (bought.isAtMax && (isMoved || direction === 'UP')) reasons.push('AT_MAX');
      if (!isMoved || keeps) return 'HOLD';
      fleet.instances = bought.instances;
      return direction;
    };
    let action: Evaluation['action'] = 'HOLD';
    const cooling = isCooling(fleet, nowMs);
    const isLame =
      has('never changes the fleet') ||
      (has('does nothing without a forecast') && predicted === null);
    if (isLame) reasons.push('INSUFFICIENT_HISTORY');
    else if (
      exceedsBand(fleet, predicted, required, current) &&
      !(cooling && has('holds UP back, too'))
    ) {
      action = resize('UP', required);
    } else if (observed === null && !has('shrinks without metrics'))
      reasons.push('METRICS_MISSING');
    else if (isBelowBand(fleet, stabilized, current)) {
      if (cooling) reasons.push('COOLDOWN');
      else action = resize('DOWN', stabilized);
    } else if (isBelowBand(fleet, required, current) && !cooling) reasons.push('STABILIZING');
    const isAction = action === 'UP' || (action === 'DOWN' && !has('cools down after UP only'));
    if (isAction || has('cools down after HOLD')) fleet.actionAtMs = nowMs;
    return {
      fleetId: config.fleetId,
      action,
      horizonMs: HORIZON_MS,
      ...{ observedRps: observed, predictedRps: predicted, requiredRps: required },
      ...{ stabilizedRps: stabilized, currentRps: current, maxRps },
      newRps: capacityRps(types, fleet.instances),
      instances: fleet.instances,
      costPerHourMinor: costPerHourMinor(types, fleet.instances),
      reasons: reasons.filter((reason) => !defects.has(`does not say ${reason}`)),
    };
  };

  const buy = buyers({ defects, prefers: freedom('equallyCheap') ?? 'the smaller' });

  return {
    putFleet(input: PutFleet) {
      const fleet: FleetState = {
        config: { ...DEFAULTS, ...input },
        instances: input.instances,
        samples: [],
        required: [],
        actionAtMs: -Infinity,
        evaluatedAtMs: 0,
      };
      fleets.set(input.fleetId, fleet);
      const currentRps = capacityRps(input.instanceTypes, input.instances);
      return { output: { fleetId: input.fleetId, instances: input.instances, currentRps } };
    },
    recordLoad({ fleetId, samples }: RecordLoad) {
      const fleet = fleets.get(fleetId);
      if (!fleet) return { problem: { code: 'UNKNOWN_FLEET' } };
      if (has('remembers the samples of the last message only')) fleet.samples = [];
      const known = new Map(fleet.samples.map((sample) => [sample.atMs, sample]));
      for (const sample of samples) {
        const isKept = has('keeps the first of two samples') && known.has(sample.atMs);
        if (!isKept) known.set(sample.atMs, sample);
      }
      fleet.samples = [...known.values()].sort((a, b) => a.atMs - b.atMs);
      return { output: { fleetId, samples: fleet.samples.length } };
    },
    evaluateFleet({ fleetId, nowMs }: EvaluateFleet) {
      const fleet = fleets.get(fleetId);
      if (!fleet) return { problem: { code: 'UNKNOWN_FLEET' } };
      if (nowMs < fleet.evaluatedAtMs) return { problem: { code: 'CLOCK_BACKWARDS' } };
      fleet.evaluatedAtMs = nowMs;
      const output = evaluate(fleet, nowMs);
      const isLost = has('fails without a forecast') && output.predictedRps === null;
      return isLost ? { problem: { code: 'INTERNAL' } } : { output };
    },
  };
}
