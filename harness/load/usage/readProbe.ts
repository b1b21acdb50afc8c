/** What the probe (eventLoopProbe.js) wrote about a window of time. */
import { readFileSync } from 'node:fs';

/** A line of the probe's file; times are nanoseconds of the monotonic clock, which all processes of a machine share. */
export interface ProbeLine {
  readonly pid: number;
  readonly since: string;
  readonly t: string;
  readonly p50Us: number;
  readonly p99Us: number;
  readonly maxUs: number;
  /** [how many of the delays were no longer, microseconds], ascending. */
  readonly delays: readonly (readonly [number, number])[];
  readonly rss: number;
  readonly heapUsed: number;
  /** Share of the time in which the loop did not wait. */
  readonly elu: number;
}

export interface ProbeSummary {
  readonly eventLoopDelayP99Us: number;
  readonly eventLoopUtilisation: number;
}

/** Lines whose middle lies in the window: a line tells of the second before it. */
export function probeLines(file: string, fromNs: bigint, toNs: bigint): ProbeLine[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    return [];
  }
  return text.split('\n').flatMap((line) => {
    const parsed = parseLine(line);
    if (!parsed) return [];
    const middle = (BigInt(parsed.since) + BigInt(parsed.t)) / 2n;
    return middle >= fromNs && middle <= toNs ? [parsed] : [];
  });
}

/** Of the busiest process: a launcher that only waits says nothing. Undefined without lines. */
export function summariseProbe(lines: readonly ProbeLine[]): ProbeSummary | undefined {
  const byProcess = Object.values(Object.groupBy(lines, ({ pid }) => String(pid)));
  const summaries = byProcess.map((of) => ({
    eventLoopDelayP99Us: p99Us(of!),
    eventLoopUtilisation: weightedUtilisation(of!),
  }));
  return summaries.sort((a, b) => b.eventLoopUtilisation - a.eventLoopUtilisation)[0];
}

/** Over all delays of the lines: each step stands for as many delays as it adds. */
function p99Us(lines: readonly ProbeLine[]): number {
  const steps = lines.flatMap(({ delays }) =>
    delays.map(([count, us], index) => ({ us, added: count - (delays[index - 1]?.[0] ?? 0) })),
  );
  steps.sort((a, b) => a.us - b.us);
  const total = steps.reduce((sum, { added }) => sum + added, 0);
  let seen = 0;
  return steps.find(({ added }) => (seen += added) >= 0.99 * total)?.us ?? 0;
}

function weightedUtilisation(lines: readonly ProbeLine[]): number {
  const lengths = lines.map(({ since, t }) => Number(BigInt(t) - BigInt(since)));
  const total = lengths.reduce((sum, length) => sum + length, 0);
  return lines.reduce((sum, { elu }, index) => sum + elu * lengths[index]!, 0) / total;
}

/** The last line may be in the middle of being written. */
function parseLine(line: string): ProbeLine | undefined {
  try {
    return JSON.parse(line) as ProbeLine;
  } catch {
    return undefined;
  }
}
