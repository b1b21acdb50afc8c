/** Makes of a solution's sources what its command starts. */
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { SpecError } from '../../contract/specError.ts';
import { startProcess } from '../../target/startProcess.ts';

/** A compiler that starts cold on a small machine, and some thousand lines. */
export const MAX_BUILD_MS = 180_000;
/** A compiler says first what is wrong; the errors after it follow from it. */
const MAX_TOLD_CHARS = 2_000;

/** As a language of the starters has it. */
export interface Toolchain {
  readonly title: string;
  readonly command: readonly string[];
  readonly build?: readonly string[];
  readonly needs: string;
}

/** @throws SpecError when this machine lacks what the language needs: that is not the solution's fault */
export function requireToolchain({ title, command, build = [], needs }: Toolchain): void {
  for (const program of [command[0], build[0]]) {
    if (program === undefined || program.includes('/') || isOnPath(program)) continue;
    throw new SpecError(
      `${title} is not installed here (there is no "${program}"): a solution in it needs ${needs}.`,
    );
  }
}

/**
 * @param launchWith put before the command
 * @returns what went wrong; undefined when it was built, or has nothing to build
 */
export async function buildSolution(
  dir: string,
  { build }: Toolchain,
  launchWith: readonly string[] = [],
  limitMs = MAX_BUILD_MS,
): Promise<string | undefined> {
  if (!build) return undefined;
  const managed = startProcess({
    command: [...launchWith, ...build],
    cwd: dir,
    env: {},
    dataDir: dir,
    channel: 'log',
  });
  const evidence = await managed.endedWithin(limitMs);
  const shown = build.join(' ');
  if (evidence === undefined) {
    await managed.kill();
    return `Its build did not end within ${limitMs / 1000} s: ${shown}`;
  }
  const exit = managed.exit();
  if (exit?.code === 0) return undefined;
  const output = managed.output().slice(0, MAX_TOLD_CHARS).trim();
  return `It could not be built: ${shown}\n${exit && output !== '' ? output : evidence}`;
}

/** `node` is the one that runs casemark, see startProcess. */
function isOnPath(program: string): boolean {
  const folders = [dirname(process.execPath), ...(process.env['PATH'] ?? '').split(delimiter)];
  return folders.some((folder) => {
    try {
      accessSync(join(folder, program), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}
