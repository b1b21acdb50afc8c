/** What survives a kill: steps, in memory or as lines of a file in a data directory. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Step } from './state.ts';

export interface Disk {
  /** False: nothing can be written. */
  isWritable: boolean;
  read(): Step[];
  /** @throws DiskFull */
  append(step: Step): void;
}

export class DiskFull extends Error {}

export function memoryDisk(): Disk {
  const lines: string[] = [];
  return disk(
    () => lines,
    (line) => lines.push(line),
  );
}

/** What somebody puts in the directory's place, for instance a copy from before, is what is read. */
export function directoryDisk(directory: string): Disk {
  const file = join(directory, 'steps.jsonl');
  return disk(
    () => (existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []),
    (line) => appendFileSync(file, `${line}\n`),
  );
}

function disk(lines: () => readonly string[], write: (line: string) => unknown): Disk {
  const made: Disk = {
    isWritable: true,
    read: () => lines().map((line) => JSON.parse(line) as Step),
    append(step) {
      if (!made.isWritable) throw new DiskFull();
      write(JSON.stringify(step));
    },
  };
  return made;
}
