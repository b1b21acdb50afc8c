/** Tells when a file of a folder was saved. Looks again and again: watching by the system misses files on some shared disks. */
import { readdirSync, statSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 200;
/** An editor that saves several files does it within this. */
const QUIET_MS = 300;
/** More is no exercise; what is beyond it is not looked at. */
const MAX_FILES = 5_000;

/**
 * @param ignored names of files and folders that a build makes
 * @param signal ends the wait
 * @returns resolves once something has changed since `before`, and nothing more has for QUIET_MS; false when it was ended
 */
export async function nextChange(
  dir: string,
  ignored: readonly string[],
  before: string,
  signal: AbortSignal,
): Promise<boolean> {
  while (!signal.aborted) {
    await sleep(POLL_MS, undefined, { signal }).catch(() => undefined);
    if (folderState(dir, ignored) === before) continue;
    await settled(dir, ignored, signal);
    return !signal.aborted;
  }
  return false;
}

/** Changes with each file that is saved, made or removed. */
export function folderState(dir: string, ignored: readonly string[]): string {
  const lines: string[] = [];
  const look = (folder: string): void => {
    for (const entry of entriesOf(folder)) {
      const hidden = entry.name.startsWith('.') || entry.name === 'node_modules';
      if (hidden || ignored.includes(entry.name)) continue;
      if (lines.length >= MAX_FILES) return;
      const path = join(folder, entry.name);
      if (entry.isDirectory()) look(path);
      else lines.push(`${path} ${stampOf(path)}`);
    }
  };
  look(dir);
  return lines.join('\n');
}

async function settled(
  dir: string,
  ignored: readonly string[],
  signal: AbortSignal,
): Promise<void> {
  let state = folderState(dir, ignored);
  while (!signal.aborted) {
    await sleep(QUIET_MS, undefined, { signal }).catch(() => undefined);
    const now = folderState(dir, ignored);
    if (now === state) return;
    state = now;
  }
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs} ${stat.size}` : 'gone';
}
