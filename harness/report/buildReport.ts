/** A report from the events of a run. Pure: the same events give the same report, today or in a year. */
import { SpecError } from '../contract/specError.ts';
import { faultWindows } from '../fault/faultEvent.ts';
import type { Clause, Requirement } from '../contract/caseStudy.ts';
import type { KnownFailure } from '../target/implementation.ts';
import type { ClauseJudgement, RunEvent, RunStarted, Verdict } from '../run/event.ts';
import { REPORT_SCHEMA_VERSION } from './report.ts';
import type { Report, ReportedClause, ReportedRequirement } from './report.ts';
import { summarise } from './summarise.ts';

/** It judges the clauses that need faults, and no others. */
const FAULTS_VERB = 'faults';

/** @throws SpecError when the events do not begin with those of a run */
export function buildReport(events: readonly RunEvent[]): Report {
  const started = events.find((event) => event.kind === 'run-started');
  if (!started) {
    throw new SpecError('The record has no run-started event: is it the events.ndjson of a run?');
  }
  const of = <K extends RunEvent['kind']>(kind: K): Extract<RunEvent, { kind: K }>[] =>
    events.filter((event): event is Extract<RunEvent, { kind: K }> => event.kind === kind);

  const judgements = new Map(
    of('clause-judged').map(({ judgement }) => [judgement.clause, judgement]),
  );
  const requirements = started.requirements
    .map((requirement) => reportRequirement(requirement, judgements, started.knownFailures))
    .filter((requirement) => requirement.clauses.length > 0);
  return {
    schemaVersion: REPORT_SCHEMA_VERSION,
    suiteVersion: started.suiteVersion,
    runId: started.runId,
    verb: started.verb,
    startedUtc: started.startedUtc,
    durationMs: of('run-ended').at(-1)?.durationMs ?? null,
    case: started.case,
    implementation: started.implementation,
    binding: started.binding,
    launched: started.launched,
    capabilities: started.capabilities,
    seed: started.seed,
    effort: started.effort,
    only: started.only,
    gitSha: started.gitSha,
    command: started.command ?? null,
    environment: started.environment,
    summary: summarise(requirements, {
      partial:
        started.only !== null || started.verb === FAULTS_VERB || isCutShort(started, requirements),
      launched: started.launched,
      knownFailureProblems: knownFailureProblems(started, judgements),
    }),
    requirements,
    smoke: of('smoke').map(({ line }) => line),
    targets: of('target').map(({ target }) => target),
    measurements: of('measurement').map(({ measurement }) => measurement),
    campaign: of('campaign').at(-1)?.campaign ?? null,
    faultWindows: faultWindows(of('fault').map(({ fault }) => fault)).map(
      ({ fault, startMs, healedMs }) => ({ kind: fault, startMs, endMs: healedMs ?? null }),
    ),
    notes: of('note').map(({ message }) => message),
  };
}

function reportRequirement(
  requirement: Requirement,
  judgements: ReadonlyMap<string, ClauseJudgement>,
  knownFailures: readonly KnownFailure[],
): ReportedRequirement {
  const clauses = requirement.clauses.flatMap((clause) => {
    const judgement = judgements.get(`${requirement.id}.${clause.key}`);
    return judgement ? [reportClause(clause, judgement, knownFailures)] : [];
  });
  const { id, level, tier, title, statement, components, patterns } = requirement;
  const verdict = deriveVerdict(clauses.map((clause) => clause.verdict));
  return { id, level, tier, title, statement, components, patterns, verdict, clauses };
}

function reportClause(
  { key, statement }: Clause,
  { clause, verdict, reason, hits, durationMs, counterexample }: ClauseJudgement,
  knownFailures: readonly KnownFailure[],
): ReportedClause {
  const known = failed(verdict) ? knownFailures.find((each) => each.clause === clause) : undefined;
  return {
    key,
    statement,
    verdict,
    ...(reason !== undefined && { reason }),
    hits,
    durationMs,
    ...(known && { known: { reason: known.reason, expires: known.expires } }),
    ...(counterexample && { counterexample }),
  };
}

/** From the most to the least telling; excluded clauses count only when there are no others. */
const PRECEDENCE: readonly Verdict[] = ['fail', 'warn', 'could-not-run', 'not-applicable', 'pass'];

export function deriveVerdict(verdicts: readonly Verdict[]): Verdict {
  return PRECEDENCE.find((verdict) => verdicts.includes(verdict)) ?? 'excluded';
}

function failed(verdict: Verdict): boolean {
  return verdict === 'fail' || verdict === 'warn';
}

function knownFailureProblems(
  { knownFailures, startedUtc, implementation }: RunStarted,
  judgements: ReadonlyMap<string, ClauseJudgement>,
): string[] {
  const today = startedUtc.slice(0, 'YYYY-MM-DD'.length);
  return knownFailures.flatMap(({ clause, expires }) => {
    const judgement = judgements.get(clause);
    if (!judgement) return [];
    if (judgement.verdict === 'pass') {
      return [
        `${clause} passes, but ${implementation.source} lists it in knownFailures: remove the entry.`,
      ];
    }
    if (failed(judgement.verdict) && expires < today) {
      return [
        `The known failure ${clause} expired on ${expires}: mend it, or give it a new date in ${implementation.source}.`,
      ];
    }
    return [];
  });
}

/** A run that was killed has clauses without a judgement: what is missing must not look like a pass. */
function isCutShort(started: RunStarted, requirements: readonly ReportedRequirement[]): boolean {
  const judged = requirements.reduce((sum, { clauses }) => sum + clauses.length, 0);
  const planned = started.requirements.reduce((sum, { clauses }) => sum + clauses.length, 0);
  return judged < planned;
}
