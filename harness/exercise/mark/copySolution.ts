/** The folder that is marked, copied to a fresh one: marking leaves the candidate's own as it was. */
import { createHash } from 'node:crypto';
import { cpSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, relative, resolve } from 'node:path';
import { SpecError } from '../../contract/specError.ts';

/** An exercise is source code. What is larger has something in it that was not meant, a build or a virtual environment. */
const MAX_FILES = 20_000;
const MAX_BYTES = 512 * 1024 * 1024;

/** History is no part of a solution. */
const LEFT_OUT = new Set(['.git']);

export interface SolutionCopy {
  readonly dir: string;
  /** Over its files, by name (each as `NAME BYTES\n` and then its bytes). */
  readonly sha256: string;
  remove(): void;
}

/** @throws SpecError for what is no folder, or too large */
export function copySolution(folder: string): SolutionCopy {
  const from = resolve(folder);
  const sha256 = digestOf(from, folder);
  const parent = mkdtempSync(join(tmpdir(), 'casemark-exercise-'));
  const remove = (): void => {
    process.removeListener('exit', remove);
    rmSync(parent, { recursive: true, force: true, maxRetries: 3 });
  };
  process.on('exit', remove);
  const dir = join(parent, basename(from));
  cpSync(from, dir, {
    recursive: true,
    verbatimSymlinks: true,
    filter: (source) => isKept(source, lstatSync(source)),
  });
  return { dir, sha256, remove };
}

function isKept(file: string, stats: ReturnType<typeof lstatSync>): boolean {
  if (LEFT_OUT.has(basename(file))) return false;
  return stats!.isFile() || stats!.isDirectory() || stats!.isSymbolicLink();
}

function digestOf(root: string, shown: string): string {
  const digest = createHash('sha256');
  let files = 0;
  let bytes = 0;
  const visit = (folder: string): void => {
    for (const name of readdirSync(folder).sort()) {
      const file = join(folder, name);
      const stats = lstatSync(file);
      if (!isKept(file, stats)) continue;
      if (stats.isDirectory()) visit(file);
      else if (stats.isFile()) {
        files += 1;
        bytes += stats.size;
        if (files > MAX_FILES || bytes > MAX_BYTES) {
          throw new SpecError(
            `${shown} has more than ${MAX_FILES} files or ${MAX_BYTES} bytes: leave only the solution in it, without what its build made.`,
          );
        }
        const content = readFileSync(file);
        digest.update(`${relative(root, file)} ${content.length}\n`).update(content);
      }
    }
  };
  visit(root);
  return digest.digest('hex');
}
