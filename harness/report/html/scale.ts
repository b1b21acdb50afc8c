/**
 * Scales and ticks of the plots. Own code: a handful of axes and lines is all that a page has, and a plotting library would weigh more in
 * every installation than these lines do.
 */

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Scale {
  /** Where a value stands, 0 at the beginning of the axis and 1 at its end; values beyond stand at the end that they passed. */
  readonly place: (value: number) => number;
  readonly ticks: readonly Tick[];
}

type Label = (value: number) => string;

/** From a round number at or below the lowest value to one at or above the highest. */
export function linearScale(
  [lowest, highest]: readonly [number, number],
  label: Label,
  most = 6,
): Scale {
  const step = roundStep(spanOf(lowest, highest) / most);
  const first = Math.floor(lowest / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil(highest / step - 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, index) => {
    // Not a sum: 0.1 three times over is not 0.3.
    const at = Number(((first + index) * step).toPrecision(12));
    return { at, label: label(at) };
  });
  const from = first * step;
  return { place: (value) => clamped((value - from) / ((last - first) * step)), ticks };
}

/** From the first value to the last as they are, for time: a round end would leave a part of the plot empty. */
export function exactScale([from, to]: readonly [number, number], label: Label, most = 8): Scale {
  const span = spanOf(from, to);
  const step = roundStep(span / most);
  const ticks: Tick[] = [];
  for (let index = Math.ceil(from / step); index * step <= to + span * 1e-9; index += 1) {
    const at = Number((index * step).toPrecision(12));
    ticks.push({ at, label: label(at) });
  }
  return { place: (value) => clamped((value - from) / span), ticks };
}

/** Between powers of ten, or between 1, 2 and 5 times one where that is enough. */
export function logScale([lowest, highest]: readonly [number, number], label: Label): Scale {
  const low = roundBelow(lowest);
  const high = Math.max(roundAbove(highest), low * 10);
  const decades = Math.log10(high / low);
  const digits = decades > 2.5 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const ticks: Tick[] = [];
  for (let power = Math.floor(Math.log10(low)); power <= Math.ceil(Math.log10(high)); power += 1) {
    for (const digit of digits) {
      const at = Number((digit * 10 ** power).toPrecision(12));
      if (at >= low * 0.999 && at <= high * 1.001) ticks.push({ at, label: label(at) });
    }
  }
  const from = Math.log10(low);
  return { place: (value) => clamped((Math.log10(value) - from) / decades), ticks };
}

/**
 * The scale of HDR plots: each nine of a percentile takes as much room as the one before it.
 * @param n samples: beyond 1 - 1/n a percentile says no more than the maximum
 */
export function percentileScale(n: number): Scale {
  return ninesScale(Math.max(2, Math.ceil(Math.log10(Math.max(1, n)))), 100);
}

/**
 * Rates by their nines: 0, 90 %, 99 % ... at equal distances.
 * @param whole what a rate of one is called: 1 or 100
 */
export function ninesScale(nines: number, whole: number): Scale {
  const ticks = Array.from({ length: nines + 1 }, (_, index) => {
    const at = whole * (1 - 10 ** -index);
    return { at: Number(at.toPrecision(12)), label: ninesLabel(index) };
  });
  const half = { at: whole / 2, label: '50' };
  const place = (value: number): number => clamped(-Math.log10(1 - value / whole) / nines);
  return { place, ticks: [ticks[0]!, half, ...ticks.slice(1)] };
}

function ninesLabel(nines: number): string {
  if (nines < 3) return ['0', '90', '99'][nines]!;
  return `99.${'9'.repeat(nines - 2)}`;
}

/** Of one value by itself: an axis has some length whatever stands on it. */
function spanOf(from: number, to: number): number {
  return to > from ? to - from : Math.abs(to) || 1;
}

function roundStep(atLeast: number): number {
  const power = 10 ** Math.floor(Math.log10(atLeast));
  const factor = [1, 2, 5, 10].find((each) => each * power >= atLeast * (1 - 1e-9))!;
  return factor * power;
}

function roundBelow(value: number): number {
  const power = 10 ** Math.floor(Math.log10(value) + 1e-9);
  return [5, 2, 1].find((each) => each * power <= value * (1 + 1e-9))! * power;
}

function roundAbove(value: number): number {
  return roundStep(value);
}

function clamped(share: number): number {
  if (Number.isNaN(share)) return 0;
  return Math.min(1, Math.max(0, share));
}
