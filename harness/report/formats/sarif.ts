/**
 * casemark.sarif: SARIF 2.1.0 (OASIS), for code scanning. A rule is a clause, a result one that does not hold or could not be judged; it
 * stands at the clause's line in spec/<case>/requirements.json, because no line of an implementation in any language is known.
 */
import type { Report } from '../report.ts';
import { clauseRows } from './clauseRows.ts';
import type { ClauseRow } from './clauseRows.ts';
import { json } from './json.ts';
import type { SpecLines } from './specLines.ts';

export function sarif(report: Report, placeOf: SpecLines): string {
  const found = clauseRows(report).filter(({ clause }) => clause.verdict in LEVELS);
  return json({
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'casemark',
            semanticVersion: report.suiteVersion,
            rules: found.map(ruleOf),
          },
        },
        automationDetails: { id: `casemark/${report.case.id}/` },
        results: found.map((row, ruleIndex) => resultOf(row, ruleIndex, placeOf)),
      },
    ],
  });
}

/** `could-not-run` is told too: silence would look like a pass. */
const LEVELS: Readonly<Record<string, 'error' | 'warning' | 'note'>> = {
  fail: 'error',
  warn: 'warning',
  'could-not-run': 'note',
};

function ruleOf({ ref, requirement, clause }: ClauseRow): object {
  return {
    id: ref,
    name: requirement.title,
    shortDescription: { text: clause.statement },
    fullDescription: { text: requirement.statement },
    help: { text: `${requirement.level}, ${requirement.tier}: ${requirement.statement}` },
    defaultConfiguration: { level: LEVELS[clause.verdict] },
    properties: { tags: [...requirement.patterns, ...requirement.components] },
  };
}

function resultOf(
  { ref, clause, details }: ClauseRow,
  ruleIndex: number,
  placeOf: SpecLines,
): object {
  const { file, line } = placeOf(ref);
  return {
    ruleId: ref,
    ruleIndex,
    level: LEVELS[clause.verdict],
    message: { text: details || clause.statement },
    locations: [
      { physicalLocation: { artifactLocation: { uri: file }, region: { startLine: line } } },
    ],
    // The same clause is the same finding, whatever line it moves to.
    partialFingerprints: { 'clause/v1': ref },
    ...(clause.known && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: clause.known.reason }],
    }),
  };
}
