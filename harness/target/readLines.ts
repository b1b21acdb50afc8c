/** Splits a stream of bytes into lines of UTF-8, none longer than a bound. */
import type { Readable } from 'node:stream';

const NEWLINE = 10;

/** @param onTooLong gets how a line that was too long began; the rest of that line is skipped */
export function readLines(
  stream: Readable,
  maxBytes: number,
  onLine: (line: string) => void,
  onTooLong: (start: string) => void,
): void {
  let parts: Buffer[] = [];
  let bytes = 0;
  let skipping = false;

  const add = (part: Buffer): void => {
    if (skipping) return;
    bytes += part.length;
    parts.push(part);
    if (bytes <= maxBytes) return;
    skipping = true;
    onTooLong(parts[0]!.subarray(0, 1_000).toString('utf8'));
    parts = [];
  };
  const finish = (): void => {
    const line = Buffer.concat(parts).toString('utf8').trim();
    if (!skipping && line !== '') onLine(line);
    parts = [];
    bytes = 0;
    skipping = false;
  };

  stream.on('error', () => undefined);
  stream.on('data', (chunk: Buffer) => {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      add(chunk.subarray(from, at));
      finish();
      from = at + 1;
    }
    if (from < chunk.length) add(chunk.subarray(from));
  });
  stream.on('end', finish);
}
