/** The mark for somebody who reads it in a terminal. */
import type { Mark, MarkedClause } from './mark.ts';
import { creditWords, latencyWords, levelWords, titleOf } from './markTables.ts';

/** A sentence of a failure; the rest is in interviewer.md. */
const MAX_REASON_CHARS = 200;

/** @param out where the files are, as the user calls it */
export function markSummary(mark: Mark, out: string): string {
  const { parts, clauses, latency, score, problem, notes } = mark;
  const lacking = clauses.filter(({ credit }) => !credit);
  const rows = parts.map(
    ({ part, weight, points }) =>
      `  ${titleOf(part).padEnd(12)} ${points.toFixed(2).padStart(6)} of ${weight.toFixed(2).padStart(6)}   ` +
      (part === 'latency' ? latencyWords(latency) : creditWords(clauses, part)),
  );
  const told = problem === null ? lacking.map(lackingLine) : [problem];
  return [
    ...(told.length === 0 ? [] : [...told, '']),
    ...notes.map((note) => `note: ${note}`),
    ...(latency.kind === 'not-measured'
      ? [`note: latency is no part of it. ${latency.reason}`]
      : []),
    `${mark.case.id}, level ${mark.level}: ${score} of 100`,
    ...rows,
    levelWords(mark),
    `mark.json and interviewer.md in ${out} tell what is hidden from candidates; candidate.md is theirs.`,
  ].join('\n');
}

function lackingLine({ clause, visible, dimension, seeds }: MarkedClause): string {
  const found = seeds.find(({ outcome }) => outcome !== 'pass');
  const of = `${clause} (${dimension}, ${visible ? 'visible' : 'hidden'})`;
  if (!found) return `${of}: not run`;
  const reason = (found.reason ?? '').split('\n')[0]!.slice(0, MAX_REASON_CHARS);
  const passed = seeds.filter(({ outcome }) => outcome === 'pass').length;
  const times = passed === 0 ? '' : `, passes with ${passed} of ${seeds.length}`;
  return `${of}: ${found.outcome} with seed ${found.seed}${times}: ${reason}`;
}
