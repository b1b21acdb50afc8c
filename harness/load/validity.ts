/**
 * Whether what was measured is what the implementation did. A run in which the generator was late, the machine was busy with
 * something else, or the replies were wrong is invalid, and says why; it accuses nobody and praises nobody.
 */
import type { Validity } from '../report/measurement.ts';
import type { Calibration } from './calibration.ts';
import type { CpuShares } from './cpuUsage.ts';
import type { OpenLoopEnd } from './openLoop.ts';
import { firstDue } from './sampleLog.ts';
import type { SampleLog } from './sampleLog.ts';
import type { Stretch, Tally } from './tally.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

/** The generator's own delay may be this share of the strictest target, and a millisecond in any case. */
const MAX_LAG_SHARE = 0.1;
const MIN_LAG_BOUND_US = 1000;
/** Of the generator's own event loop, p99: a longer delay would be measured as the implementation's. */
const MAX_LOOP_DELAY_US = 5_000;
/** Below it the load was not the load that was asked for. */
const MIN_ACHIEVED_SHARE = 0.99;
/** Of the machine. A short run cannot ask for more quiet than a shared machine has. */
const MAX_FOREIGN_SHARE = { valid: 0.05, indicative: 0.2 } as const;
/** The same in any one second: what others do in bursts hides in a mean. */
const MAX_FOREIGN_PEAK_SHARE = { valid: 0.25, indicative: 0.6 } as const;
const MAX_STEAL_SHARE = { valid: 0.01, indicative: 0.05 } as const;
const MAX_THROTTLED_SHARE = { valid: 0.01, indicative: 0.05 } as const;
/** The backlog is looked at in so many equal parts of a stretch. */
const BACKLOG_PARTS = 5;
/** A backlog that grew by no more than what arrives in this time may be chance. */
const BACKLOG_SLACK_S = 0.02;

/** What speaks for or against a whole scenario. */
export interface Evidence {
  readonly load: LoadProfile;
  readonly file: WorkloadFile;
  readonly cpu: CpuShares | undefined;
  /** Sentences of the invariants that do not hold. */
  readonly broken: readonly string[];
}

/** What counts of an open and a closed loop alike. */
interface Counted {
  readonly ok: number;
  readonly refused: number;
  readonly errors: number;
}

export function lagBoundUs(strictestTargetUs: number | undefined): number {
  return Math.max(MIN_LAG_BOUND_US, MAX_LAG_SHARE * (strictestTargetUs ?? 0));
}

/** What speaks against a stretch that has to be carried, in sentences; empty when nothing does. */
export function stretchReasons(
  tally: Tally,
  growth: number,
  strictestTargetUs: number | undefined,
  { floor }: Pick<Calibration, 'floor'>,
): string[] {
  const { counts } = tally;
  const reasons = generatorReasons(tally, strictestTargetUs);
  if (counts.missed > 0) {
    reasons.push(`${counts.missed} requests were never sent, because too many were in flight`);
  }
  if (counts.shed > 0) {
    reasons.push(`${counts.shed} requests were turned away, at a load that has to be carried`);
  }
  if (counts.timeout > 0) reasons.push(`${counts.timeout} requests were not answered in time`);
  const share = answeredShare(tally);
  if (share < MIN_ACHIEVED_SHARE) {
    const who =
      floor && answeredShare(floor) < MIN_ACHIEVED_SHARE
        ? 'nor does a server that does nothing keep up with this load on this machine now'
        : 'the implementation does not keep up with this load';
    reasons.push(
      `only ${(100 * share).toFixed(1)} % of the offered ${Math.round(tally.offeredRps)} requests/s were answered: ${who}`,
    );
  } else if (growth > BACKLOG_SLACK_S * tally.offeredRps) {
    reasons.push(
      `the backlog grew by ${Math.round(growth)} requests while the load went on: the implementation does not keep up with it`,
    );
  }
  return reasons;
}

/** The generator's own delay, whatever the implementation did. */
export function generatorReasons(
  { sendLag }: Tally,
  strictestTargetUs: number | undefined,
): string[] {
  const lagUs = sendLag.getValueAtPercentile(99);
  const boundUs = lagBoundUs(strictestTargetUs);
  if (lagUs <= boundUs) return [];
  return [
    `the generator was late: its send lag p99 is ${lagUs} us, above ${boundUs} us; give it a core of its own`,
  ];
}

