/** autocannon asked for a rate, in a process of its own: its latencies, in the whole milliseconds that it counts. */
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

export interface RateSession {
  readonly port: number;
  readonly connections: number;
  readonly ratePerS: number;
  /** Whole, because its clock ticks once a second. */
  readonly seconds: number;
  /** Of what it takes for coordinated omission. */
  readonly correction: 'with' | 'without';
}

export interface CannonPercentile {
  readonly percentile: number;
  readonly ms: number;
}

const PROGRAM = fileURLToPath(new URL('autocannonProgram.ts', import.meta.url));
/** Beyond the seconds of a session. */
const GRACE_MS = 20_000;

export async function autocannonAtRate(session: RateSession): Promise<CannonPercentile[]> {
  const timeout = session.seconds * 1000 + GRACE_MS;
  const args = [PROGRAM, JSON.stringify(session)];
  const { stdout } = await promisify(execFile)(process.execPath, args, { timeout });
  return JSON.parse(stdout) as CannonPercentile[];
}
