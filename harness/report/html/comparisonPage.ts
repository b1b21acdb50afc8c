/** comparison.html: what became better or worse, on one page. Pure: the comparison gives it, and nothing else. */
import { comparisonTable } from '../../compare/comparisonTable.ts';
import type {
  Comparison,
  ConformanceComparison,
  Leaderboard,
  RunsComparison,
} from '../../compare/comparison.ts';
import { changeSection } from './changeSection.ts';
import { badge, table } from './figure.ts';
import type { Tone } from './figure.ts';
import { html } from './markup.ts';
import type { Markup, Part } from './markup.ts';
import { page } from './page.ts';
import type { Section } from './page.ts';
import { runOrderSection } from './runOrderSection.ts';

export function comparisonPage(comparison: Comparison): string {
  return page({
    title: titleOf(comparison),
    subtitle: subtitleOf(comparison),
    banner: banner(comparison),
    sections: sectionsOf(comparison),
    footer: 'Made by casemark from comparison.json. This page asks nobody for anything.',
  });
}

function titleOf(comparison: Comparison): string {
  if (comparison.kind === 'leaderboard') return 'Leaderboard';
  return `${comparison.candidate.implementation} against ${comparison.baseline.implementation}`;
}

function subtitleOf(comparison: Comparison): string {
  switch (comparison.kind) {
    case 'runs':
      return `${comparison.design} runs, ${comparison.baseline.runs} of the baseline and ${comparison.candidate.runs} of the candidate, ${comparison.series === 1 ? 'one series' : `${comparison.series} series`}`;
    case 'conformance':
      return `clauses of ${comparison.caseId}, two reports`;
    case 'leaderboard':
      return 'best first; no test was made: it says who is where, not who is better for certain';
  }
}

/** By exit code: what a build is told, and what a reader sees first. */
function banner({ headline, exitCode, notes }: Comparison): Markup {
  const tone = exitCode === 0 ? 'good' : exitCode === 1 || exitCode === 3 ? 'bad' : 'warn';
  return html`<div class="banner ${tone}">
    <h2>${headline}</h2>
    <ul>
      ${[...notes, `exit code ${exitCode}`].map((note) => html`<li>${note}</li>`)}
    </ul>
  </div>`;
}

function sectionsOf(comparison: Comparison): Section[] {
  const all: Section = { id: 'table', title: 'The whole table', body: wholeTable(comparison) };
  if (comparison.kind !== 'runs') return [all, ...sidesSection(comparison)];
  return [
    { id: 'changes', title: 'Changes', body: changeSection(comparison) },
    { id: 'order', title: 'Runs in their order', body: runOrderSection(comparison) },
    all,
    ...sidesSection(comparison),
  ];
}

const TONES: Readonly<Record<string, Tone>> = {
  regressed: 'bad',
  fail: 'bad',
  improved: 'good',
  fixed: 'good',
  pass: 'good',
  equivalent: 'good',
  invalid: 'warn',
  incomparable: 'warn',
  'not-judged': 'warn',
  inconclusive: 'quiet',
};

function wholeTable(comparison: Comparison): Part {
  const { head, rows, remarks } = comparisonTable(comparison);
  const shown = (cell: string): Part => {
    const tone = TONES[cell];
    return tone === undefined ? cell : badge(cell, tone);
  };
  return html`${table({
    caption: 'The whole table',
    sortable: true,
    columns: head.map((name) => ({ head: name, as: 'text' })),
    rows: rows.map((cells) => cells.map(shown)),
  })}
  ${
    remarks.length > 0 &&
    html`<ul>
      ${remarks.map((remark) => html`<li>${remark}</li>`)}
    </ul>`
  }`;
}

function sidesSection(comparison: RunsComparison | ConformanceComparison | Leaderboard): Section[] {
  if (comparison.kind === 'leaderboard') return [];
  const side = (
    name: string,
    of: typeof comparison.baseline | typeof comparison.candidate,
  ): Part[] =>
    'files' in of
      ? [
          name,
          of.implementation,
          of.versions.join(', '),
          of.gitShas.join(', '),
          of.files.join(', '),
        ]
      : [name, of.implementation, of.version, of.gitSha ?? '', of.file];
  const body = html`${table({
      caption: 'What was compared',
      columns: ['Side', 'Implementation', 'Version', 'Commit', 'From'].map((head) => ({
        head,
        as: 'text' as const,
      })),
      rows: [side('baseline', comparison.baseline), side('candidate', comparison.candidate)],
    })}
    <p>To judge it again:</p>
    <code class="command">${againCommand(comparison)}</code>`;
  return [{ id: 'reproduce', title: 'What was compared', body }];
}

function againCommand(comparison: RunsComparison | ConformanceComparison): string {
  if (comparison.kind === 'conformance') {
    return `npx casemark compare ${comparison.baseline.file} ${comparison.candidate.file}`;
  }
  const [before, after] = [comparison.baseline.files, comparison.candidate.files];
  return comparison.design === 'interleaved'
    ? `npx casemark compare ${before.join(' ')}`
    : `npx casemark compare --baseline ${before.join(' ')} --candidate ${after.join(' ')}`;
}
