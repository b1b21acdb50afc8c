/** The files of a mark: written after each seed too, so that what was found is not lost. */
import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import type { Level } from '../levels.ts';
import { candidateReport } from './candidateReport.ts';
import { interviewerReport } from './interviewerReport.ts';
import type { Mark } from './mark.ts';

export function writeMark(
  out: string,
  mark: Mark,
  caseStudy: CaseStudy,
  levels: readonly Level[],
): void {
  mkdirSync(out, { recursive: true });
  write(out, 'mark.json', `${JSON.stringify(mark, undefined, 2)}\n`);
  write(out, 'interviewer.md', interviewerReport(mark, caseStudy, levels));
  write(out, 'candidate.md', candidateReport(mark, caseStudy));
}

/** Whole or not at all: whoever ends the marking must not find half a file. */
function write(out: string, name: string, text: string): void {
  const file = join(out, name);
  writeFileSync(`${file}.new`, text);
  renameSync(`${file}.new`, file);
}
