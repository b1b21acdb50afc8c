/** Who used the machine while something was measured, from /proc (Linux); elsewhere unknown, which is null and never zero. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { groupProcesses, TICKS_PER_S } from './usage/processGroup.ts';

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
  return groupProcesses(processGroup)?.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
}
