/** Looks for planted secrets in bytes and in a directory, in the forms in which software writes text down. */
import { closeSync, constants, fstatSync, openSync, readdirSync, readSync } from 'node:fs';
import type { Dirent } from 'node:fs';
import { join } from 'node:path';
import { formsOf } from './sentinelForms.ts';
import type { SentinelForm, SentinelPattern } from './sentinelForms.ts';

/** What stands nowhere by chance. */
export type Sentinel = {
  /** What reports call it; never the secret itself. */
  readonly name: string;
} & (
  | {
      /** ASCII characters, long and random enough. */
      readonly text: string;
    }
  | {
      /** Global; over the bytes read as latin1. What it finds is plain. */
      readonly expression: RegExp;
    }
);

export interface SentinelFinding {
  readonly sentinel: string;
  readonly form: SentinelForm;
  /** In bytes. */
  readonly offset: number;
}

export interface FileFinding extends SentinelFinding {
  readonly file: string;
}

export interface DirectoryScan {
  /** The first of each sentinel and form in each file, the first MAX_FINDINGS of all. */
  readonly findings: readonly FileFinding[];
  readonly files: number;
  /** That were read; what is compressed or encrypted was read without being understood. */
  readonly bytes: number;
  /** Sentences on what was not looked at: beyond the bounds, or not readable. */
  readonly leftOut: readonly string[];
}

export interface ScanBounds {
  readonly maxFiles: number;
  readonly maxBytes: number;
  readonly maxMs: number;
}

/** Data of a few hundred commands; databases that reserve their files in advance stay below. */
const DEFAULT_BOUNDS: ScanBounds = { maxFiles: 10_000, maxBytes: 512 * 1024 * 1024, maxMs: 10_000 };
const MAX_FINDINGS = 20;
const CHUNK_BYTES = 4 * 1024 * 1024;
/** Longer than any form of a sentinel of 64 characters: what begins in one chunk is found in it or in the next. */
const OVERLAP_BYTES = 512;
/** Folders in folders; a link that leads back is not followed anyway. */
const MAX_DEPTH = 20;

/** @returns the first of each sentinel and form */
export function findSentinels(bytes: Buffer, sentinels: readonly Sentinel[]): SentinelFinding[] {
  return findPatterns(bytes, sentinels.flatMap(patternsOf));
}

/** Reads every file below it, without following links; a file that goes away meanwhile is no finding. */
export function scanForSentinels(
  directory: string,
  sentinels: readonly Sentinel[],
  bounds: ScanBounds = DEFAULT_BOUNDS,
): DirectoryScan {
  const patterns = sentinels.flatMap(patternsOf);
  const until = performance.now() + bounds.maxMs;
  const findings: FileFinding[] = [];
  const leftOut: string[] = [];
  let files = 0;
  let bytes = 0;
  const room = (): number => (performance.now() < until ? bounds.maxBytes - bytes : 0);

  const scanFile = (file: string): void => {
    const seen = new Set<string>();
    const onChunk = (chunk: Buffer, start: number): void => {
      for (const found of findPatterns(chunk, patterns)) {
        const key = `${found.sentinel}/${found.form}`;
        if (seen.has(key) || findings.length >= MAX_FINDINGS) continue;
        seen.add(key);
        findings.push({ ...found, file, offset: start + found.offset });
      }
    };
    const read = readChunks(file, room, onChunk);
    bytes += read.bytes;
    if (read.leftOut !== undefined) leftOut.push(`${file}: ${read.leftOut}.`);
  };

  for (const file of filesBelow(directory, leftOut)) {
    if (files >= bounds.maxFiles || room() <= 0) {
      leftOut.push(
        `It stopped after ${files} files and ${bytes} bytes: the bounds are ${bounds.maxFiles} files, ${bounds.maxBytes} bytes and ${bounds.maxMs} ms.`,
      );
      break;
    }
    files += 1;
    scanFile(file);
  }
  return { findings, files, bytes, leftOut };
}

