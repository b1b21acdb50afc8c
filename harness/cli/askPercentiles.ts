/** `casemark report DIR... --percentiles 99.5,99.95`: any percentile of kept histograms; those of several runs are added exactly. */
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import Table from 'cli-table3';
import { displayPath } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import { queryHistograms, readHistogramLog } from '../load/histogramLog.ts';
import type { HistogramLog, Measure } from '../load/histogramLog.ts';

export interface PercentileQuestion {
  readonly percentiles: readonly number[];
  readonly measure: Measure;
  /** Default: all of them together. */
  readonly operation?: string;
}

/** @returns the exit code */
export function askPercentiles(dirs: readonly string[], question: PercentileQuestion): number {
  const scenarios = Map.groupBy(dirs.flatMap(logsIn), ({ header }) => header.scenario);
  const table = new Table({
    head: ['scenario', 'runs', 'operation', 'measure', 'percentile', 'us', '95 % interval', 'n'],
    style: { head: [], border: [] },
  });
  for (const [scenario, logs] of scenarios) {
    for (const row of queryHistograms(logs, question)) {
      const interval = row.lowUs === null ? '' : `${row.lowUs}..${row.highUs ?? ''}`;
      const { operation, measure, percentile, valueUs, n } = row;
      const cells = [logs.length, operation, measure, percentile, valueUs, interval, n];
      table.push([scenario, ...cells]);
    }
  }
  console.log(table.toString());
  return 0;
}

function logsIn(dir: string): HistogramLog[] {
  const folder = join(dir, 'histograms');
  const names = existsSync(folder)
    ? readdirSync(folder).filter((name) => name.endsWith('.ndjson'))
    : [];
  if (names.length === 0) {
    throw new SpecError(
      `${displayPath(dir)} has no histograms: name the --out folder of a bench with an open loop.`,
    );
  }
  return names.map((name) => readHistogramLog(join(folder, name)));
}
