/** Verdicts as badges, and which of them a reader has to see first. */
import type { Verdict } from '../../run/event.ts';
import type { TargetVerdict, Validity } from '../measurement.ts';
import { badge } from './figure.ts';
import type { Tone } from './figure.ts';
import type { Markup } from './markup.ts';

const TONES: Readonly<Record<Verdict | TargetVerdict['verdict'] | Validity, Tone>> = {
  pass: 'good',
  fail: 'bad',
  warn: 'warn',
  'not-applicable': 'quiet',
  'could-not-run': 'warn',
  excluded: 'quiet',
  met: 'good',
  missed: 'bad',
  'not-measurable-here': 'warn',
  declared: 'quiet',
  'not-measured': 'quiet',
  invalid: 'warn',
  valid: 'good',
  indicative: 'quiet',
};

export function verdictBadge(verdict: keyof typeof TONES): Markup {
  return badge(verdict, TONES[verdict]);
}

/** From what has to be seen to what can be believed unseen. */
const VERDICT_ORDER: readonly Verdict[] = [
  ...(['fail', 'warn', 'could-not-run', 'not-applicable', 'pass', 'excluded'] as const),
];

export function byVerdict(one: { verdict: Verdict }, other: { verdict: Verdict }): number {
  return VERDICT_ORDER.indexOf(one.verdict) - VERDICT_ORDER.indexOf(other.verdict);
}
