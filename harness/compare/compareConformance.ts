/** Two report.json of one case study: what became right or wrong, clause by clause. */
import { EXIT } from '../report/exitCode.ts';
import type { Report, ReportedClause, ReportedRequirement } from '../report/report.ts';
import type { Verdict } from '../run/event.ts';
import { COMPARISON_SCHEMA_VERSION } from './comparison.ts';
import type {
  ClauseChange,
  ComparedClause,
  ComparedReport,
  ConformanceComparison,
} from './comparison.ts';

export interface NamedReport {
  readonly file: string;
  readonly report: Report;
}

interface Judged {
  readonly requirement: ReportedRequirement;
  readonly clause: ReportedClause;
}

/**
 * What a clause is that the candidate's report does not have: in the same spec it is still there, and of a partial run nobody can say
 * that it is not.
 */
type Absent = Extract<ClauseChange, 'removed' | 'not-judged'>;

/** Verdicts that say whether the clause holds. */
const DECIDED: readonly Verdict[] = ['pass', 'fail', 'warn'];

/** Both reports are of the same case study. */
export function compareConformance(
  baseline: NamedReport,
  candidate: NamedReport,
): ConformanceComparison {
  const before = clausesOf(baseline.report);
  const after = clausesOf(candidate.report);
  const sameSpec = baseline.report.case.sha256 === candidate.report.case.sha256;
  const absent = isWhole(candidate.report) && !sameSpec ? 'removed' : 'not-judged';
  const clauses = [...new Set([...before.keys(), ...after.keys()])]
    .sort()
    .map((ref) => compareClause(ref, before.get(ref), after.get(ref), absent));
  const counts = countChanges(clauses);
  return {
    schemaVersion: COMPARISON_SCHEMA_VERSION,
    kind: 'conformance',
    caseId: candidate.report.case.id,
    baseline: describe(baseline),
    candidate: describe(candidate),
    counts,
    headline: headlineOf(counts, clauses),
    exitCode: exitCodeOf(clauses),
    clauses,
    notes: notesOf(baseline, candidate),
  };
}

/** Only some verbs ask for all clauses, and a run that was killed did not come to all of them. */
function isWhole({ verb, only, durationMs }: Report): boolean {
  return ['check', 'run'].includes(verb) && only === null && durationMs !== null;
}

function compareClause(
  clause: string,
  before: Judged | undefined,
  after: Judged | undefined,
  absent: Absent,
): ComparedClause {
  const { requirement, clause: told } = (after ?? before)!;
  return {
    clause,
    level: requirement.level,
    tier: requirement.tier,
    change: changeOf(before?.clause, after?.clause, absent),
    before: before?.clause.verdict ?? null,
    after: after?.clause.verdict ?? null,
    statement: told.statement,
    reason: after?.clause.reason ?? '',
    known: after?.clause.known !== undefined,
  };
}

/** Another sentence is another clause: nothing got better or worse by it. */
function changeOf(
  before: ReportedClause | undefined,
  after: ReportedClause | undefined,
  absent: Absent,
): ClauseChange {
  if (!before) return 'added';
  if (!after) return absent;
  if (before.statement !== after.statement) return 'changed';
  const [held, holds] = [before.verdict === 'pass', after.verdict === 'pass'];
  if (held && !DECIDED.includes(after.verdict)) return 'not-judged';
  if (held && !holds) return 'regressed';
  if (!held && holds) return DECIDED.includes(before.verdict) ? 'fixed' : 'same';
  return isNewFailure(before, after) ? 'regressed' : 'same';
}

/** What could not be judged before may have been wrong all along, but it fails now, and somebody has to know. */
function isNewFailure(before: ReportedClause, after: ReportedClause): boolean {
  return (
    !DECIDED.includes(before.verdict) && (after.verdict === 'fail' || after.verdict === 'warn')
  );
}

/** A MUST that regressed, then a core MUST that is no longer judged. What is new or changed, the run's own exit code judges. */
function exitCodeOf(clauses: readonly ComparedClause[]): number {
  const musts = clauses.filter(({ level, known }) => level === 'MUST' && !known);
  if (musts.some(({ change }) => change === 'regressed')) return EXIT.mustFailed;
  const isLost = ({ change, tier }: ComparedClause): boolean =>
    change === 'not-judged' && tier === 'core';
  return musts.some(isLost) ? EXIT.couldNotRun : EXIT.ok;
}

function clausesOf({ requirements }: Report): Map<string, Judged> {
  return new Map(
    requirements.flatMap((requirement) =>
      requirement.clauses.map((clause) => [
        `${requirement.id}.${clause.key}`,
        { requirement, clause },
      ]),
    ),
  );
}

function describe({ file, report }: NamedReport): ComparedReport {
  const { name, version } = report.implementation;
  return {
    file,
    implementation: name,
    version,
    specVersion: report.case.specVersion,
    gitSha: report.gitSha,
  };
}

const CHANGES: readonly ClauseChange[] = [
  ...(['regressed', 'fixed', 'added', 'removed', 'changed', 'not-judged', 'same'] as const),
];

function countChanges(clauses: readonly ComparedClause[]): ConformanceComparison['counts'] {
  return Object.fromEntries(
    CHANGES.map((change) => [change, clauses.filter((each) => each.change === change).length]),
  ) as unknown as ConformanceComparison['counts'];
}

function headlineOf(
  counts: ConformanceComparison['counts'],
  clauses: readonly ComparedClause[],
): string {
  const told = CHANGES.filter((change) => counts[change] > 0).map(
    (change) => `${counts[change]} ${change}`,
  );
  const worse = clauses.filter(({ change }) => change === 'regressed');
  const named = worse.length > 0 ? ` (${worse.map(({ clause }) => clause).join(', ')})` : '';
  return `${clauses.length} clauses: ${told.join(', ')}${named}`;
}

function notesOf({ report: before }: NamedReport, { report: after }: NamedReport): string[] {
  const notes: string[] = [];
  if (before.case.sha256 !== after.case.sha256) {
    notes.push(
      `the case study changed between the reports (${before.case.specVersion}, ${after.case.specVersion}): changed clauses are told, and are no regressions`,
    );
  }
  if (before.seed !== after.seed || before.effort !== after.effort) {
    notes.push(
      'seed or effort differ: a clause may fail because other inputs were tried, not because the implementation changed',
    );
  }
  return notes;
}
