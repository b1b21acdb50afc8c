import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** For tests: an empty directory, gone when the returned function has been called. */
export function temporaryDir(): { path: string; remove: () => void } {
  const path = mkdtempSync(join(tmpdir(), 'casemark-reference-'));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}
