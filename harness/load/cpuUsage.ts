/** Who used the machine while something was measured, from /proc (Linux); elsewhere unknown, which is null and never zero. */
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';
import { watchThrottling } from './usage/hostLimits.ts';
import { groupProcesses, ticksOf, TICKS_PER_S } from './usage/processGroup.ts';

/** Shares of one core: 1 is a whole core. */
export interface CpuShares {
  readonly generator: number;
  readonly implementation: number | null;
  /** Neither the generator nor the implementation. */
  readonly foreign: number | null;
  /** The most that it was in one second: what comes and goes hides in a mean. */
  readonly foreignPeak: number | null;
  /** Taken away by a hypervisor. */
  readonly steal: number | null;
  /** Of the time, by the container's CPU limit; not of a core. */
  readonly throttled: number | null;
  readonly cores: number;
}

/** Long against a tick of 10 ms, short against any measurement. */
const PEAK_EVERY_MS = 1000;

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
  const peak = watchPeak(processGroup, known);
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
      foreignPeak: peak(),
      steal: share(machine?.steal, machineNow?.steal),
      throttled: stopped === null ? null : stopped.throttledUs / 1e6 / elapsedS / cores,
      cores,
    };
  };
}

/** Second by second, of the processes that there were at the start: a scan of all would itself disturb. */
function watchPeak(
  processGroup: number | undefined,
  known: readonly number[],
): () => number | null {
  const groups = processGroup === undefined ? [] : [processGroup, ...known];
  const pids = groups.flatMap((group) => (groupProcesses(group) ?? []).map(({ pid }) => pid));
  let peak: number | null = null;
  let before = foreignSince(pids);
  const timer = setInterval(() => {
    const foreign = before();
    before = foreignSince(pids);
    if (foreign !== null) peak = Math.max(peak ?? 0, foreign);
  }, PEAK_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    return processGroup === undefined ? null : peak;
  };
}

function foreignSince(pids: readonly number[]): () => number | null {
  const startMs = performance.now();
  const own = process.cpuUsage();
  const machine = machineTicks();
  const ticks = ticksOf(pids);
  return () => {
    const now = machineTicks();
    if (!machine || !now) return null;
    const elapsedS = (performance.now() - startMs) / 1000;
    const { user, system } = process.cpuUsage(own);
    const others = (now.busy - machine.busy - (ticksOf(pids) - ticks)) / TICKS_PER_S;
    return Math.max(0, (others - (user + system) / 1e6) / elapsedS);
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
