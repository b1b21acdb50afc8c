/** The counts and the one sentence that a report begins with. It never says more than was shown. */
import type { Verdict } from '../run/event.ts';
import type { Conformance, Report, ReportedRequirement, VerdictCounts } from './report.ts';

const COUNTED_AS: Record<Verdict, keyof VerdictCounts> = {
  pass: 'pass',
  fail: 'fail',
  warn: 'warn',
  'not-applicable': 'notApplicable',
  'could-not-run': 'couldNotRun',
  excluded: 'excluded',
};

export function summarise(
  requirements: readonly ReportedRequirement[],
  run: { partial: boolean; launched: boolean; knownFailureProblems: string[] },
): Report['summary'] {
  const must = requirements.filter(({ level }) => level === 'MUST');
  const should = requirements.filter(({ level }) => level === 'SHOULD');
  const unjudged = must.filter(
    ({ tier, verdict }) =>
      tier === 'core' && (verdict === 'could-not-run' || verdict === 'not-applicable'),
  );
  const failing = must.filter(({ verdict }) => verdict === 'fail');
  const partial = run.partial || requirements.length === 0;
  const conformance = conclude(failing.length, unjudged.length, partial);
  return {
    must: count(must),
    should: count(should),
    conformance,
    headline: headlineOf(conformance, must, failing, unjudged, run.launched),
    knownFailureProblems: run.knownFailureProblems,
  };
}

function count(requirements: readonly ReportedRequirement[]): VerdictCounts {
  const counts = { pass: 0, fail: 0, warn: 0, notApplicable: 0, couldNotRun: 0, excluded: 0 };
  for (const { verdict } of requirements) counts[COUNTED_AS[verdict]] += 1;
  return counts;
}

function conclude(failing: number, unjudged: number, partial: boolean): Conformance {
  if (failing > 0) return 'not-conformant';
  if (partial) return 'partial';
  return unjudged > 0 ? 'not-shown' : 'conformant';
}

function headlineOf(
  conformance: Conformance,
  must: readonly ReportedRequirement[],
  failing: readonly ReportedRequirement[],
  unjudged: readonly ReportedRequirement[],
  launched: boolean,
): string {
  const passing = must.filter(({ verdict }) => verdict === 'pass').length;
  const ids = (list: readonly ReportedRequirement[]): string => list.map(({ id }) => id).join(', ');
  switch (conformance) {
    case 'not-conformant': {
      const known = failing.every(({ clauses }) =>
        clauses.every(({ verdict, known }) => verdict !== 'fail' || known),
      );
      return `not conformant: ${failing.length} of ${must.length} MUST requirements fail${known ? ', all of them known' : ''} (${ids(failing)})`;
    }
    case 'partial':
      if (must.length === 0) return 'no MUST requirement was judged';
      return `not the whole case study: ${passing} of the ${must.length} MUST requirements that were judged pass`;
    case 'not-shown': {
      const hint = launched ? '' : '; start the implementation with --impl to judge them';
      return `not shown to be conformant: nothing failed, but ${unjudged.length} core MUST requirements were not judged (${ids(unjudged)})${hint}`;
    }
    case 'conformant':
      return `conformant: all ${passing} MUST requirements that apply pass`;
  }
}
