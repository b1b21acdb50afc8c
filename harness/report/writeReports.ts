/** Writes every report file of a run, each a pure function of the report, and of the histograms beside it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readLatencies } from './html/readLatencies.ts';
import { runPage } from './html/runPage.ts';
import { junitXml } from './junitXml.ts';
import { measurementsCsv } from './measurementsCsv.ts';
import type { Report } from './report.ts';
import { requirementsCsv } from './requirementsCsv.ts';

const WRITERS: Readonly<Record<string, (report: Report, outDir: string) => string>> = {
  'report.json': (report) => `${JSON.stringify(report, null, 2)}\n`,
  'requirements.csv': requirementsCsv,
  'measurements.csv': (report) => measurementsCsv(report),
  'junit.xml': junitXml,
  'report.html': (report, outDir) => runPage(report, readLatencies(report, outDir)),
};

/** @returns the names of the files */
export function writeReports(report: Report, outDir: string): string[] {
  mkdirSync(outDir, { recursive: true });
  for (const [name, write] of Object.entries(WRITERS))
    writeFileSync(join(outDir, name), write(report, outDir));
  return Object.keys(WRITERS);
}
