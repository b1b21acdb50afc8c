/** Verdicts that need no run: a clause that is excluded, or that this target cannot be asked. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { TargetFactory } from '../target/targetFactory.ts';
import type { ClauseJudgement } from './event.ts';
import type { PlannedClause } from './loadChecks.ts';

const JUDGED_BY_CAMPAIGN = 'judged by casemark faults and casemark run';

/** Undefined when the clause can be run. */
export function whyNotRun(
  { ref, requirement, clause, check }: PlannedClause,
  caseStudy: CaseStudy,
  factory: TargetFactory,
): ClauseJudgement | undefined {
  const base = { clause: ref, hits: {}, durationMs: 0 };
  if (clause.excluded !== undefined)
    return { ...base, verdict: 'excluded', reason: clause.excluded };
  if (clause.by === 'campaign') return { ...base, verdict: 'excluded', reason: JUDGED_BY_CAMPAIGN };
  const needed = new Set([
    ...(check!.needs ?? []),
    ...(requirement.capability ? [requirement.capability] : []),
  ]);
  const lacking = [...needed].filter((name) => !factory.implementation.capabilities.has(name));
  if (lacking.length > 0) {
    const testMode = lacking.every(
      (name) => caseStudy.capabilities.find(({ id }) => id === name)?.testMode === true,
    );
    // Where casemark starts the implementation itself, the test mode is no choice: without it there is no evidence.
    const missingEvidence = factory.ownInstances && requirement.tier === 'core' && testMode;
    return {
      ...base,
      verdict: missingEvidence ? 'could-not-run' : 'not-applicable',
      reason:
        `It needs ${lacking.join(' and ')}, which ${factory.implementation.source} does not ` +
        `${factory.ownInstances ? 'list in "capabilities"' : 'offer'}.`,
    };
  }
  if (check!.isolation === 'exclusive' && !factory.ownInstances) {
    const reason = 'It needs an instance of its own: start the implementation with --impl.';
    return { ...base, verdict: 'not-applicable', reason };
  }
  return undefined;
}
