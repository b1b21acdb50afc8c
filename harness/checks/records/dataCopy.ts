/** A copy of a data directory, to be put back later as if it were a backup. */
import { cpSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface DataCopy {
  readonly dir: string;
  /** Safe to call twice. */
  remove(): void;
}

/** Of a directory into which nobody writes. Sockets and pipes are left out. */
export function copyData(dataDir: string): DataCopy {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-copy-'));
  copyInto(dataDir, dir);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** What is there now is taken away first. */
export function putBack({ dir }: DataCopy, dataDir: string): void {
  for (const name of readdirSync(dataDir)) {
    rmSync(join(dataDir, name), { recursive: true, force: true });
  }
  copyInto(dir, dataDir);
}

function copyInto(from: string, to: string): void {
  cpSync(from, to, {
    recursive: true,
    verbatimSymlinks: true,
    preserveTimestamps: true,
    filter(path) {
      const entry = lstatSync(path);
      return entry.isFile() || entry.isDirectory() || entry.isSymbolicLink();
    },
  });
}
