/** For tests: the venue as a real process, which can be killed. */
import { startService } from '../kit/serviceProcess.ts';
import type { ServiceProcess } from '../kit/serviceProcess.ts';
import { CASE_DIR } from './tradingService.ts';

export type VenueProcess = ServiceProcess;

/** Resolves when it listens; `args` are added to its command line. */
export function startVenue(dataDir: string, args: string[] = []): Promise<VenueProcess> {
  return startService({
    dir: import.meta.dirname,
    caseDir: CASE_DIR,
    args: ['--data', dataDir, '--clock-ms', '1000', ...args],
  });
}
