/** What the scenarios of a bench share. */
import type { BenchOptions } from '../report/runBench.ts';
import type { Measurement, TargetVerdict } from '../report/measurement.ts';
import type { Generator } from './generator/generator.ts';
import type { Pacing } from './openLoop.ts';
import type { Placement } from './placement.ts';
import type { LoadProfile, WorkloadFile } from './workloadFile.ts';

export interface Bench extends BenchOptions {
  readonly seen: Measurement[];
  readonly verdicts: TargetVerdict[];
  /** Why a profile of targets.json has no figure. */
  readonly whyNot: Map<string, string>;
  /** Requests/s that a scenario was found to carry, by its name. */
  readonly capacityRps: Map<string, number>;
}

/** A bench that puts load on an implementation. */
export interface LoadBench extends Bench {
  readonly file: WorkloadFile;
  readonly load: LoadProfile;
  readonly generator: Generator;
  readonly placement: Placement;
  readonly pacing: Pacing;
}
