/** Who used the machine while something was measured, from /proc (Linux); elsewhere unknown, which is null and never zero. */
import { readFileSync, readdirSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** Shares of one core: 1 is a whole core. */
export interface CpuShares {
  readonly generator: number;
  readonly implementation: number | null;
  /** Neither the generator nor the implementation. */
  readonly foreign: number | null;
  /** Taken away by a hypervisor. */
  readonly steal: number | null;
  readonly cores: number;
}

/** Ticks of /proc are hundredths of a second on every Linux that Node runs on (USER_HZ). */
const TICKS_PER_S = 100;

interface MachineTicks {
  readonly busy: number;
  readonly steal: number;
}

/**
 * @param processGroup of the implementation; undefined when it was not started here
 * @returns a function that tells the shares since this call
 */
export function watchCpu(processGroup: number | undefined): () => CpuShares {
  const startMs = performance.now();
  const own = process.cpuUsage();
  const machine = machineTicks();
  const group = groupTicks(processGroup);
  return () => {
    const elapsedS = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(own);
    const generator = (user + system) / 1e6 / elapsedS;
    const share = (from: number | undefined, to: number | undefined): number | null =>
      from === undefined || to === undefined ? null : (to - from) / TICKS_PER_S / elapsedS;
    const machineNow = machineTicks();
    const implementation = share(group, groupTicks(processGroup));
    const busy = share(machine?.busy, machineNow?.busy);
    return {
      generator,
      implementation,
      foreign:
        busy === null || implementation === null
          ? null
          : Math.max(0, busy - generator - implementation),
      steal: share(machine?.steal, machineNow?.steal),
      cores: availableParallelism(),
    };
  };
}

/** user, nice, system, irq and softirq count as busy; idle and iowait do not; guest time is in user already. */
function machineTicks(): MachineTicks | undefined {
  try {
    const line = readFileSync('/proc/stat', 'utf8').split('\n', 1)[0]!;
    const [user, nice, system, , , irq, softirq, steal] = line.split(/\s+/).slice(1).map(Number);
    return { busy: user! + nice! + system! + irq! + softirq!, steal: steal ?? 0 };
  } catch {
    return undefined;
  }
}

/** CPU ticks of all processes of the group, and of the children that they have waited for. */
function groupTicks(processGroup: number | undefined): number | undefined {
  if (processGroup === undefined) return undefined;
  try {
    const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
    return pids.reduce((sum, pid) => sum + ticksIfIn(pid, processGroup), 0);
  } catch {
    return undefined;
  }
}

function ticksIfIn(pid: string, processGroup: number): number {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return 0; // It has ended meanwhile.
  }
  // The command name stands in parentheses and may hold anything; what follows is state, ppid, pgrp, ..., utime at 11.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (Number(fields[2]) !== processGroup) return 0;
  return [11, 12, 13, 14].reduce((sum, at) => sum + Number(fields[at] ?? 0), 0);
}
