/** `casemark compare`: two sets of runs, one series, several implementations, or two reports. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { compareConformance } from '../compare/compareConformance.ts';
import type { NamedReport } from '../compare/compareConformance.ts';
import { compareRuns } from '../compare/compareRuns.ts';
import { comparisonText, writeComparison } from '../compare/comparisonFiles.ts';
import type { Comparison } from '../compare/comparison.ts';
import { leaderboard } from '../compare/leaderboard.ts';
import { readResults } from '../compare/readResults.ts';
import { separateSides, seriesSides } from '../compare/sides.ts';
import { displayPath, readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { Report } from '../report/report.ts';

export interface CompareCliOptions {
  baseline?: string[];
  candidate?: string[];
  out?: string;
}

export function addCompareOptions(command: Command): Command {
  return command
    .option('--baseline <files...>', 'measurements.csv of the runs to compare with')
    .option('--candidate <files...>', 'measurements.csv of the runs to judge')
    .option('--out <dir>', 'where comparison.json, .csv, .md and .html are written');
}

/**
 * @returns the exit code
 * @throws SpecError saying which files to name instead
 */
export function runCompareVerb(files: readonly string[], options: CompareCliOptions): number {
  return tellComparison(compare(files, options), options.out);
}

/** @returns the exit code */
export function tellComparison(comparison: Comparison, out: string | undefined): number {
  console.log(comparisonText(comparison, process.stdout.isTTY ? 'colour' : 'plain'));
  if (out !== undefined) {
    const written = writeComparison(comparison, out);
    console.log(`written to ${displayPath(out)}: ${written.join(', ')}`);
  }
  return comparison.exitCode;
}

function compare(files: readonly string[], { baseline, candidate }: CompareCliOptions): Comparison {
  if (baseline || candidate) {
    if (files.length === 0 && baseline && candidate) return compareSides(baseline, candidate);
    throw new SpecError(
      'Name both sides, and nothing beside them: --baseline A1.csv A2.csv --candidate B1.csv B2.csv.',
    );
  }
  const [first, second, ...others] = files;
  if (first === undefined) {
    throw new SpecError(
      'Name what is to be compared: two measurements.csv, one of bench --ab, several for a leaderboard, or two report.json.',
    );
  }
  if (second === undefined) {
    if (!isReport(first)) return compareRuns(seriesSides(readResults(resolve(first))));
    throw new SpecError(`Name a second report to compare ${first} with.`);
  }
  if (others.length === 0) return compareSides([first], [second]);
  return leaderboard(files.flatMap((file) => readResults(resolve(file))));
}

function compareSides(baseline: readonly string[], candidate: readonly string[]): Comparison {
  const all = [...baseline, ...candidate];
  if (!all.some(isReport)) {
    const read = (files: readonly string[]) => files.map((file) => readResults(resolve(file)));
    return compareRuns(separateSides(read(baseline), read(candidate)));
  }
  const [before, after] = [baseline[0]!, candidate[0]!];
  if (all.length === 2 && all.every(isReport)) return compareReports(before, after);
  throw new SpecError(
    'Reports are compared two at a time, and not with measurements: name two report.json.',
  );
}

function compareReports(before: string, after: string): Comparison {
  const [baseline, candidate] = [readReport(before), readReport(after)];
  const [from, to] = [baseline.report.case.id, candidate.report.case.id];
  if (from === to) return compareConformance(baseline, candidate);
  throw new SpecError(
    `${before} is about ${from}, ${after} about ${to}: name two reports of one case study.`,
  );
}

function readReport(file: string): NamedReport {
  const report = readDataFile<Report>(
    resolve(file),
    'report',
    'name the report.json that a check or a run has written.',
  );
  if (report.requirements.length === 0) {
    throw new SpecError(`${file} judges no clause: name the report of a check, a run or faults.`);
  }
  return { file: displayPath(resolve(file)), report };
}

function isReport(file: string): boolean {
  return file.endsWith('.json');
}