/** What speaks against the scenario as a whole. */
export function loopReasons({ aborted, loopDelayP99Us }: OpenLoopEnd): string[] {
  const reasons: string[] = [];
  if (aborted !== undefined) reasons.push(aborted);
  if (loopDelayP99Us > MAX_LOOP_DELAY_US) {
    reasons.push(
      `the generator's event loop was late: its delay p99 is ${loopDelayP99Us} us, above ${MAX_LOOP_DELAY_US} us`,
    );
  }
  return reasons;
}

/**
 * By how many requests the backlog (due and taken up, but not sent because every connection was busy) of the last part of a stretch
 * is longer than that of the first, where no part in between was shorter than the one before. A mean by Little's law.
 */
export function backlogGrowth(log: SampleLog, { fromMs, toMs }: Stretch): number {
  const partMs = (toMs - fromMs) / BACKLOG_PARTS;
  const means = Array.from({ length: BACKLOG_PARTS }, (_, part) => {
    const end = firstDue(log, fromMs + (part + 1) * partMs);
    let waitedUs = 0;
    for (let index = firstDue(log, fromMs + part * partMs); index < end; index += 1) {
      const leftUs = log.sentUs[index]! > 0 ? log.sentUs[index]! : log.endUs[index]!;
      waitedUs += Math.max(0, leftUs - log.lagUs[index]!);
    }
    return waitedUs / 1000 / partMs;
  });
  const grows = means.every((mean, part) => part === 0 || mean >= means[part - 1]!);
  return grows ? means.at(-1)! - means[0]! : 0;
}

function answeredShare({ achievedRps, offeredRps }: Tally): number {
  return offeredRps > 0 ? achievedRps / offeredRps : 0;
}

export function commonReasons(
  { ok, refused, errors }: Counted,
  errorSamples: readonly string[],
  { load, file, cpu, broken }: Evidence,
): string[] {
  const reasons: string[] = [];
  if (errors > 0) {
    reasons.push(
      `${errors} of ${ok + refused + errors} replies were errors, for instance ${errorSamples[0]}`,
    );
  }
  if (ok + refused > 0 && refused / (ok + refused) > file.refusals.maxShare) {
    reasons.push(
      `${((100 * refused) / (ok + refused)).toFixed(1)} % of the replies were refusals, above ` +
        `${100 * file.refusals.maxShare} %: a load that is refused measures nothing`,
    );
  }
  for (const sentence of broken) reasons.push(`the state after the load is wrong: ${sentence}`);
  return cpu ? [...reasons, ...machineReasons(cpu, load.validity)] : reasons;
}

/** Shares that the machine does not tell are null, and speak neither for nor against. */
function machineReasons(
  { foreign, foreignPeak, steal, throttled, cores }: CpuShares,
  validity: LoadProfile['validity'],
): string[] {
  const reasons: string[] = [];
  const tooMuch = (share: number | null, max: number): share is number =>
    share !== null && share > max;
  const foreignShare = foreign === null ? null : foreign / cores;
  const peakShare = foreignPeak === null ? null : foreignPeak / cores;
  const stealShare = steal === null ? null : steal / cores;
  if (tooMuch(foreignShare, MAX_FOREIGN_SHARE[validity])) {
    reasons.push(
      `other programs used ${percent(foreignShare)} of the machine, above ${percent(MAX_FOREIGN_SHARE[validity])}`,
    );
  } else if (tooMuch(peakShare, MAX_FOREIGN_PEAK_SHARE[validity])) {
    reasons.push(
      `other programs used ${percent(peakShare)} of the machine in one second, above ${percent(MAX_FOREIGN_PEAK_SHARE[validity])}`,
    );
  }
  if (tooMuch(stealShare, MAX_STEAL_SHARE[validity])) {
    reasons.push(
      `the hypervisor took ${percent(stealShare)} of the machine away, above ${percent(MAX_STEAL_SHARE[validity])}`,
    );
  }
  if (tooMuch(throttled, MAX_THROTTLED_SHARE[validity])) {
    reasons.push(
      `the container was throttled for ${percent(throttled)} of the time, above ${percent(MAX_THROTTLED_SHARE[validity])}`,
    );
  }
  return reasons;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(share < 0.1 ? 1 : 0)} %`;
}

export function validityOf(reasons: readonly string[], { validity }: LoadProfile): Validity {
  return reasons.length > 0 ? 'invalid' : validity;
}
