/** The tiny case study as somebody else would have it: in a folder of its own, outside casemark's. */
import { cpSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export interface TallyCopy {
  /** For `--root`: holds spec/tally, harness/checks/tally and reference/tally. */
  readonly root: string;
  readonly implementation: string;
  remove(): void;
}

export function copyTally(): TallyCopy {
  const root = mkdtempSync(join(tmpdir(), 'casemark-sixth-'));
  cpSync(join(import.meta.dirname, 'tally'), root, { recursive: true });
  // What `npm install` would put there: the server needs ws.
  symlinkSync(join(import.meta.dirname, '../../node_modules'), join(root, 'node_modules'));
  return {
    root,
    implementation: join(root, 'reference/tally'),
    remove: () => rmSync(root, { recursive: true, force: true }),
  };
}
