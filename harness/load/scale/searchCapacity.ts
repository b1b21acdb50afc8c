/** Searches for the highest rate that a system keeps up with, when all that can be asked is "is this rate met?". */

export type ProbeVerdict = 'met' | 'missed' | 'invalid';

export interface CapacityStep {
  readonly ratePerS: number;
  readonly verdict: ProbeVerdict;
}

export interface CapacitySearch {
  /** The first rate asked for. */
  readonly lowRps: number;
  /** Never more than this, for instance what the generator itself can send. */
  readonly highRps: number;
  /** How often `probe` is called at most, repeats included. */
  readonly maxSteps: number;
  /** Done when the rate missed is at most this share above the rate met, for instance 0.05. */
  readonly tolerance: number;
  readonly probe: (ratePerS: number) => Promise<ProbeVerdict>;
  readonly onStep?: (step: CapacityStep) => void;
}

export interface Capacity {
  /** The highest rate that was met; null when none was. */
  readonly capacityRps: number | null;
  /** The lowest rate above it that was missed; null when none was. Between the two nothing is known. */
  readonly failedRps: number | null;
  readonly steps: readonly CapacityStep[];
  /** Why the two rates are not as near as asked for; without it they are. */
  readonly reason?: string;
}

/** A probe takes seconds to minutes: more of them than this is a mistake of the caller. */
const MAX_STEPS = 200;

/** An invalid probe says nothing about the system; a second one at the same rate says that the machine will not do. */
const TRIES = 2;

/**
 * Doubles from lowRps until a rate is missed, then halves the gap. Where keeping up is not monotone in the rate, what is found is
 * still a rate that was met with a rate that was missed right above it.
 * @throws RangeError when the bounds cannot be searched
 */
export async function searchCapacity(search: CapacitySearch): Promise<Capacity> {
  const { lowRps, highRps, maxSteps, tolerance } = search;
  if (!(lowRps > 0 && highRps >= lowRps && Number.isFinite(highRps))) {
    throw new RangeError(
      `From ${lowRps} to ${highRps} requests/s: give a lowest rate above 0 and a highest not below it.`,
    );
  }
  if (!(Number.isInteger(maxSteps) && maxSteps >= 1 && maxSteps <= MAX_STEPS)) {
    throw new RangeError(`${maxSteps} steps: give a whole number from 1 to ${MAX_STEPS}.`);
  }
  if (!(tolerance > 0))
    throw new RangeError(`A tolerance of ${tolerance}: give a share above 0, for instance 0.05.`);

  const steps: CapacityStep[] = [];
  let metRps: number | null = null;
  let missedRps: number | null = null;
  const result = (reason?: string): Capacity => ({
    capacityRps: metRps,
    failedRps: missedRps,
    steps,
    ...(reason !== undefined && { reason }),
  });

  for (;;) {
    if (missedRps === lowRps) {
      return result(
        `The lowest rate, ${lowRps}/s, was already missed: the capacity is below it. Start lower.`,
      );
    }
    if (metRps === highRps) {
      return result(`The highest rate, ${highRps}/s, was met: the capacity is at least that.`);
    }
    if (metRps !== null && missedRps !== null && missedRps <= metRps * (1 + tolerance))
      return result();
    const ratePerS = nextRate(search, metRps, missedRps);
    const verdict = await probeTwice(search, ratePerS, steps);
    switch (verdict) {
      case 'met':
        metRps = ratePerS;
        break;
      case 'missed':
        missedRps = ratePerS;
        break;
      case 'invalid':
        return result(
          `${ratePerS}/s gave an invalid measurement ${TRIES} times: whether it is met is not known. Free the machine and repeat.`,
        );
      case 'no steps left':
        return result(
          `Stopped after ${maxSteps} steps, before the rates were within ${tolerance * 100} %.`,
        );
    }
  }
}

async function probeTwice(
  { probe, onStep, maxSteps }: CapacitySearch,
  ratePerS: number,
  steps: CapacityStep[],
): Promise<ProbeVerdict | 'no steps left'> {
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    if (steps.length >= maxSteps) return 'no steps left';
    const step = { ratePerS, verdict: await probe(ratePerS) };
    steps.push(step);
    onStep?.(step);
    if (step.verdict !== 'invalid') return step.verdict;
  }
  return 'invalid';
}

function nextRate(
  { lowRps, highRps }: CapacitySearch,
  metRps: number | null,
  missedRps: number | null,
): number {
  if (metRps === null) return lowRps;
  if (missedRps === null) return Math.min(highRps, metRps * 2);
  // The geometric middle, since the tolerance is a share; whole requests where that leaves it between the two.
  const middle = Math.sqrt(metRps * missedRps);
  const whole = Math.round(middle);
  return whole > metRps && whole < missedRps ? whole : middle;
}
