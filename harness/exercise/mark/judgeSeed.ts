/** One seed: every clause of the exercise, and once more those that could not be run. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import type { ClauseJudgement, RunEvent } from '../../run/event.ts';
import { runChecks } from '../../run/runChecks.ts';
import type { TargetFactory } from '../../target/targetFactory.ts';
import type { Outcome, SeedOutcome } from './mark.ts';

export interface SeedOptions {
  readonly seed: number;
  readonly clauses: readonly string[];
  readonly patience: number;
  /** Whether what could not be run is worth another try. */
  readonly mayRetry: () => boolean;
  readonly replayCommand: (clause: string, seed: number) => string;
}

/** @returns by clause; all that were asked for */
export async function judgeSeed(
  caseStudy: CaseStudy,
  factory: TargetFactory,
  options: SeedOptions,
  onEvent: (event: RunEvent) => void,
): Promise<Map<string, SeedOutcome>> {
  const { seed, patience, replayCommand } = options;
  const judge = async (clauses: readonly string[], attempts: 1 | 2): Promise<SeedRow[]> => {
    const judgements = await runChecks(
      caseStudy,
      factory,
      { seed, patience, only: clauses, replayCommand: (clause) => replayCommand(clause, seed) },
      onEvent,
    );
    return judgements.map((judgement) => [judgement.clause, toOutcome(judgement, seed, attempts)]);
  };

  const outcomes = new Map(await judge(options.clauses, 1));
  const unrun = [...outcomes]
    .filter(([, { outcome }]) => outcome === 'could-not-run')
    .map(([clause]) => clause);
  if (unrun.length > 0 && options.mayRetry()) {
    for (const [clause, outcome] of await judge(unrun, 2)) outcomes.set(clause, outcome);
  }
  return outcomes;
}

type SeedRow = [clause: string, outcome: SeedOutcome];

function toOutcome(judgement: ClauseJudgement, seed: number, attempts: 1 | 2): SeedOutcome {
  const { verdict, reason, counterexample, durationMs } = judgement;
  return {
    seed,
    outcome: outcomeOf(verdict),
    attempts,
    durationMs,
    ...(reason !== undefined && { reason }),
    ...(counterexample && { counterexample }),
  };
}

/** A SHOULD of the contract is asked of an exercise as a MUST is. */
function outcomeOf(verdict: ClauseJudgement['verdict']): Outcome {
  switch (verdict) {
    case 'pass':
      return 'pass';
    case 'fail':
    case 'warn':
      return 'fail';
    case 'could-not-run':
      return 'could-not-run';
    case 'not-applicable':
    case 'excluded':
      return 'not-applicable';
  }
}
