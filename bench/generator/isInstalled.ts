/** Whether a program can be run by its name. */
import { spawnSync } from 'node:child_process';

const MAX_PROBE_MS = 5_000;

export function isInstalled(program: string): boolean {
  return (
    spawnSync(program, ['--version'], { stdio: 'ignore', timeout: MAX_PROBE_MS }).error ===
    undefined
  );
}
