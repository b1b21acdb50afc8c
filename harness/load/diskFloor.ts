/** What this machine's disk takes to make one small write durable: the least that a reply which waits for the disk can take. */
import { closeSync, fdatasyncSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Histogram } from 'hdr-histogram-js';
import { latencyHistogram, recordMs } from './latencyHistogram.ts';

/** A page: as much as the smallest record takes on the disk. */
const WRITE_BYTES = 4096;
/** A disk that is faster than this needs no more samples. */
const MAX_WRITES = 20_000;

/** Where the implementation's data stands too: the system's folder for temporary files. */
export function measureDisk(durationS: number): Histogram {
  const dir = mkdtempSync(join(tmpdir(), 'casemark-disk-'));
  const file = openSync(join(dir, 'floor'), 'w');
  const histogram = latencyHistogram();
  const page = Buffer.alloc(WRITE_BYTES, 1);
  const untilMs = performance.now() + durationS * 1000;
  try {
    for (let writes = 0; writes < MAX_WRITES && performance.now() < untilMs; writes += 1) {
      const startMs = performance.now();
      writeSync(file, page);
      fdatasyncSync(file);
      recordMs(histogram, performance.now() - startMs);
    }
  } finally {
    closeSync(file);
    rmSync(dir, { recursive: true, force: true });
  }
  return histogram;
}
