/** How a bench says what it measured, as soon as it knows it. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Measurement, TargetVerdict } from '../report/measurement.ts';
import type { Bench } from './bench.types.ts';
import { answers, judgeTarget } from './judgeTarget.ts';
import type { Row } from './rows.ts';

/** Judges a row by the target that it answers, and tells both. */
export function tell(bench: Bench, row: Row): void {
  const target = bench.caseStudy.targets.find((each) => answers(row, each));
  if (!target) {
    const verdict = row.validity === 'invalid' ? 'invalid' : 'not-judged';
    return tellMeasurement(bench, { ...row, targetId: null, target: null, verdict });
  }
  const { verdict, reason } = judgeTarget(target, row);
  tellMeasurement(bench, { ...row, targetId: target.id, target: target.value, verdict });
  tellVerdict(bench, { id: target.id, verdict, value: row.value, reason });
}

export function tellMeasurement(bench: Bench, measurement: Measurement): void {
  bench.seen.push(measurement);
  bench.onEvent({ kind: 'measurement', measurement });
}

export function tellVerdict(bench: Bench, target: TargetVerdict): void {
  bench.verdicts.push(target);
  bench.onEvent({ kind: 'target', target });
}

export function tellProgress({ onEvent }: Bench, message: string): void {
  onEvent({ kind: 'progress', message });
}

export function tellNote({ onEvent }: Bench, message: string): void {
  onEvent({ kind: 'note', message });
}

/** The strictest latency that the case asks for in this scenario or a phase of it, in microseconds. */
export function strictestLatencyUs({ targets }: CaseStudy, scenario: string): number | undefined {
  const values = targets
    .filter(({ metric, unit }) => metric === 'latency' && unit === 'us')
    .filter(({ profile }) => scenarioOf(profile) === scenario)
    .map(({ value }) => value);
  return values.length === 0 ? undefined : Math.min(...values);
}

/** @param profile as a target names it: a scenario, or one phase of it */
export function scenarioOf(profile: string): string {
  return profile.split('/')[0]!;
}
