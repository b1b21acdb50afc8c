/** The published figures of the comparison, one row a truth, and what is asked of them. */
import { seededRandom } from '../../harness/load/seededRandom.ts';
import { QUICK, simulateSeries } from './simulateSeries.ts';
import type { Truth } from './simulateSeries.ts';

/** A share of series, from 0 to 1. */
export interface Rates {
  readonly name: string;
  readonly regressed: number;
  readonly equivalent: number;
  /** By the first series alone. */
  readonly atOnce: number;
  /** Over all figures of a series together. */
  readonly falseAlarms: number;
  readonly falsePraise: number;
  readonly reran: number;
  /** Sentences; empty when it is as published. */
  readonly missed: readonly string[];
}

export interface Trial {
  readonly name: string;
  readonly truth: Truth;
  readonly leastFound?: number;
  /** Undefined: the design is known to be unsafe there, and is shown as a warning. */
  readonly mostFalseAlarms?: number;
}

/** In a series, over all its figures together. */
const MOST_FALSE_ALARMS = 0.01;
const LEAST_FOUND = 0.95;
const DRIFT = 0.02;

const still: Truth = { ...QUICK, design: 'interleaved', runs: 8, shift: 0, driftPerSlot: 0 };
const safe = { mostFalseAlarms: MOST_FALSE_ALARMS };
const found = { ...safe, leastFound: LEAST_FOUND };

export const TRIALS: readonly Trial[] = [
  { name: 'no change', truth: still, ...safe },
  { name: 'no change, drift', truth: { ...still, driftPerSlot: DRIFT }, ...safe },
  {
    name: 'no change, drift, 2 pairs of one order lost',
    truth: { ...still, driftPerSlot: DRIFT, lost: 2 },
    ...safe,
  },
  { name: 'no change, noise 10 %', truth: { ...still, noise: 0.1 }, ...safe },
  { name: '5 % worse', truth: { ...still, shift: 0.05 }, ...safe },
  { name: '10 % worse', truth: { ...still, shift: 0.1 }, ...found },
  { name: '10 % worse, drift', truth: { ...still, shift: 0.1, driftPerSlot: DRIFT }, ...found },
  { name: '20 % worse', truth: { ...still, shift: 0.2 }, ...found },
  { name: '20 % worse, drift', truth: { ...still, shift: 0.2, driftPerSlot: DRIFT }, ...found },
  { name: '10 % worse, 6 pairs', truth: { ...still, shift: 0.1, runs: 6 }, ...safe },
  { name: '10 % worse, 12 pairs', truth: { ...still, shift: 0.1, runs: 12 }, ...found },
  { name: 'A then B, no change', truth: { ...still, design: 'separate' }, ...safe },
  { name: 'A then B, 10 % worse', truth: { ...still, design: 'separate', shift: 0.1 }, ...found },
  {
    name: 'A then B, no change, drift',
    truth: { ...still, design: 'separate', driftPerSlot: DRIFT },
  },
];

export function ratesOf({ name, truth, ...asked }: Trial, series: number, seed: number): Rates {
  const random = seededRandom(seed);
  const found = Array.from({ length: series }, () => simulateSeries(truth, random));
  const share = (count: (each: (typeof found)[number]) => boolean): number =>
    found.filter(count).length / series;
  const rates = {
    name,
    regressed: share(({ verdict }) => verdict === 'regressed'),
    equivalent: share(({ verdict }) => verdict === 'equivalent'),
    atOnce: share(({ atOnce }) => atOnce === 'regressed'),
    falseAlarms: share(({ falseAlarm }) => falseAlarm),
    falsePraise: share(({ falsePraise }) => falsePraise),
    reran: share(({ reran }) => reran),
  };
  const missed: string[] = [];
  if (asked.leastFound !== undefined && rates.regressed < asked.leastFound) {
    missed.push(`${name}: found in ${percent(rates.regressed)}, not ${percent(asked.leastFound)}`);
  }
  if (asked.mostFalseAlarms !== undefined && rates.falseAlarms > asked.mostFalseAlarms) {
    missed.push(`${name}: false alarms in ${percent(rates.falseAlarms)}`);
  }
  return { ...rates, missed };
}

export function percent(share: number): string {
  return `${Math.round(share * 1000) / 10} %`;
}
