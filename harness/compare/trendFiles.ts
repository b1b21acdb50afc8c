/** A trend for each of its readers: a terminal, a table, a program. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import pc from 'picocolors';
import { PLAIN } from '../report/terminalSummary.ts';
import { signed, valueOf } from './comparisonTable.ts';
import { shortP } from './shortP.ts';
import { sparkline } from './sparkline.ts';
import { median } from './statistics/median.ts';
import { TREND_SCHEMA_VERSION, trendName } from './trend.ts';
import type { LevelChange, Trend, Trends } from './trend.ts';

/** @returns the names of the files */
export function writeTrends(trends: Trends, outDir: string): string[] {
  mkdirSync(outDir, { recursive: true });
  writeFileSync(join(outDir, 'trend.json'), `${JSON.stringify(trendJson(trends), null, 2)}\n`);
  writeFileSync(join(outDir, 'trend.csv'), trendCsv(trends));
  return ['trend.json', 'trend.csv'];
}

/** As spec/schema/trend.schema.json describes it: the levels and their changes; the runs themselves stand in trend.csv. */
export function trendJson({ trends, headline, notes }: Trends): object {
  return {
    schemaVersion: TREND_SCHEMA_VERSION,
    headline,
    trends: trends.map(({ points, ...trend }) => ({ ...trend, runs: points.length })),
    notes,
  };
}

/** One row a run of a history; `level` counts up from 1 at each change. */
export function trendCsv({ trends }: Trends): string {
  const rows = trends.flatMap(({ points, changes, ...trend }) =>
    points.map((point, index) => ({
      ...trend,
      ...point,
      level: 1 + changes.filter(({ at }) => at <= index).length,
    })),
  );
  return stringify(rows, { header: true });
}

/** @param colour whether the reader is a terminal */
export function trendText({ trends, headline, notes }: Trends, colour: 'colour' | 'plain'): string {
  const paint = pc.createColors(colour === 'colour');
  const letters = lettersOf(trends);
  const table = new Table({
    head: ['history', 'runs', 'first to last', 'level now', 'changes of level'],
    ...PLAIN,
  });
  for (const trend of trends) {
    const values = trend.points.map(({ value }) => value);
    const marks = trend.changes.map(({ at }) => at);
    table.push([
      `${trendName(trend)}${letters.size > 1 ? ` (${letters.get(trend.machine)})` : ''}`,
      String(values.length),
      sparkline(values, marks),
      valueOf(median(values.slice(marks.at(-1) ?? 0)), trend.unit),
      trend.changes
        .map((change) =>
          change.verdict === 'regressed'
            ? paint.red(changeText(change))
            : paint.green(changeText(change)),
        )
        .join('\n'),
    ]);
  }
  const machines = [...letters].map(([machine, letter]) => `${letter}: ${machine}`);
  return [
    trends.length > 0 ? table.toString() : '',
    machines.length > 1 ? machines.join('\n') : '',
    notes.map((note) => `note: ${note}`).join('\n'),
    headline,
  ]
    .filter((section) => section !== '')
    .join('\n\n');
}

function changeText({
  change,
  verdict,
  startedUtc,
  implVersion,
  gitSha,
  p,
  specChanged,
}: LevelChange): string {
  const commit = gitSha === '' ? implVersion : gitSha.slice(0, SHORT_SHA);
  const size = change === null ? 'from 0' : signed(change);
  return `${size} ${verdict} at ${commit}, ${startedUtc.slice(0, DAY)}, p ${shortP(p)}${specChanged ? ' *' : ''}`;
}

const SHORT_SHA = 8;
const DAY = 'YYYY-MM-DD'.length;

/** A processor's whole name beside each figure says little. */
function lettersOf(trends: readonly Trend[]): Map<string, string> {
  const machines = [...new Set(trends.map(({ machine }) => machine))];
  return new Map(machines.map((machine, index) => [machine, `machine ${index + 1}`]));
}
