/** What a sample can and cannot show of an availability, in words, and what it would allow in a year, as arithmetic. */
import { lowerBound } from './binomialInterval.ts';

/** 99.9999 %: nobody sends the three million requests for the next one in a test. */
const MAX_NINES = 6;
const CONFIDENCE = 0.95;
const MINUTES_PER_YEAR = 365.25 * 24 * 60;

export interface Shown {
  /** With 95 % confidence the rate is at least this. */
  readonly atLeast: number;
  /** The first rate of nines that is not shown; undefined above what is asked for. */
  readonly notShown: number | undefined;
  readonly sentence: string;
}

export function whatItShows(successes: number, trials: number): Shown {
  if (trials === 0) {
    return { atLeast: 0, notShown: 0.9, sentence: 'nothing shown: not one request was made' };
  }
  const atLeast = lowerBound(successes, trials, CONFIDENCE);
  const nines = firstNinesNotShown(atLeast);
  const shown = `${percentDown(atLeast)} shown`;
  if (nines === undefined) return { atLeast, notShown: undefined, sentence: shown };
  // The rule of three: n successes without a failure show 1 - 3/n at 95 %.
  const needed = 3 * 10 ** nines;
  const more =
    successes === trials
      ? `${grouped(needed)} requests without a failure are needed`
      : `${grouped(needed)} requests without a failure are needed, and here ${grouped(trials - successes)} of ${grouped(trials)} failed`;
  const notShown = 1 - 10 ** -nines;
  return { atLeast, notShown, sentence: `${shown}, ${ninesPercent(nines)} not shown: ${more}` };
}

export interface YearlyBudget {
  readonly minutes: number;
  /** So many recoveries of the measured length use it up. */
  readonly recoveries: number | undefined;
  readonly sentence: string;
}

/** Arithmetic, no measurement: a year was not observed. */
export function yearlyBudget(availability: number, recoveryMs: number | undefined): YearlyBudget {
  const minutes = (1 - availability) * MINUTES_PER_YEAR;
  const percent = `${Number((availability * 100).toPrecision(10))} %`;
  const budget = `${percent} allows ${Number(minutes.toPrecision(3))} min/year`;
  if (recoveryMs === undefined || recoveryMs <= 0) {
    return { minutes, recoveries: undefined, sentence: budget };
  }
  const recoveries = Math.floor((minutes * 60_000) / recoveryMs);
  const length = `${Number((recoveryMs / 1000).toPrecision(3))} s`;
  return {
    minutes,
    recoveries,
    sentence: `${budget}: ${grouped(recoveries)} recoveries of the measured ${length}`,
  };
}

function firstNinesNotShown(atLeast: number): number | undefined {
  for (let nines = 1; nines <= MAX_NINES; nines += 1) {
    if (atLeast < 1 - 10 ** -nines) return nines;
  }
  return undefined;
}

/** Never rounded up: one digit of the share that may fail. */
function percentDown(rate: number): string {
  const failing = 1 - rate;
  const scale = 10 ** Math.floor(Math.log10(failing));
  // A share that is a digit already (0.1) must not become the next one by its last bit.
  const roundedUp = Math.min(1, Math.ceil(failing / scale - 1e-9) * scale);
  const digits = Math.max(0, -Math.floor(Math.log10(roundedUp) + 1e-9) - 2);
  return `${((1 - roundedUp) * 100).toFixed(digits)} %`;
}

function ninesPercent(nines: number): string {
  return nines === 1 ? '90 %' : `${((1 - 10 ** -nines) * 100).toFixed(nines - 2)} %`;
}

function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ' ');
}
