/** Up, down or neither: band, window and cooldown, in whole numbers. A pure function. */
export interface Band {
  readonly upPct: number;
  readonly downPct: number;
  /** Stands for what upPct has above 100 where there is no forecast. */
  readonly tolerancePct: number;
}

export interface Situation {
  readonly observedRps: number | null;
  readonly predictedRps: number | null;
  readonly requiredRps: number;
  /** The largest requiredRps of the window. */
  readonly stabilizedRps: number;
  readonly currentRps: number;
  /** Whether the last action is less than cooldownMs ago. */
  readonly isCoolingDown: boolean;
}

export interface Decision {
  readonly action: 'UP' | 'DOWN' | 'HOLD';
  readonly reasons: string[];
}

export function decide(situation: Situation, { upPct, downPct, tolerancePct }: Band): Decision {
  const { observedRps, predictedRps, requiredRps, stabilizedRps, currentRps } = situation;
  const reasons: string[] = [];
  if (predictedRps === null) reasons.push('REACTIVE_FALLBACK');
  if (observedRps === null) reasons.push('METRICS_MISSING');

  const upFromPct = predictedRps === null ? 100 + tolerancePct : upPct;
  if (requiredRps * 100 > currentRps * upFromPct) return { action: 'UP', reasons };

  const isLow = requiredRps * 100 < currentRps * downPct;
  const isLowForLong = stabilizedRps * 100 < currentRps * downPct;
  if (isLow && !isLowForLong) reasons.push('STABILIZING');
  if (isLow && situation.isCoolingDown) reasons.push('COOLDOWN');
  const mayShrink = observedRps !== null && !situation.isCoolingDown;
  return { action: isLowForLong && mayShrink ? 'DOWN' : 'HOLD', reasons };
}

/** The larger of forecast and observation at the wanted utilisation, and at least minRps. */
export function requiredRps(
  predictedRps: number | null,
  observedRps: number | null,
  targetUtilizationPct: number,
  minRps: number,
): number {
  const loadRps = Math.max(predictedRps ?? 0, observedRps ?? 0);
  return Math.max(minRps, dividedUp(loadRps * 100, targetUtilizationPct));
}

/** With a buffer, a need above the maximum raises it: AWS predictive scaling, MaxCapacityBreachBehavior IncreaseMaxCapacity. */
export function effectiveMaxRps(
  requiredRps: number,
  maxRps: number,
  maxBufferPct: number | undefined,
): number {
  if (maxBufferPct === undefined || requiredRps <= maxRps) return maxRps;
  return dividedUp(requiredRps * (100 + maxBufferPct), 100);
}

/** The quotient of whole numbers below 2^53, rounded up. */
function dividedUp(dividend: number, divisor: number): number {
  const rest = dividend % divisor;
  return (dividend - rest) / divisor + (rest > 0 ? 1 : 0);
}
