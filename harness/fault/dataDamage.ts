/**
 * Damages the end of the file that was written last, while its process is down: what a power loss or a bad disk can leave behind.
 * Whoever starts on it must recover or refuse, and never serve what is corrupt.
 */
import {
  closeSync,
  ftruncateSync,
  fstatSync,
  lstatSync,
  openSync,
  readdirSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { seededRandom } from '../load/seededRandom.ts';
import { evidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';

/** A data directory has a handful of files; more than this is not looked through. */
const MAX_FILES = 10_000;
/** How far back the last byte that is not zero is looked for: what is reserved ahead of a journal is smaller. */
const MAX_RESERVED_BYTES = 64 * 1024 * 1024;
const READ_BYTES = 64 * 1024;

export interface DamageOptions {
  readonly dataDir: string;
  /** How much of the end. Zeros at the very end are space held in reserve, and do not count. */
  readonly bytes: number;
  /** Only files whose name ends so, for instance `-wal`; default: any. */
  readonly nameEnds?: string;
}

/** The file ends `bytes` earlier. */
export function truncateTail(options: DamageOptions): Evidence {
  return damage(options, (file, tail) => {
    const sizeBytes = fstatSync(file).size;
    ftruncateSync(file, tail.from);
    return evidence('installed', `${tail.name} lost its last ${tail.bytes} bytes`, {
      file: tail.name,
      bytesBefore: sizeBytes,
      bytesAfter: tail.from,
    });
  });
}

/** One bit of each of the last `bytes` bytes is turned over, which one is drawn from the seed. */
export function flipTail(options: DamageOptions & { readonly seed: number }): Evidence {
  return damage(options, (file, tail) => {
    const random = seededRandom(options.seed);
    const bytes = Buffer.alloc(tail.bytes);
    readSync(file, bytes, 0, tail.bytes, tail.from);
    for (let at = 0; at < bytes.length; at += 1) bytes[at]! ^= 1 << Math.floor(random() * 8);
    writeSync(file, bytes, 0, tail.bytes, tail.from);
    return evidence('installed', `a bit of each of the last ${tail.bytes} bytes of ${tail.name}`, {
      file: tail.name,
      bytesFlipped: tail.bytes,
      from: tail.from,
    });
  });
}

interface Tail {
  readonly name: string;
  readonly from: number;
  readonly bytes: number;
}

function damage(
  { dataDir, bytes, nameEnds = '' }: DamageOptions,
  act: (file: number, tail: Tail) => Evidence,
): Evidence {
  const name = newestFile(dataDir, nameEnds);
  if (name === undefined) {
    return evidence('skipped', `the data directory has no file "*${nameEnds}" with anything in it`);
  }
  const file = openSync(join(dataDir, name), 'r+');
  try {
    const end = endOfContent(file);
    if (end === 0) return evidence('skipped', `${name} has only zeros`);
    const from = Math.max(0, end - bytes);
    return act(file, { name, from, bytes: end - from });
  } finally {
    closeSync(file);
  }
}

/** Of files written at the same time, the one whose name comes last. */
function newestFile(dataDir: string, nameEnds: string): string | undefined {
  let newest: { name: string; writtenMs: number } | undefined;
  const names = readdirSync(dataDir, { recursive: true, encoding: 'utf8' }).sort();
  for (const name of names.slice(0, MAX_FILES)) {
    const stat = lstatSync(join(dataDir, name));
    if (!stat.isFile() || stat.size === 0 || !name.endsWith(nameEnds)) continue;
    if (!newest || stat.mtimeMs >= newest.writtenMs) newest = { name, writtenMs: stat.mtimeMs };
  }
  return newest?.name;
}

/** Behind the last byte that is not zero. */
function endOfContent(file: number): number {
  const { size } = fstatSync(file);
  const stopAt = Math.max(0, size - MAX_RESERVED_BYTES);
  const buffer = Buffer.alloc(READ_BYTES);
  for (let end = size; end > stopAt; end -= READ_BYTES) {
    const from = Math.max(0, end - READ_BYTES);
    readSync(file, buffer, 0, end - from, from);
    for (let at = end - from - 1; at >= 0; at -= 1) if (buffer[at] !== 0) return from + at + 1;
  }
  return 0;
}