interface NamedPattern extends SentinelPattern {
  readonly sentinel: string;
}

/** Made once: a check looks for the same sentinels in hundreds of replies, and nothing is answered meanwhile. */
const madePatterns = new WeakMap<Sentinel, readonly NamedPattern[]>();

function patternsOf(sentinel: Sentinel): readonly NamedPattern[] {
  const made = madePatterns.get(sentinel) ?? makePatterns(sentinel);
  madePatterns.set(sentinel, made);
  return made;
}

function makePatterns(sentinel: Sentinel): readonly NamedPattern[] {
  const patterns: SentinelPattern[] =
    'text' in sentinel
      ? formsOf(sentinel.text)
      : [{ expression: sentinel.expression, formOf: () => 'plain' }];
  return patterns.map((pattern) => ({ ...pattern, sentinel: sentinel.name }));
}

function findPatterns(bytes: Buffer, patterns: readonly NamedPattern[]): SentinelFinding[] {
  // One character a byte, so that an index is an offset.
  const text = bytes.toString('latin1');
  const found = new Map<string, SentinelFinding>();
  for (const { sentinel, expression, formOf } of patterns) {
    for (const match of text.matchAll(expression)) {
      const form = formOf(match[0]);
      const key = `${sentinel}/${form}`;
      if (!found.has(key)) found.set(key, { sentinel, form, offset: match.index });
    }
  }
  return [...found.values()];
}

/** @returns how much was read, and why not all of it was */
function readChunks(
  file: string,
  room: () => number,
  onChunk: (chunk: Buffer, start: number) => void,
): { bytes: number; leftOut?: string } {
  let descriptor: number;
  try {
    // Not to wait for the writer of a pipe that took the place of a file.
    descriptor = openSync(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    return { bytes: 0, ...notRead(error) };
  }
  let bytes = 0;
  try {
    if (!fstatSync(descriptor).isFile()) return { bytes };
    const buffer = Buffer.alloc(CHUNK_BYTES + OVERLAP_BYTES);
    let kept = 0;
    for (;;) {
      if (room() - bytes <= 0) return { bytes, leftOut: `only its first ${bytes} bytes were read` };
      const read = readSync(descriptor, buffer, kept, CHUNK_BYTES, bytes);
      if (read === 0) return { bytes };
      const chunk = buffer.subarray(0, kept + read);
      if (!isZero(chunk)) onChunk(chunk, bytes - kept);
      bytes += read;
      kept = Math.min(OVERLAP_BYTES, chunk.length);
      buffer.copy(buffer, 0, chunk.length - kept, chunk.length);
    }
  } catch (error) {
    return { bytes, ...notRead(error) };
  } finally {
    closeSync(descriptor);
  }
}

function notRead(error: unknown): { leftOut?: string } {
  const { code } = error as NodeJS.ErrnoException;
  // A log that was rotated away, or a link that took its place.
  if (code === 'ENOENT' || code === 'ELOOP') return {};
  return { leftOut: `it could not be read (${code})` };
}

const ZEROS = Buffer.alloc(CHUNK_BYTES + OVERLAP_BYTES);

/** Reserved room of a file, which is most of what some databases have. */
function isZero(chunk: Buffer): boolean {
  return chunk.equals(ZEROS.subarray(0, chunk.length));
}

function* filesBelow(directory: string, leftOut: string[], depth = 0): Generator<string> {
  let entries: Dirent[];
  try {
    entries = readdirSync(directory, { withFileTypes: true });
  } catch (error) {
    const why = notRead(error).leftOut;
    if (why !== undefined) leftOut.push(`${directory}: ${why}.`);
    return;
  }
  for (const entry of entries) {
    const path = join(directory, entry.name);
    if (entry.isFile()) yield path;
    if (!entry.isDirectory()) continue;
    if (depth < MAX_DEPTH) yield* filesBelow(path, leftOut, depth + 1);
    else leftOut.push(`${path}: it lies too deep.`);
  }
}
