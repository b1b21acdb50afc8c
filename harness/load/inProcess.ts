/** Runs the program that a manifest names for measuring inside, and reads the rows that it prints. */
import { spawn } from 'node:child_process';
import { delimiter, dirname } from 'node:path';
import { createValidator } from '../contract/createValidator.ts';
import { describeSchemaErrors } from '../contract/describeSchemaErrors.ts';
import { killGroup, takeCharge } from '../target/reaper.ts';

export interface InProcessRow {
  readonly metric: string;
  readonly operation: string;
  readonly percentile: number | null;
  readonly value: number;
  readonly unit: string;
  readonly n: number;
}

export type InProcessResult =
  | { readonly kind: 'rows'; readonly rows: readonly InProcessRow[]; readonly elapsedS: number }
  | { readonly kind: 'failed'; readonly reason: string };

const MAX_RUN_MS = 120_000;
const MAX_OUTPUT_CHARS = 1024 * 1024;
const SHOWN_STDERR_CHARS = 500;

const validate = createValidator('all').compile({
  type: 'array',
  minItems: 1,
  maxItems: 1000,
  items: {
    type: 'object',
    properties: {
      metric: { type: 'string', minLength: 1 },
      operation: { type: 'string', minLength: 1 },
      percentile: { type: ['number', 'null'], minimum: 0, maximum: 100 },
      value: { type: 'number' },
      unit: { type: 'string', minLength: 1 },
      n: { type: 'integer', minimum: 1 },
    },
    required: ['metric', 'operation', 'percentile', 'value', 'unit', 'n'],
  },
});

/** Never rejects. */
export async function measureInProcess(
  command: readonly string[],
  dir: string,
): Promise<InProcessResult> {
  const startedMs = performance.now();
  const shown = command.join(' ');
  const ran = await run(command, dir);
  if (ran.kind === 'failed') return { kind: 'failed', reason: `"${shown}" ${ran.reason}` };
  let rows: unknown;
  try {
    rows = JSON.parse(ran.stdout);
  } catch {
    return {
      kind: 'failed',
      reason: `"${shown}" printed something that is not JSON: ${ran.stdout.slice(0, 200)}`,
    };
  }
  if (!validate(rows)) {
    return {
      kind: 'failed',
      reason: `"${shown}" printed rows that are not valid: ${describeSchemaErrors(validate.errors)}`,
    };
  }
  const elapsedS = (performance.now() - startedMs) / 1000;
  return { kind: 'rows', rows: rows as InProcessRow[], elapsedS };
}

type Ran = { kind: 'done'; stdout: string } | { kind: 'failed'; reason: string };

function run([program, ...rest]: readonly string[], dir: string): Promise<Ran> {
  return new Promise((resolve) => {
    const path = [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter);
    const child = spawn(program!, rest, {
      cwd: dir,
      env: { ...process.env, PATH: path },
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const giveUp =
      child.pid === undefined ? undefined : takeCharge({ pid: child.pid, dataDir: undefined });
    let stdout = '';
    let stderr = '';
    let killed: string | undefined;
    const kill = (reason: string): void => {
      killed ??= reason;
      // The group: what the program started ends with it.
      if (child.pid !== undefined) killGroup(child.pid);
    };
    const timer = setTimeout(() => kill(`did not end within ${MAX_RUN_MS} ms`), MAX_RUN_MS);
    child.stdout.on('data', (chunk: Buffer) => {
      stdout += chunk.toString('utf8');
      if (stdout.length > MAX_OUTPUT_CHARS)
        kill(`printed more than ${MAX_OUTPUT_CHARS} characters`);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      stderr = (stderr + chunk.toString('utf8')).slice(-SHOWN_STDERR_CHARS);
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      resolve({ kind: 'failed', reason: `could not be started in ${dir}: ${error.message}` });
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      giveUp?.();
      if (killed !== undefined) return resolve({ kind: 'failed', reason: killed });
      if (code === 0) return resolve({ kind: 'done', stdout });
      resolve({ kind: 'failed', reason: `ended with exit code ${code}: ${stderr.trim()}` });
    });
  });
}
