/**
 * The oracle of the autoscaler: the table of the brief, word by word. What an implementation foretells is taken from its reply, and what it
 * has to do follows from that. Rates are integers, in requests a second; times are of the system's clock, in ms.
 */
import type { Evaluation, PutFleet } from '../../../spec/marketplace/messages.d.ts';
import { cheapestMix, largestCapacityRps } from './instanceMix.ts';

export type Action = Evaluation['action'];

export const OBSERVATION_MS = 300_000;

const DEFAULTS = {
  upPct: 120,
  downPct: 70,
  tolerancePct: 10,
  stabilizationMs: 300_000,
  cooldownMs: 300_000,
  minHistoryMs: 3_600_000,
};

/** By the time of the sample. */
export type Samples = ReadonlyMap<number, number>;

/** An evaluation that was answered before. */
export interface EarlierEvaluation {
  readonly nowMs: number;
  readonly requiredRps: number;
  readonly action: Action;
}

/** On what a decision rests. */
export interface Grounds {
  readonly nowMs: number;
  readonly observedRps: number | null;
  readonly predictedRps: number | null;
  readonly requiredRps: number;
  readonly stabilizedRps: number;
  readonly currentRps: number;
}

export interface Decision {
  /** More than one where equally cheap mixes differ in it. */
  readonly actions: readonly Action[];
  /** Those that have to be given. */
  readonly reasons: readonly string[];
  /** What the new fleet has to carry: undefined for HOLD. */
  readonly floorRps?: number;
}

/** The newest sample that is not too old. */
export function observedRps(samples: Samples, nowMs: number): number | null {
  const newestMs = Math.max(...timesUntil(samples, nowMs));
  return newestMs >= nowMs - OBSERVATION_MS ? (samples.get(newestMs) ?? null) : null;
}

/** Whether there is enough history for a forecast. */
export function isForetold(config: PutFleet, samples: Samples, nowMs: number): boolean {
  const times = timesUntil(samples, nowMs);
  return Math.max(...times) - Math.min(...times) >= withDefaults(config).minHistoryMs;
}

function timesUntil(samples: Samples, nowMs: number): number[] {
  return [...samples.keys()].filter((atMs) => atMs <= nowMs);
}

/** @returns undefined when nothing was observed or foretold, which leaves it free */
export function requiredRps(
  { minRps, targetUtilizationPct }: PutFleet,
  observed: number | null,
  predicted: number | null,
): number | undefined {
  if (observed === null && predicted === null) return undefined;
  const loadRps = Math.max(observed ?? 0, predicted ?? 0);
  return Math.max(minRps, Math.ceil((loadRps * 100) / targetUtilizationPct));
}

/** @param earlier evaluations before this one, which requires so much */
export function stabilizedRps(
  config: PutFleet,
  earlier: readonly EarlierEvaluation[],
  { nowMs, requiredRps: required }: Pick<Grounds, 'nowMs' | 'requiredRps'>,
): number {
  const sinceMs = nowMs - withDefaults(config).stabilizationMs;
  const inWindow = earlier.filter((evaluation) => evaluation.nowMs >= sinceMs);
  return Math.max(required, ...inWindow.map((evaluation) => evaluation.requiredRps));
}

export function maxRps({ maxRps: configured, maxBufferPct }: PutFleet, required: number): number {
  if (maxBufferPct === undefined || required <= configured) return configured;
  return Math.ceil((required * (100 + maxBufferPct)) / 100);
}

export function decide(
  config: PutFleet,
  earlier: readonly EarlierEvaluation[],
  grounds: Grounds,
): Decision {
  const { observedRps: observed, predictedRps: predicted, requiredRps: required } = grounds;
  const fallback = predicted === null && observed !== null ? ['REACTIVE_FALLBACK'] : [];
  const because = (decision: Decision): Decision => ({
    ...decision,
    reasons: [...fallback, ...decision.reasons],
  });
  if (leavesBandUpwards(config, grounds)) return because(resize(config, 'UP', required, grounds));
  if (observed === null) return because(hold('METRICS_MISSING'));
  const isCooling = isCoolingDown(config, earlier, grounds.nowMs);
  const down = shrink(config, grounds.stabilizedRps, grounds);
  if (!isCooling) {
    const withoutWindow = shrink(config, required, grounds);
    if (down) return because(down);
    return because(withoutWindow && isSurely('DOWN', withoutWindow) ? hold('STABILIZING') : hold());
  }
  return because(down && isSurely('DOWN', down) ? hold('COOLDOWN') : hold());
}

function hold(...reasons: string[]): Decision {
  return { actions: ['HOLD'], reasons };
}

function isSurely(action: Action, { actions }: Decision): boolean {
  return actions.every((possible) => possible === action);
}

/** Integers are compared, so that equality is equality. */
function leavesBandUpwards(
  config: PutFleet,
  { predictedRps: predicted, requiredRps: required, currentRps }: Grounds,
): boolean {
  const { upPct, tolerancePct } = withDefaults(config);
  return required * 100 > currentRps * (predicted === null ? 100 + tolerancePct : upPct);
}

/** @returns undefined when what is needed is within the band */
function shrink(config: PutFleet, neededRps: number, grounds: Grounds): Decision | undefined {
  const isBelow = neededRps * 100 < grounds.currentRps * withDefaults(config).downPct;
  return isBelow ? resize(config, 'DOWN', neededRps, grounds) : undefined;
}

function isCoolingDown(
  config: PutFleet,
  earlier: readonly EarlierEvaluation[],
  nowMs: number,
): boolean {
  const lastMs = earlier.findLast(({ action }) => action !== 'HOLD')?.nowMs ?? -Infinity;
  return nowMs < lastMs + withDefaults(config).cooldownMs;
}

function resize(
  config: PutFleet,
  direction: 'UP' | 'DOWN',
  floorRps: number,
  { requiredRps: required, currentRps }: Grounds,
): Decision {
  const ceilingRps = maxRps(config, required);
  const cheapest = cheapestMix(config.instanceTypes, floorRps, ceilingRps);
  const capacitiesRps = cheapest?.capacitiesRps ?? [
    largestCapacityRps(config.instanceTypes, ceilingRps),
  ];
  const isForbidden = cheapest === undefined;
  const actions = capacitiesRps.map((rps): Action => {
    const isThere = direction === 'UP' ? rps > currentRps : rps < currentRps;
    return isThere ? direction : 'HOLD';
  });
  const isToBeSaid = isForbidden && (direction === 'UP' || actions.includes('DOWN'));
  return {
    actions: [...new Set(actions)],
    reasons: isToBeSaid ? ['AT_MAX'] : [],
    floorRps,
  };
}

function withDefaults(config: PutFleet): Required<typeof DEFAULTS> {
  return { ...DEFAULTS, ...config };
}
