/** Who used the machine while something was measured, from /proc (Linux); elsewhere unknown, which is null and never zero. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { watchThrottling } from './usage/hostLimits.ts';
import { groupProcesses, TICKS_PER_S } from './usage/processGroup.ts';

/** Shares of one core: 1 is a whole core. */
export interface CpuShares {
  readonly generator: number;
  readonly implementation: number | null;
  /** Neither the generator nor the implementation. */
  readonly foreign: number | null;
  /** Taken away by a hypervisor. */
  readonly steal: number | null;
  /** Of the time, by the container's CPU limit; not of a core. */
  readonly throttled: number | null;
  readonly cores: number;
}

interface MachineTicks {
  readonly busy: number;
  readonly steal: number;
}

/**
 * @param processGroup of the implementation; undefined when it was not started here
 * @param known process groups that casemark runs beside its own process: not foreign
 * @returns a function that tells the shares since this call
 */
export function watchCpu(
  processGroup: number | undefined,
  known: readonly number[] = [],
): () => CpuShares {
  const startMs = performance.now();
  const own = process.cpuUsage();
  const machine = machineTicks();
  const group = groupTicks(processGroup);
  const ours = ticksOfAll(known);
  const throttling = watchThrottling();
  return () => {
    const elapsedS = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(own);
    const generator = (user + system) / 1e6 / elapsedS;
    const share = (from: number | undefined, to: number | undefined): number | null =>
      from === undefined || to === undefined ? null : (to - from) / TICKS_PER_S / elapsedS;
    const cores = availableParallelism();
    const stopped = throttling();
    const machineNow = machineTicks();
    const implementation = share(group, groupTicks(processGroup));
    const beside = share(ours, ticksOfAll(known)) ?? 0;
    const busy = share(machine?.busy, machineNow?.busy);
    return {
      generator,
      implementation,
      foreign:
        busy === null || implementation === null
          ? null
          : Math.max(0, busy - generator - implementation - beside),
      steal: share(machine?.steal, machineNow?.steal),
      throttled: stopped === null ? null : stopped.throttledUs / 1e6 / elapsedS / cores,
      cores,
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

function ticksOfAll(groups: readonly number[]): number {
  return groups.reduce((sum, group) => sum + (groupTicks(group) ?? 0), 0);
}

/** CPU ticks of all processes of the group, and of the children that they have waited for. */
function groupTicks(processGroup: number | undefined): number | undefined {
  if (processGroup === undefined) return undefined;
  return groupProcesses(processGroup)?.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
}
