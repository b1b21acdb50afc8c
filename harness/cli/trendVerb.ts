/** `casemark trend`: the history of each figure over many result files. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { looksLikeResults, readResults } from '../compare/readResults.ts';
import { trendsOf } from '../compare/trend.ts';
import { trendText, writeTrends } from '../compare/trendFiles.ts';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import { EXIT } from '../report/exitCode.ts';

export interface TrendCliOptions {
  scenario?: string;
  operation?: string;
  metric?: string;
  details?: boolean;
  out?: string;
}

export function addTrendOptions(command: Command): Command {
  return command
    .option('--scenario <name>', 'only of this load')
    .option('--operation <id>', 'only of this operation')
    .option('--metric <name>', 'only this metric, as in latency')
    .option('--details', 'service times and single operations too')
    .option('--out <dir>', 'where trend.json and trend.csv are written');
}

/**
 * @returns the exit code: a history is shown, and fails nothing
 * @throws SpecError saying which files to name instead
 */
export function runTrendVerb(files: readonly string[], options: TrendCliOptions): number {
  const { scenario, operation, metric, details, out } = options;
  const paths = files.map((file) => resolve(file));
  const results = paths.filter(looksLikeResults);
  if (results.length === 0) {
    throw new SpecError(
      'Name the measurements.csv of several runs, as in `casemark trend results/*.csv`: none of these is one.',
    );
  }
  const trends = trendsOf(results.flatMap(readResults), {
    ...(scenario !== undefined && { scenario }),
    ...(operation !== undefined && { operation }),
    ...(metric !== undefined && { metric }),
    family: details ? 'all' : 'headline',
  });
  if (trends.trends.length === 0) {
    throw new SpecError(
      'No figure is left: name another --scenario, --operation or --metric, or ask for --details.',
    );
  }
  console.log(trendText(trends, process.stdout.isTTY ? 'colour' : 'plain'));
  const others = paths.length - results.length;
  if (others > 0) console.log(`note: ${others} files are no measurements.csv, and are left out`);
  if (out !== undefined) {
    console.log(`written to ${displayPath(out)}: ${writeTrends(trends, out).join(', ')}`);
  }
  return EXIT.ok;
}
