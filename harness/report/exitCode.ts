/** The exit code of a run, in order of precedence: what a CI job acts on. */
import type { Report } from './report.ts';

export const EXIT = {
  ok: 0,
  mustFailed: 1,
  usage: 2,
  /** Of a comparison. */
  regressed: 3,
  invalidMeasurement: 4,
  incomparable: 5,
  couldNotRun: 6,
  targetMissed: 7,
} as const;

/**
 * @param targets `required`: a missed target or an invalid measurement decides too (bench, and --require-targets); `reported`: only
 * correctness does
 */
export function exitCodeOf(report: Report, targets: 'required' | 'reported'): number {
  const { requirements, smoke, summary } = report;
  const newFailure = requirements.some(
    ({ level, clauses }) =>
      level === 'MUST' && clauses.some(({ verdict, known }) => verdict === 'fail' && !known),
  );
  const broken = smoke.some(({ outcome }) => outcome === 'broken');
  if (newFailure || broken || summary.knownFailureProblems.length > 0) return EXIT.mustFailed;
  const unjudged = requirements.some(
    ({ level, tier, clauses }) =>
      level === 'MUST' &&
      tier === 'core' &&
      clauses.some(({ verdict }) => verdict === 'could-not-run'),
  );
  if (unjudged) return EXIT.couldNotRun;
  if (targets === 'reported') return EXIT.ok;
  if (report.targets.some(({ verdict }) => verdict === 'missed')) return EXIT.targetMissed;
  const invalid =
    report.targets.some(({ verdict }) => verdict === 'invalid') ||
    report.measurements.some(({ validity }) => validity === 'invalid');
  return invalid ? EXIT.invalidMeasurement : EXIT.ok;
}
