/** `casemark report DIR`: every report again, from the record of the run. */
import { displayPath } from '../contract/readDataFile.ts';
import { buildReport } from '../report/buildReport.ts';
import { EXIT, exitCodeOf } from '../report/exitCode.ts';
import { readEvents } from '../report/runRecord.ts';
import { writeFormats } from '../report/formats/writeFormats.ts';
import type { Format } from '../report/formats/writeFormats.ts';
import { print } from './performRun.ts';

export function reportAgain(dir: string, requireTargets: boolean | undefined): number {
  const report = buildReport(readEvents(dir));
  print(report, dir);
  return exitCodeOf(report, report.verb === 'bench' || requireTargets ? 'required' : 'reported');
}

/** @returns 0: a conversion does not judge again */
export function reportFormats(dir: string, formats: readonly Format[]): number {
  const files = writeFormats(buildReport(readEvents(dir)), formats, dir);
  console.log(`written to ${displayPath(dir)}: ${files.join(', ')}`);
  return EXIT.ok;
}
