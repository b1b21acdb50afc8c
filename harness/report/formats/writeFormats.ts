/** The formats of other people's tools, each a pure function of the report; made on request, as few readers want all of them. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Report } from '../report.ts';
import { annotations } from './annotations.ts';
import { badgeJson, badgeSvg } from './badge.ts';
import { bencher } from './bencher.ts';
import { benchmarkAction } from './benchmarkAction.ts';
import { ctrf } from './ctrf.ts';
import { jobSummary } from './jobSummary.ts';
import { openMetrics } from './openMetrics.ts';
import { otavaCsv } from './otavaCsv.ts';
import { sarif } from './sarif.ts';
import { readSpecLines } from './specLines.ts';
import type { SpecLines } from './specLines.ts';

type Writer = (report: Report, placeOf: SpecLines) => string;

const FORMATS = {
  ctrf: { 'ctrf.json': ctrf },
  summary: { 'summary.md': jobSummary },
  sarif: { 'casemark.sarif': sarif },
  annotations: { 'annotations.txt': annotations },
  openmetrics: { 'metrics.txt': openMetrics },
  'benchmark-action': {
    'benchmark-smaller.json': (report) => benchmarkAction(report, 'lower-is-better'),
    'benchmark-bigger.json': (report) => benchmarkAction(report, 'higher-is-better'),
  },
  bencher: { 'bencher.json': bencher },
  otava: { 'otava.csv': otavaCsv },
  badge: { 'badge.json': badgeJson, 'badge.svg': badgeSvg },
} satisfies Record<string, Record<string, Writer>>;

export type Format = keyof typeof FORMATS;
export const FORMAT_NAMES = Object.keys(FORMATS) as readonly Format[];

/** @returns the names of the files */
export function writeFormats(report: Report, formats: readonly Format[], outDir: string): string[] {
  mkdirSync(outDir, { recursive: true });
  const placeOf = readSpecLines(report.case.id);
  return formats.flatMap((format) => {
    const files: Readonly<Record<string, Writer>> = FORMATS[format];
    return Object.entries(files).map(([name, write]) => {
      writeFileSync(join(outDir, name), write(report, placeOf));
      return name;
    });
  });
}
