/** casemark as a user runs it: the command line in a process of its own, bounded in time. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';

const main = join(import.meta.dirname, '../../harness/cli/bin.js');

/** Nothing that these tests ask takes nearly as long; what does hangs. */
const MAX_RUN_MS = 50_000;

export interface CasemarkRun {
  /** Null when it did not end in time and was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export function runCasemark(args: readonly string[], cwd?: string): Promise<CasemarkRun> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [main, ...args], {
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(cwd !== undefined && { cwd }),
    });
    const timer = setTimeout(() => child.kill('SIGKILL'), MAX_RUN_MS);
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString('utf8')));
    child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString('utf8')));
    child.on('close', (code) => {
      clearTimeout(timer);
      resolve({ code, stdout, stderr });
    });
  });
}
