/**
 * Limits of a process that runs, set from outside by prlimit (util-linux), also as an ordinary user for one's own processes. Only
 * the soft limit is touched, so that it can be raised again.
 */
import { execFile } from 'node:child_process';
import { readdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { evidence, notApplicableHere } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { groupMembers, readIfThere } from './processGroup.ts';

const run = promisify(execFile);

/** prlimit makes one system call. */
const MAX_PRLIMIT_MS = 5_000;

export interface HostFault {
  readonly evidence: Evidence;
  /** Takes it back; whether that was seen to work. */
  heal(): Promise<Evidence>;
}

/**
 * No file of the group may be written beyond so many bytes: a write fails with EFBIG (after the signal SIGXFSZ, which ends a
 * process that neither handles nor ignores it). 0 lets no file be written at all.
 */
export function limitFileSize(groupId: number, bytes: number): Promise<HostFault> {
  return limit(groupId, 'fsize', 'Max file size', () => bytes);
}

/** Each process may open so many files and sockets more than it has now: then EMFILE. */
export function limitDescriptors(groupId: number, spare: number): Promise<HostFault> {
  return limit(groupId, 'nofile', 'Max open files', (pid) => freeNumber(pid, spare));
}

async function limit(
  groupId: number,
  option: 'fsize' | 'nofile',
  row: string,
  valueFor: (pid: number) => number,
): Promise<HostFault> {
  if (process.platform !== 'linux') {
    const reason = `${process.platform} has no prlimit for a process that runs`;
    return { evidence: notApplicableHere(reason), heal: async () => notApplicableHere(reason) };
  }
  const before = groupMembers(groupId).map(({ pid }) => ({ pid, soft: softLimit(pid, row) }));
  const heal = async (): Promise<Evidence> => {
    const failures: string[] = [];
    for (const { pid, soft } of before) {
      // Who has ended took its limit along.
      if (soft === undefined || softLimit(pid, row) === undefined) continue;
      const failure = await prlimit(pid, option, soft);
      if (failure !== undefined) failures.push(failure);
      else if (softLimit(pid, row) !== soft) failures.push(`${row} of ${pid} did not go back`);
    }
    return failures.length === 0
      ? evidence('installed', `${row} is as it was`)
      : evidence('indeterminate', failures.join('; '));
  };
  if (before.length === 0) {
    return { evidence: evidence('skipped', 'there is no process to be limited'), heal };
  }
  const facts: Record<string, string | number> = {};
  for (const { pid } of before) {
    const value = valueFor(pid);
    const failure = await prlimit(pid, option, String(value));
    if (failure !== undefined) {
      await heal();
      return { evidence: notApplicableHere(failure), heal };
    }
    facts[`limit of ${pid}`] = softLimit(pid, row) ?? 'gone';
    if (softLimit(pid, row) !== String(value)) {
      return { evidence: evidence('indeterminate', `${row} did not change`, facts), heal };
    }
  }
  const why = `${row} is in force: what the process made of it, its replies tell`;
  return { evidence: evidence('installed', why, facts), heal };
}

/** @returns why it did not work */
async function prlimit(pid: number, option: string, soft: string): Promise<string | undefined> {
  try {
    await run('prlimit', ['--pid', String(pid), `--${option}=${soft}:`], {
      timeout: MAX_PRLIMIT_MS,
    });
    return undefined;
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    return code === 'ENOENT' ? 'prlimit (util-linux) is not installed' : message.trim();
  }
}

function softLimit(pid: number, row: string): string | undefined {
  const line = readIfThere(`/proc/${pid}/limits`)
    ?.split('\n')
    .find((each) => each.startsWith(row));
  return line?.slice(row.length).trim().split(/\s+/)[0];
}

/** The limit is on the number of a descriptor, and the lowest free one is given out: this is the free one after `spare` others. */
function freeNumber(pid: number, spare: number): number {
  let taken: Set<string>;
  try {
    taken = new Set(readdirSync(`/proc/${pid}/fd`));
  } catch {
    return 0;
  }
  let number = 0;
  for (let free = 0; free <= spare; number += 1) if (!taken.has(String(number))) free += 1;
  return number - 1;
}
