/** interviewer.md: everything about a mark, with what to talk about. Not for the candidate. */
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { conversationText } from '../../report/conversationText.ts';
import { escapeMarkdown, markdownTable } from '../../report/formats/markdownTable.ts';
import type { Level } from '../levels.ts';
import type { Mark, MarkedClause, SeedOutcome } from './mark.ts';
import {
  fenced,
  item,
  LATENCY_RULE,
  levelWords,
  partsTable,
  placeOf,
  titleOf,
} from './markTables.ts';

export function interviewerReport(
  mark: Mark,
  caseStudy: CaseStudy,
  levels: readonly Level[],
): string {
  const lacking = mark.clauses.filter(({ credit, seeds }) => !credit && seeds.length > 0);
  return [
    `# ${escapeMarkdown(mark.case.title)}, level ${mark.level}: ${mark.score} of 100`,
    'For the interviewer: it tells what is hidden from the candidate, who gets candidate.md.',
    ...(mark.complete ? [] : ['This mark is not complete: the marking was cut short.']),
    ...(mark.problem === null ? [] : [fenced(mark.problem)]),
    partsTable(mark),
    levelWords(mark),
    factsTable(mark),
    ...mark.notes.map(item),
    '## Latency',
    latencySection(mark),
    '## Clauses',
    clauseTable(mark, caseStudy),
    ...(lacking.length === 0 ? [] : ['## What did not pass']),
    ...lacking.map((each) => lackingClause(each, caseStudy)),
    '## What the levels show, and what to talk about',
    ...levels.map(levelSection),
  ]
    .join('\n\n')
    .concat('\n');
}

function factsTable(mark: Mark): string {
  const { environment, seeds } = mark;
  return markdownTable(
    ['', ''],
    [
      ['Solution', `${mark.solution.folder} (${mark.language})`],
      ['SHA-256 of its files', mark.solution.sha256],
      ['Contract', `${mark.case.id} ${mark.case.specVersion}, SHA-256 ${mark.case.sha256}`],
      ['Seeds', seeds.join(', ')],
      ['Confinement', mark.confinement],
      ['Marked', `${mark.markedUtc}, in ${Math.round(mark.durationMs / 1000)} s`],
      ['casemark', mark.suiteVersion],
      ['Machine', `${environment.cpuModel}, ${environment.cores} cores, ${environment.os}`],
    ],
  );
}

function latencySection({ latency }: Mark): string {
  if (latency.kind === 'not-measured') {
    return `Not measured, and no part of the score. ${escapeMarkdown(latency.reason)}`;
  }
  const measured = latency.operations.map((each) => [
    each.operation,
    `${each.calls}`,
    each.medianUs.toFixed(0),
    each.referenceMedianUs.toFixed(0),
    each.ratio.toFixed(2),
  ]);
  const unmeasured = latency.unmeasured.map((operation) => [operation, '', '', '', 'not measured']);
  return [
    LATENCY_RULE,
    markdownTable(
      ['Operation', 'Calls', 'Median, us', 'Reference, us', 'Ratio'],
      [...measured, ...unmeasured],
    ),
  ].join('\n\n');
}

function clauseTable({ clauses }: Mark, caseStudy: CaseStudy): string {
  return markdownTable(
    ['Clause', 'Title', 'Level', 'Part', 'Candidate', 'Each seed', 'Credit'],
    clauses.map(({ clause, level, dimension, visible, seeds, credit }) => [
      clause,
      placeOf(caseStudy, clause).requirement.title,
      `${level}`,
      titleOf(dimension),
      visible ? 'visible' : 'hidden',
      seeds.map(outcomeWords).join(', ') || 'not run',
      credit ? 'yes' : 'no',
    ]),
  );
}

function outcomeWords({ outcome, attempts }: SeedOutcome): string {
  return attempts === 2 ? `${outcome} (second try)` : outcome;
}

function lackingClause(marked: MarkedClause, caseStudy: CaseStudy): string {
  const { requirement, clause } = placeOf(caseStudy, marked.clause);
  return [
    `### ${marked.clause} ${escapeMarkdown(requirement.title)}`,
    escapeMarkdown(clause.statement),
    ...marked.seeds.filter(({ outcome }) => outcome !== 'pass').map(seedSection),
  ].join('\n\n');
}

function seedSection({ seed, outcome, reason, counterexample }: SeedOutcome): string {
  const text = counterexample ? conversationText(counterexample) : (reason ?? '');
  return [`Seed ${seed}: ${outcome}`, ...(text === '' ? [] : [fenced(text)])].join('\n\n');
}

function levelSection(level: Level, index: number): string {
  return [
    `### Level ${index + 1}: ${escapeMarkdown(level.title)}`,
    `Goal: ${escapeMarkdown(level.goal)}`,
    `It shows: ${escapeMarkdown(level.shows)}`,
    ...level.discussion.map(({ question, listenFor }) =>
      [`**${escapeMarkdown(question)}** Listen for:`, '', ...listenFor.map(item)].join('\n'),
    ),
  ].join('\n\n');
}
