/** The processes of a group, from /proc (Linux). */
import { readFileSync, readdirSync } from 'node:fs';

export interface GroupProcess {
  readonly pid: number;
  /** Of it, and of the children that it has waited for. */
  readonly cpuTicks: number;
}

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on (USER_HZ). */
export const TICKS_PER_S = 100;

/** @returns undefined where there is no /proc */
export function groupProcesses(processGroup: number): GroupProcess[] | undefined {
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.flatMap((pid) => processIfIn(pid, processGroup));
  } catch {
    return undefined;
  }
}

/** CPU ticks of these processes, without looking for others: cheap enough to be asked while something is measured. */
export function ticksOf(pids: readonly number[]): number {
  return pids.reduce((sum, pid) => sum + (readStat(String(pid))?.cpuTicks ?? 0), 0);
}

function processIfIn(pid: string, processGroup: number): GroupProcess[] {
  const stat = readStat(pid);
  if (stat?.processGroup !== processGroup) return [];
  return [{ pid: Number(pid), cpuTicks: stat.cpuTicks }];
}

function readStat(pid: string): { processGroup: number; cpuTicks: number } | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined; // It has ended meanwhile.
  }
  // The command name stands in parentheses and may hold anything; what follows is state, ppid, pgrp, ..., utime at 11.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const cpuTicks = [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
  return { processGroup: Number(fields[2]), cpuTicks };
}

/** Resident memory; undefined when the process has ended, or where there is no /proc. */
export function residentBytes(pid: number): number | undefined {
  try {
    const kib = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return kib === undefined ? undefined : Number(kib) * 1024;
  } catch {
    return undefined;
  }
}
