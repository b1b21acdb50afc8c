/** What casemark's own saturation gate says of a run, put together as a scenario does it. */
import type { CpuShares } from '../../harness/load/cpuUsage.ts';
import type { OpenLoopEnd } from '../../harness/load/openLoop.ts';
import type { SampleLog } from '../../harness/load/sampleLog.ts';
import type { Stretch, Tally } from '../../harness/load/tally.ts';
import {
  backlogGrowth,
  commonReasons,
  loopReasons,
  stretchReasons,
  validityOf,
} from '../../harness/load/validity.ts';
import type { LoadProfile, WorkloadFile } from '../../harness/load/workloadFile.ts';
import type { Validity } from '../../harness/report/measurement.ts';

export interface Gate {
  readonly reasons: readonly string[];
  readonly validity: Validity;
}

export interface GateInput {
  readonly log: SampleLog;
  readonly stretch: Stretch;
  readonly tally: Tally;
  readonly end: OpenLoopEnd;
  readonly cpu: CpuShares | undefined;
  readonly profile: LoadProfile;
  readonly file: WorkloadFile;
}

export function gateOf({ log, stretch, tally, end, cpu, profile, file }: GateInput): Gate {
  const { ok, refused, error } = tally.counts;
  const evidence = { load: profile, file, cpu, broken: [] };
  const reasons = [
    ...loopReasons(end),
    // Without a strictest target the generator may be late by a millisecond; without a calibration there is no floor.
    ...stretchReasons(tally, backlogGrowth(log, stretch), undefined, {}),
    ...commonReasons({ ok, refused, errors: error }, end.errorSamples, evidence),
  ];
  return { reasons, validity: validityOf(reasons, profile) };
}
