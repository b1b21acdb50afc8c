/** Builds what a pack holds, where its language has to be built. */
import { execFile } from 'node:child_process';
import { dirname, delimiter } from 'node:path';
import { promisify } from 'node:util';
import type { Language } from './languages.ts';

const run = promisify(execFile);

/** Of an exercise's few files; a first run of a compiler fills its caches. */
const MAX_BUILD_MS = 120_000;
/** A compiler that says more repeats itself. */
const MAX_OUTPUT_BYTES = 1024 * 1024;
/** Of what it said, the first errors: the others mostly follow from them. */
const MAX_TOLD_CHARS = 4_000;

export interface BuildOptions {
  readonly dir: string;
  /** Put before the command. */
  readonly launchWith?: readonly string[];
}

/** @returns what the compiler said when it failed; undefined when it is built, or nothing has to be */
export async function buildPack(
  { build, needs }: Language,
  { dir, launchWith = [] }: BuildOptions,
): Promise<string | undefined> {
  if (!build) return undefined;
  const [program, ...args] = [...launchWith, ...build];
  try {
    await run(program!, args, {
      cwd: dir,
      timeout: MAX_BUILD_MS,
      killSignal: 'SIGKILL',
      maxBuffer: MAX_OUTPUT_BYTES,
      env: {
        ...process.env,
        PATH: [dirname(process.execPath), process.env['PATH'] ?? ''].join(delimiter),
      },
    });
    return undefined;
  } catch (error) {
    const { code, killed, stdout, stderr } = error as {
      code?: unknown;
      killed?: boolean;
      stdout?: string;
      stderr?: string;
    };
    const command = build.join(' ');
    if (code === 'ENOENT') return `"${command}" could not be started: install ${needs}.`;
    if (killed === true) return `"${command}" did not end within ${MAX_BUILD_MS / 1000} s.`;
    const said = `${stderr ?? ''}${stdout ?? ''}`.trim();
    return `"${command}" failed:\n${said.slice(0, MAX_TOLD_CHARS)}`;
  }
}
