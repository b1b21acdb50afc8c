/** Runs the checks of a case on a system in this process. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { runChecks } from '../../run/runChecks.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';

export interface Judged {
  readonly clause: string;
  readonly check: string;
  readonly verdict: string;
  readonly reason: string;
}

export interface JudgeOptions {
  readonly seed: number;
  /** Check ids. Default: all that a clause names. */
  readonly checks?: readonly string[] | undefined;
}

/** The clauses that are excluded are left out. */
export async function judgePlatform(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  { seed, checks }: JudgeOptions,
): Promise<Judged[]> {
  const wanted = checkedClauses(caseStudy).filter(({ check }) => checks?.includes(check) ?? true);
  if (wanted.length === 0) return [];
  const judgements = await runChecks(
    caseStudy,
    factory,
    {
      seed,
      only: wanted.map(({ clause }) => clause),
      shrink: 'first-failure',
      replayCommand: () => '',
    },
    () => undefined,
  );
  return judgements.map(({ clause, verdict, reason = '' }) => ({
    ...{ clause, verdict, reason },
    check: wanted.find((row) => row.clause === clause)!.check,
  }));
}

export function checkedClauses({ requirements }: CaseStudy): { clause: string; check: string }[] {
  return requirements.flatMap(({ id, clauses }) =>
    clauses.flatMap(({ key, check }) => (check ? [{ clause: `${id}.${key}`, check }] : [])),
  );
}

/**
 * Those that did not pass, told so that a failing test needs no second run.
 * @param needProcess checks that need a process, which a system in this one has not: not applicable
 */
export function complaints(
  judged: readonly Judged[],
  needProcess: ReadonlySet<string> = new Set(),
): string[] {
  return judged
    .filter(
      ({ check, verdict }) => verdict !== (needProcess.has(check) ? 'not-applicable' : 'pass'),
    )
    .map(({ clause, check, verdict, reason }) => `${clause} ${check}: ${verdict} - ${reason}`);
}
