/** The folder of casemark's own package: where spec/ stands, whether this runs from the source or from dist/. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** From harness/contract or dist/harness/contract it is two or three folders up; more would be somebody else's. */
const MAX_FOLDERS_UP = 4;

function findPackageRoot(): string {
  let folder = import.meta.dirname;
  for (let up = 0; up <= MAX_FOLDERS_UP; up += 1) {
    if (existsSync(join(folder, 'package.json')) && existsSync(join(folder, 'spec'))) return folder;
    folder = dirname(folder);
  }
  throw new Error(`No package.json with a spec/ beside it above ${import.meta.dirname}.`);
}

export const packageRoot = findPackageRoot();

export const suiteVersion = (
  JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8')) as { version: string }
).version;
