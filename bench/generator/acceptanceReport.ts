/** The acceptances of a run as a table and as CSV. */
import Table from 'cli-table3';
import { stringify } from 'csv-stringify/sync';
import { rounded } from './acceptance.ts';
import type { AcceptanceResult } from './acceptance.ts';

export interface Finished extends AcceptanceResult {
  readonly name: string;
}

export function acceptanceTable(finished: readonly Finished[]): string {
  const table = new Table({
    head: ['test', 'metric', 'asked', 'measured', 'unit', 'verdict'],
    style: { head: [], border: [] },
    chars: { mid: '', 'left-mid': '', 'mid-mid': '', 'right-mid': '' },
  });
  for (const { name, rows, verdict } of finished) {
    for (const row of rows)
      table.push([name, row.metric, row.asked, rounded(row.measured), row.unit, row.verdict]);
    table.push([name, 'all', '', '', '', verdict]);
  }
  return table.toString();
}

/** One row a figure, and one without a metric for what the test as a whole comes to. */
export function acceptanceCsv(finished: readonly Finished[]): string {
  const rows = finished.flatMap(({ name, rows, verdict }) => [
    ...rows.map((row) => ({ test: name, ...row, measured: rounded(row.measured) })),
    { test: name, metric: 'all', asked: 'pass', measured: verdict, unit: '', verdict },
  ]);
  const columns = ['test', 'metric', 'asked', 'measured', 'unit', 'verdict'];
  return stringify(rows, { header: true, columns });
}
