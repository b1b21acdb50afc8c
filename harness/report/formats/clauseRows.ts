/** The clauses of a report, one after the other, with what every format for tests asks of each. */
import { conversationText } from '../conversationText.ts';
import type { Report, ReportedClause, ReportedRequirement } from '../report.ts';

export interface ClauseRow {
  /** As in HFT-MATCH-01.a. */
  readonly ref: string;
  readonly requirement: ReportedRequirement;
  readonly clause: ReportedClause;
  /** Why it is not a pass, in one sentence; empty for a pass. */
  readonly message: string;
  /** The conversation that shows it; empty without one. */
  readonly evidence: string;
  /** Both, without saying the reason twice. */
  readonly details: string;
}

export function clauseRows({ requirements }: Report): ClauseRow[] {
  return requirements.flatMap((requirement) =>
    requirement.clauses.map((clause) => {
      const message = messageOf(clause);
      const evidence = clause.counterexample ? conversationText(clause.counterexample) : '';
      const parts = evidence.startsWith(message) ? [evidence] : [message, evidence];
      return {
        ref: `${requirement.id}.${clause.key}`,
        ...{ requirement, clause, message, evidence },
        details: parts.filter((part) => part !== '').join('\n\n'),
      };
    }),
  );
}

function messageOf({ reason = '', known }: ReportedClause): string {
  return known ? `known until ${known.expires} (${known.reason}): ${reason}` : reason;
}
