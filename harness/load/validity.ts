/**
 * Whether what was measured is what the implementation did. A run in which the generator was late, the machine was busy with
 * something else, or the replies were wrong is invalid, and says why; it accuses nobody and praises nobody.
 */
import type { Validity } from '../report/measurement.ts';
import type { CpuShares } from './cpuUsage.ts';
import type { OpenLoopResult } from './openLoop.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

/** The generator's own delay may be this share of the strictest target, and a millisecond in any case. */
const MAX_LAG_SHARE = 0.1;
const MIN_LAG_BOUND_US = 1000;
/** Below it the load was not the load that was asked for. */
const MIN_ACHIEVED_SHARE = 0.99;
/** Of the machine. A short run cannot ask for more quiet than a shared machine has. */
const MAX_FOREIGN_SHARE = { valid: 0.05, indicative: 0.2 } as const;
const MAX_STEAL_SHARE = { valid: 0.01, indicative: 0.05 } as const;

export interface Evidence {
  readonly profile: LoadProfile;
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

/** @returns sentences; empty when nothing speaks against the run */
export function openLoopReasons(
  result: OpenLoopResult,
  evidence: Evidence,
  strictestTargetUs: number | undefined,
  floor: Pick<OpenLoopResult, 'achievedRps' | 'offeredRps'>,
): string[] {
  const reasons: string[] = [];
  const lagUs = result.sendLag.getValueAtPercentile(99);
  const boundUs = lagBoundUs(strictestTargetUs);
  if (result.aborted !== undefined) reasons.push(result.aborted);
  if (lagUs > boundUs) {
    reasons.push(
      `the generator was late: its send lag p99 is ${lagUs} us, above ${boundUs} us; give it a core of its own`,
    );
  }
  if (result.missed > 0) {
    reasons.push(
      `${result.missed} requests were never sent, because ${evidence.profile.openLoop.maxInFlight} were in flight`,
    );
  }
  const share = answeredShare(result);
  if (share < MIN_ACHIEVED_SHARE) {
    const who =
      answeredShare(floor) < MIN_ACHIEVED_SHARE
        ? 'nor does a server that does nothing keep up with this load on this machine now'
        : 'the implementation does not keep up with this load';
    reasons.push(
      `only ${(100 * share).toFixed(1)} % of the offered ${Math.round(result.offeredRps)} requests/s were answered: ${who}`,
    );
  }
  return [...reasons, ...commonReasons(result.all, result.errorSamples, evidence)];
}

function answeredShare({
  achievedRps,
  offeredRps,
}: Pick<OpenLoopResult, 'achievedRps' | 'offeredRps'>): number {
  return offeredRps > 0 ? achievedRps / offeredRps : 0;
}

export function commonReasons(
  counted: Counted,
  errorSamples: readonly string[],
  { profile, file, cpu, broken }: Evidence,
): string[] {
  const reasons: string[] = [];
  const { ok, refused, errors } = counted;
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
  if (!cpu) return reasons;
  const tooMuch = (share: number | null, max: number): share is number =>
    share !== null && share / cpu.cores > max;
  const { foreign, steal, cores } = cpu;
  if (tooMuch(foreign, MAX_FOREIGN_SHARE[profile.validity])) {
    reasons.push(`other programs used ${((100 * foreign) / cores).toFixed(0)} % of the machine`);
  }
  if (tooMuch(steal, MAX_STEAL_SHARE[profile.validity])) {
    reasons.push(`the hypervisor took ${((100 * steal) / cores).toFixed(0)} % of the machine away`);
  }
  return reasons;
}

export function validityOf(reasons: readonly string[], { validity }: LoadProfile): Validity {
  return reasons.length > 0 ? 'invalid' : validity;
}
