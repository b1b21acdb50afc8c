/** Whether tests in a language can run here. */
import { execFileSync } from 'node:child_process';

/** `program`: the one that builds or starts it. */
export function isInstalled(program: string): boolean {
  try {
    execFileSync(program, [program === 'go' ? 'version' : '--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
