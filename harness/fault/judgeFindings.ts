/** From what a case's judge found after a campaign to the verdict of each clause. Pure. */
import type { CampaignFinding } from '../checks/campaignJudge.ts';
import type { ClauseJudgement } from '../run/event.ts';
import type { PlannedClause } from '../run/loadChecks.ts';
import type { FaultSummary } from './faultSummary.ts';

/** The first ones tell what is wrong; all of a lost journal would fill a book. */
const MAX_SHOWN_VIOLATIONS = 5;
/** A clause that says nothing of faults is about crashes. */
const DEFAULT_FAULTS = ['proc.kill9'];

export interface FindingsOptions {
  readonly clauses: readonly PlannedClause[];
  readonly findings: readonly CampaignFinding[];
  readonly faults: FaultSummary;
  readonly requiredKills: number;
  /** Why nobody could judge: the final state was not read. Undefined when somebody did. */
  readonly notJudged: string | undefined;
  /** How the implementation ended for good; undefined when it runs. */
  readonly dead: string | undefined;
  readonly durationMs: number;
  readonly replayCommand: string;
}

export function judgeFindings(options: FindingsOptions): ClauseJudgement[] {
  return options.clauses.map((clause) => judgeClause(clause, options));
}

function judgeClause(planned: PlannedClause, options: FindingsOptions): ClauseJudgement {
  const { ref, clause, requirement } = planned;
  const { findings, faults, requiredKills, notJudged, dead, durationMs, replayCommand } = options;
  const finding = findings.find((each) => each.clause === ref);
  const base = { clause: ref, hits: { ...finding?.hits }, durationMs: Math.round(durationMs) };
  const fail = (message: string): ClauseJudgement => ({
    ...base,
    verdict: requirement.level === 'MUST' ? 'fail' : 'warn',
    reason: message,
    counterexample: { message, conversation: [], replayCommand },
  });
  const couldNotRun = (reason: string): ClauseJudgement => ({
    ...base,
    verdict: 'could-not-run',
    reason,
  });

  // What was seen to be wrong is wrong, however little else was seen.
  if (finding && finding.violations.length > 0) return fail(violationText(finding.violations));
  if (dead !== undefined) {
    return fail(`After a kill it did not start again on the data that it had: it ${dead}.`);
  }
  if (notJudged !== undefined) return couldNotRun(notJudged);
  if (!finding) return couldNotRun(`The campaign's judge says nothing about ${ref}: mend it.`);
  const missing = (clause.faults ?? DEFAULT_FAULTS).flatMap((kind) => whyNotShown(kind, faults));
  if (missing.length > 0) return couldNotRun(`Nothing is shown without it: ${missing.join('; ')}.`);
  if (faults.kills < requiredKills) {
    return couldNotRun(
      `${faults.kills} kills were seen to bite, and the profile asks for ${requiredKills}.`,
    );
  }
  const short = Object.entries(clause.hits ?? {}).filter(
    ([name, least]) => (finding.hits[name] ?? 0) < least,
  );
  if (short.length === 0) return { ...base, verdict: 'pass' };
  const told = short.map(
    ([name, least]) => `${name} ${finding.hits[name] ?? 0} times, at least ${least} are needed`,
  );
  return couldNotRun(`Too little of what it is about was seen: ${told.join('; ')}.`);
}

function whyNotShown(kind: string, { kinds }: FaultSummary): string[] {
  const shown = kinds.find((each) => each.kind === kind);
  if (!shown) return [`${kind} is not planned in this profile`];
  return shown.verdict === 'evidenced' ? [] : [`${kind}: ${shown.why}`];
}

function violationText(violations: readonly string[]): string {
  const more = violations.length - MAX_SHOWN_VIOLATIONS;
  return [
    ...violations.slice(0, MAX_SHOWN_VIOLATIONS),
    ...(more > 0 ? [`... and ${more} more.`] : []),
  ].join('\n');
}
