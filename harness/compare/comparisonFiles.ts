/** A comparison for each of its readers: a terminal, a pull request, a table, a program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import pc from 'picocolors';
import { escapeMarkdown, markdownTable } from '../report/formats/markdownTable.ts';
import { comparisonPage } from '../report/html/comparisonPage.ts';
import { PLAIN } from '../report/terminalSummary.ts';
import type { Comparison } from './comparison.ts';
import { comparisonTable } from './comparisonTable.ts';

const WRITERS: Readonly<Record<string, (comparison: Comparison) => string>> = {
  'comparison.json': (comparison) => `${JSON.stringify(comparison, null, 2)}\n`,
  'comparison.csv': comparisonCsv,
  'comparison.md': comparisonMarkdown,
  'comparison.html': comparisonPage,
};

/** @returns the names of the files */
export function writeComparison(comparison: Comparison, outDir: string): string[] {
  mkdirSync(outDir, { recursive: true });
  for (const [name, write] of Object.entries(WRITERS)) {
    writeFileSync(join(outDir, name), write(comparison));
  }
  return Object.keys(WRITERS);
}

/** @param colour whether the reader is a terminal */
export function comparisonText(comparison: Comparison, colour: 'colour' | 'plain'): string {
  const { head, rows, remarks } = comparisonTable(comparison);
  const paint = pc.createColors(colour === 'colour');
  const table = new Table({ head: [...head], ...PLAIN });
  for (const row of rows) {
    table.push(row.map((cell) => (BAD.includes(cell) ? paint.red(cell) : cell)));
  }
  const isGood = comparison.exitCode === 0;
  return [
    rows.length > 0 ? table.toString() : '',
    remarks.join('\n'),
    comparison.notes.map((note) => `note: ${note}`).join('\n'),
    `${sidesOf(comparison)}\n${isGood ? comparison.headline : paint.red(comparison.headline)}`,
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

const BAD: readonly string[] = ['regressed', 'invalid'];

/** For a pull request. */
export function comparisonMarkdown(comparison: Comparison): string {
  const { head, rows, remarks } = comparisonTable(comparison);
  const marked = [...remarks, ...comparison.notes].map((remark) => `- ${escapeMarkdown(remark)}`);
  return `${[
    `## casemark: ${escapeMarkdown(comparison.headline)}`,
    escapeMarkdown(sidesOf(comparison)),
    rows.length > 0 ? markdownTable(head, rows) : '',
    marked.join('\n'),
  ]
    .filter((section) => section !== '')
    .join('\n\n')}\n`;
}

/** One row a figure, a ranked implementation, or a clause, with the fields of comparison.json. */
export function comparisonCsv(comparison: Comparison): string {
  return stringify(recordsOf(comparison), { header: true, cast: { boolean: String } });
}

function recordsOf(comparison: Comparison): Record<string, unknown>[] {
  switch (comparison.kind) {
    case 'runs':
      return comparison.figures.map(({ baseline, candidate, runs: _, ...figure }) => ({
        ...figure,
        baseline: baseline.value,
        baselineRuns: baseline.runs,
        candidate: candidate.value,
        candidateRuns: candidate.runs,
      }));
    case 'leaderboard':
      return comparison.figures.flatMap(({ rows, ...figure }) =>
        rows.map(({ files, ...row }) => ({ ...figure, ...row, files: files.join(' ') })),
      );
    case 'conformance':
      return comparison.clauses.map((clause) => ({ ...clause }));
  }
}

function sidesOf(comparison: Comparison): string {
  if (comparison.kind === 'leaderboard') return 'best first';
  const { baseline, candidate } = comparison;
  const name = (side: typeof baseline | typeof candidate): string =>
    'files' in side
      ? `${side.implementation} ${side.versions.join(', ')} (${side.runs} runs, ${side.files.join(', ')})`
      : `${side.implementation} ${side.version} (${side.file})`;
  return `candidate ${name(candidate)} against baseline ${name(baseline)}`;
}
