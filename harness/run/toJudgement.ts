/** From what became of a check to the verdict of its clause. */
import type { ClauseJudgement } from './event.ts';
import type { PlannedClause } from './loadChecks.ts';
import type { Outcome } from './runCheck.ts';
import { trimConversation } from './trimConversation.ts';

export function toJudgement(
  { ref, requirement }: PlannedClause,
  outcome: Outcome,
  durationMs: number,
  replayCommand: (clause: string) => string,
): ClauseJudgement {
  const base = { clause: ref, hits: outcome.hits, durationMs: Math.round(durationMs) };
  switch (outcome.kind) {
    case 'pass':
      return { ...base, verdict: 'pass' };
    case 'fail':
      return {
        ...base,
        verdict: requirement.level === 'MUST' ? 'fail' : 'warn',
        reason: outcome.finding.message,
        counterexample: {
          ...outcome.finding,
          conversation: trimConversation(outcome.finding.conversation),
          replayCommand: replayCommand(ref),
        },
      };
    case 'not-applicable':
      return { ...base, verdict: 'not-applicable', reason: outcome.reason };
    case 'could-not-run':
    case 'no-answer':
      return { ...base, verdict: 'could-not-run', reason: outcome.reason };
  }
}
