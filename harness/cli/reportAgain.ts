/** `casemark report DIR`: every report again, from the record of the run. */
import { buildReport } from '../report/buildReport.ts';
import { exitCodeOf } from '../report/exitCode.ts';
import { readEvents } from '../report/runRecord.ts';
import { print } from './performRun.ts';

export function reportAgain(dir: string, requireTargets: boolean | undefined): number {
  const report = buildReport(readEvents(dir));
  print(report, dir);
  return exitCodeOf(report, report.verb === 'bench' || requireTargets ? 'required' : 'reported');
}
