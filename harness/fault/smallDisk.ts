/** A disk of its own that can be filled: a small tmpfs, where this user may mount one. */
import { execFile } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, statfsSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { evidence, notApplicableHere } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import type { HostFault } from './processLimit.ts';

const run = promisify(execFile);

/** Mounting is one system call. */
const MAX_MOUNT_MS = 5_000;
/** It takes memory: this is no place for large data. */
const MAX_DISK_BYTES = 1024 * 1024 * 1024;
const FILLER_PART = Buffer.alloc(64 * 1024, 0xff);
const FILLER = 'casemark-filler';

export interface SmallDisk {
  readonly dir: string;
  /** Writes until nothing more fits; healed by removing what it wrote. */
  fill(): HostFault;
  /** Rejects when somebody still uses it. */
  unmount(): Promise<void>;
}

export type SmallDiskAnswer =
  | { readonly kind: 'mounted'; readonly disk: SmallDisk }
  | { readonly kind: 'not here'; readonly evidence: Evidence };

/** For the data directory of an implementation (LaunchOptions.dataParent), mounted before that is launched. */
export async function mountSmallDisk(bytes: number): Promise<SmallDiskAnswer> {
  if (process.platform !== 'linux') {
    return { kind: 'not here', evidence: notApplicableHere(`${process.platform} has no tmpfs`) };
  }
  if (!(bytes > 0 && bytes <= MAX_DISK_BYTES)) {
    throw new RangeError(`${bytes} bytes: a small disk has 1 to ${MAX_DISK_BYTES}.`);
  }
  const dir = mkdtempSync(join(tmpdir(), 'casemark-disk-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes},mode=0700`, 'casemark', dir], {
      timeout: MAX_MOUNT_MS,
    });
  } catch (error) {
    rmSync(dir, { recursive: true });
    const reason = `no tmpfs can be mounted: ${(error as Error).message.trim().split('\n').at(-1)}`;
    return { kind: 'not here', evidence: notApplicableHere(reason) };
  }
  return {
    kind: 'mounted',
    disk: {
      dir,
      fill: () => fill(dir),
      async unmount() {
        await run('umount', [dir], { timeout: MAX_MOUNT_MS });
        rmSync(dir, { recursive: true });
      },
    },
  };
}

function fill(dir: string): HostFault {
  const name = join(dir, FILLER);
  const file = openSync(name, 'w');
  let code = 'none';
  let written = 0;
  try {
    // A part at a time, at the end byte by byte: also the last free bytes are taken.
    for (let part = FILLER_PART.length; part >= 1 && written <= MAX_DISK_BYTES;) {
      try {
        written += writeSync(file, FILLER_PART, 0, part);
      } catch (error) {
        code = (error as NodeJS.ErrnoException).code ?? 'unknown';
        part = Math.floor(part / 2);
      }
    }
  } finally {
    closeSync(file);
  }
  const { bavail } = statfsSync(dir);
  const facts = { fillerBytes: written, error: code, freeBlocks: bavail };
  return {
    evidence:
      code === 'ENOSPC' && bavail === 0
        ? evidence('installed', 'the disk is full: the last write failed with ENOSPC', facts)
        : evidence('indeterminate', `the disk could not be filled: ${code}`, facts),
    async heal() {
      rmSync(name, { force: true });
      const free = statfsSync(dir).bavail;
      return free > 0
        ? evidence('installed', 'the disk has space again', { freeBlocks: free })
        : evidence('indeterminate', 'the disk is full of something else now');
    },
  };
}
