/** candidate.md: the mark as its candidate may see it. Of hidden clauses it has only the requirement, and whether they pass. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { escapeMarkdown, markdownTable } from '../../report/formats/markdownTable.ts';
import type { Mark, MarkedClause } from './mark.ts';
import { fenced, item, LATENCY_RULE, levelWords, partsTable, placeOf } from './markTables.ts';

export function candidateReport(mark: Mark, caseStudy: CaseStudy): string {
  const visible = mark.clauses.filter((each) => each.visible);
  const hidden = mark.clauses.filter((each) => !each.visible);
  return [
    `# ${escapeMarkdown(mark.case.title)}, level ${mark.level}: ${mark.score} of 100`,
    ...(mark.complete ? [] : ['This mark is not complete: the marking was cut short.']),
    ...(mark.problem === null ? [] : [fenced(mark.problem)]),
    partsTable(mark),
    levelWords(mark),
    'A clause earns its credit when it passes every time that it is tried, each time with other inputs.',
    ...(mark.latency.kind === 'measured' ? [LATENCY_RULE] : []),
    '## What you could try',
    ...visible.map((each) => visibleClause(each, caseStudy)),
    ...(hidden.length === 0 ? [] : ['## What was asked beside it', hiddenTable(hidden, caseStudy)]),
  ]
    .join('\n\n')
    .concat('\n');
}

function visibleClause(marked: MarkedClause, caseStudy: CaseStudy): string {
  const { requirement, clause } = placeOf(caseStudy, marked.clause);
  return [
    `### ${marked.clause} ${escapeMarkdown(requirement.title)}: ${timesWords(marked)}`,
    escapeMarkdown(clause.statement),
    ...(clause.freedoms.length === 0
      ? []
      : [['You are free in this:', ...clause.freedoms.map(item)].join('\n')]),
    ...(marked.credit
      ? []
      : [`To see it: \`casemark exercise try --only ${marked.clause}\` in your folder.`]),
  ].join('\n\n');
}

function timesWords({ credit, seeds }: MarkedClause): string {
  if (credit) return 'passes';
  const passed = seeds.filter(({ outcome }) => outcome === 'pass').length;
  if (passed > 0) return `does not pass (${passed} of ${seeds.length} times it does)`;
  if (seeds.some(({ outcome }) => outcome === 'fail')) return 'does not pass';
  return 'could not be judged';
}

/** One row a requirement, so that it does not tell how many clauses are behind it. */
function hiddenTable(hidden: readonly MarkedClause[], caseStudy: CaseStudy): string {
  const groups = Map.groupBy(hidden, ({ clause }) => placeOf(caseStudy, clause).requirement);
  const rows = [...groups].map(([{ id, title }, group]) => [
    id,
    title,
    group.every(({ credit }) => credit) ? 'pass' : 'not passed',
  ]);
  return markdownTable(['Requirement', 'Title', 'Result'], rows);
}
