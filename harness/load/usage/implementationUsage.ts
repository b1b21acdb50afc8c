/** What an implementation used while something was measured. Null is unknown (elsewhere than Linux, not Node), never zero. */
import { groupProcesses, residentBytes, TICKS_PER_S } from './processGroup.ts';
import { probeLines, summariseProbe } from './readProbe.ts';

export interface ImplementationUsage {
  readonly cpuS: number | null;
  /** Summed over its processes, so pages that they share count more than once. */
  readonly rssBytes: { readonly max: number; readonly end: number } | null;
  /** How late a timer of its main thread fired. */
  readonly eventLoopDelayP99Us: number | null;
  readonly eventLoopUtilisation: number | null;
}

/** Memory grows over seconds; and each look costs the generator, which runs in this process, some 30 us a process. */
const SAMPLE_EVERY_MS = 1_000;

/**
 * @param processGroup of the implementation; undefined when it was not started here
 * @param probeFile given to it by probeEnvironment
 * @returns a function that ends the watch and tells the usage since this call
 */
export function watchUsage(
  processGroup: number | undefined,
  probeFile?: string,
): () => ImplementationUsage {
  const fromNs = process.hrtime.bigint();
  const before = processGroup === undefined ? undefined : groupProcesses(processGroup);
  const pids = (before ?? []).map(({ pid }) => pid);
  let maxRss = rssOf(pids) ?? 0;
  const timer = setInterval(() => (maxRss = Math.max(maxRss, rssOf(pids) ?? 0)), SAMPLE_EVERY_MS);
  timer.unref();
  return () => {
    clearInterval(timer);
    const after = processGroup === undefined ? undefined : groupProcesses(processGroup);
    const end = rssOf((after ?? []).map(({ pid }) => pid));
    const lines =
      probeFile === undefined ? [] : probeLines(probeFile, fromNs, process.hrtime.bigint());
    const probed = summariseProbe(lines);
    return {
      cpuS: before?.length && after?.length ? (ticks(after) - ticks(before)) / TICKS_PER_S : null,
      rssBytes: end === undefined ? null : { max: Math.max(maxRss, end), end },
      eventLoopDelayP99Us: probed?.eventLoopDelayP99Us ?? null,
      eventLoopUtilisation: probed?.eventLoopUtilisation ?? null,
    };
  };
}

/** Undefined when none of them is there any more. */
function rssOf(pids: readonly number[]): number | undefined {
  const sizes = pids.map(residentBytes).filter((bytes) => bytes !== undefined);
  return sizes.length === 0 ? undefined : sizes.reduce((sum, bytes) => sum + bytes, 0);
}

function ticks(processes: readonly { readonly cpuTicks: number }[]): number {
  return processes.reduce((sum, { cpuTicks }) => sum + cpuTicks, 0);
}
