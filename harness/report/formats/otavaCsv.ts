/**
 * otava.csv: the wide table that Apache Otava reads (its importer for CSV: a column of times, columns of attributes, a column a metric).
 * A run is one row; a history is the header once, and a row a run below it.
 */
import { stringify } from 'csv-stringify/sync';
import type { Report } from '../report.ts';
import { runFigures } from './runFigures.ts';

export function otavaCsv(report: Report): string {
  const figures = runFigures(report);
  const head = [
    'time',
    'commit',
    'version',
    ...figures.map(({ name }) => name.replace(/[^a-zA-Z0-9.]+/g, '_')),
  ];
  const { version } = report.implementation;
  return stringify([
    head,
    [report.startedUtc, report.gitSha ?? version, version, ...figures.map(({ value }) => value)],
  ]);
}
