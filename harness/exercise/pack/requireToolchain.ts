/** Whether this machine can run a solution at all. */
import { accessSync, constants } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { SpecError } from '../../contract/specError.ts';
import type { Language } from './languages.ts';

type Needed = Pick<Language, 'title' | 'command' | 'build' | 'needs'>;

/** @throws SpecError when this machine lacks what the language needs: that is not the solution's fault */
export function requireToolchain({ title, command, build = [], needs }: Needed): void {
  for (const program of [command[0], build[0]]) {
    if (program === undefined || program.includes('/') || isOnPath(program)) continue;
    throw new SpecError(
      `${title} is not installed here (there is no "${program}"): a solution in it needs ${needs}.`,
    );
  }
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
