/** What the interviewer's and the candidate's report have in common, in Markdown. */
import type { CaseStudy, Clause, Requirement } from '../../contract/caseStudy.ts';
import { escapeMarkdown, markdownTable } from '../../report/formats/markdownTable.ts';
import type { Latency, Mark, MarkedClause } from './mark.ts';
import type { Part } from './rubric.ts';

const TITLES: Readonly<Record<Part, string>> = {
  correctness: 'Correctness',
  concurrency: 'Concurrency',
  durability: 'Durability',
  latency: 'Latency',
  robustness: 'Robustness',
};

export function titleOf(part: Part): string {
  return TITLES[part];
}

export function partsTable({ parts, clauses, latency, score }: Mark): string {
  const rows = parts.map(({ part, weight, points }) => [
    titleOf(part),
    part === 'latency' ? latencyWords(latency) : creditWords(clauses, part),
    `${points}`,
    `${weight}`,
  ]);
  return markdownTable(
    ['Part', 'What it rests on', 'Points', 'of'],
    [...rows, ['All', '', `${score}`, '100']],
  );
}

export function creditWords(clauses: readonly MarkedClause[], part: Part): string {
  const own = clauses.filter(({ dimension }) => dimension === part);
  const credited = own.filter(({ credit }) => credit).length;
  return `${credited} of ${own.length} clauses`;
}

export function latencyWords(latency: Latency): string {
  if (latency.kind === 'not-measured') return 'not measured';
  const { ratio, operations, unmeasured } = latency;
  const all = operations.length + unmeasured.length;
  const times = ratio === null ? '' : `${ratio.toFixed(2)} times the reference's time, `;
  return `${times}${operations.length} of ${all} operations measured`;
}

/** Up to twice, a quarter less for each doubling: said beside every latency, for it may differ from run to run. */
export const LATENCY_RULE =
  'Latency has full marks up to twice the time of the reference and none from sixteen times, a quarter less for each doubling ' +
  'between; an operation that no passing visible clause used earns nothing. It is measured, so the same code may differ by one quarter.';

export interface Place {
  readonly requirement: Requirement;
  readonly clause: Clause;
}

/** Where a clause stands in the contract. */
export function placeOf(caseStudy: CaseStudy, ref: string): Place {
  for (const requirement of caseStudy.requirements) {
    const clause = requirement.clauses.find(({ key }) => `${requirement.id}.${key}` === ref);
    if (clause) return { requirement, clause };
  }
  throw new Error(`${ref} is no clause of ${caseStudy.id}.`);
}

/** A list item; the text comes from data or from an implementation. */
export function item(text: string): string {
  return `- ${escapeMarkdown(text)}`;
}

/** A block that stays as it is, whatever stands in it. */
export function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text}\n${fence}`;
}

export function levelWords({ reachedLevel, level }: Mark): string {
  if (reachedLevel === level) return `Every clause of the levels up to ${level} has credit.`;
  if (reachedLevel === 0) return `No level is complete yet (of ${level}).`;
  return `Level ${reachedLevel} of ${level} is complete: all its clauses, and those before, have credit.`;
}
