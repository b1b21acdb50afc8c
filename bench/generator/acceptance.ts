/** What the load generator has to show before its numbers are believed, one file an acceptance, and what each comes to. */
import type { TestBed } from './testBed.ts';

export interface Acceptance {
  readonly name: string;
  run(options: AcceptanceOptions): Promise<AcceptanceResult>;
}

export interface AcceptanceOptions {
  /** `short`: for continuous integration. */
  readonly length: 'short' | 'full';
  readonly bed: TestBed;
}

/** `invalid`: the machine spoiled it, so it says nothing. `skipped`: it cannot be measured here. */
export type AcceptanceVerdict = 'pass' | 'fail' | 'invalid' | 'skipped';

export interface AcceptanceResult {
  readonly rows: readonly AcceptanceRow[];
  readonly verdict: AcceptanceVerdict;
  readonly sentence: string;
}

export interface AcceptanceRow {
  readonly metric: string;
  /** In words; empty where nothing is. */
  readonly asked: string;
  readonly measured: number;
  readonly unit: string;
  readonly verdict: 'pass' | 'fail' | 'reported';
}

export function between(
  metric: string,
  [low, high]: readonly [number, number],
  measured: number,
  unit: string,
): AcceptanceRow {
  const holds = measured >= low && measured <= high;
  return {
    metric,
    asked: `${rounded(low)} to ${rounded(high)}`,
    measured,
    unit,
    verdict: holds ? 'pass' : 'fail',
  };
}

export function atMost(
  metric: string,
  most: number,
  measured: number,
  unit: string,
): AcceptanceRow {
  return {
    metric,
    asked: `<= ${most}`,
    measured,
    unit,
    verdict: measured <= most ? 'pass' : 'fail',
  };
}

export function atLeast(
  metric: string,
  least: number,
  measured: number,
  unit: string,
): AcceptanceRow {
  const verdict = measured >= least ? 'pass' : 'fail';
  return { metric, asked: `>= ${least}`, measured, unit, verdict };
}

export function exactly(
  metric: string,
  asked: number,
  measured: number,
  unit: string,
): AcceptanceRow {
  return {
    metric,
    asked: String(asked),
    measured,
    unit,
    verdict: measured === asked ? 'pass' : 'fail',
  };
}

/** @param share of what is expected, by which the measured may differ */
export function near(
  metric: string,
  { expected, share }: { readonly expected: number; readonly share: number },
  measured: number,
  unit: string,
): AcceptanceRow {
  const holds = Math.abs(measured - expected) <= share * Math.abs(expected);
  const asked = `${rounded(expected)} +-${100 * share} %`;
  return { metric, asked, measured, unit, verdict: holds ? 'pass' : 'fail' };
}

export function reported(metric: string, measured: number, unit: string): AcceptanceRow {
  return { metric, asked: '', measured, unit, verdict: 'reported' };
}

/**
 * @param spoiled what the saturation gate says against the run. It excuses what is missed, for another attempt; what is met in spite
 *   of a busy machine is met.
 */
export function judged(
  rows: readonly AcceptanceRow[],
  spoiled: readonly string[] = [],
): AcceptanceResult {
  const missed = rows.filter(({ verdict }) => verdict === 'fail');
  if (missed.length === 0) return { rows, verdict: 'pass', sentence: 'met' };
  const sentence = missed
    .map(
      ({ metric, asked, measured, unit }) =>
        `${metric} is ${rounded(measured)} ${unit}, not ${asked}`,
    )
    .join('; ');
  if (spoiled.length === 0) return { rows, verdict: 'fail', sentence };
  return {
    rows,
    verdict: 'invalid',
    sentence: `${sentence}. The gate says: ${spoiled.join('; ')}`,
  };
}

/** Four digits are more than any of this repeats to. */
export function rounded(value: number): number {
  return Number.isInteger(value) ? value : Number(value.toPrecision(4));
}
