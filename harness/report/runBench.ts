/** What the verbs `bench` and `run` ask of harness/load. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Implementation } from '../target/implementation.ts';
import type { LaunchOptions } from '../target/launchTarget.ts';
import type { Target } from '../target/target.ts';
import type { Measurement, TargetVerdict } from './measurement.ts';

export interface BenchOptions {
  caseStudy: CaseStudy;
  implementation: Implementation;
  /** False for a server that casemark did not start: what it costs is not seen, and it has no variants. */
  ownInstances: boolean;
  /** Starts another, empty instance of the implementation; whoever calls it closes it. */
  launch: (how?: Pick<LaunchOptions, 'variant' | 'env'>) => Promise<Target>;
  /** Load profile: `quick`, `standard`, or the name of one. */
  profile: string;
  /** Only these scenarios of the profile; default: all. */
  scenarios?: readonly string[];
  seed: number;
  /** How many threads generate the load. */
  generatorThreads: number;
  /** Where histograms may be written. */
  outDir: string;
  /** Called as soon as a row or a verdict is known, so that a crash does not lose the ones before it. */
  onEvent: (event: BenchEvent) => void;
}

export type BenchEvent =
  | { kind: 'progress'; message: string }
  /** Something that a reader of the report should know. */
  | { kind: 'note'; message: string }
  | { kind: 'measurement'; measurement: Measurement }
  | { kind: 'target'; target: TargetVerdict };

export interface BenchResult {
  measurements: readonly Measurement[];
  targets: readonly TargetVerdict[];
}

export type RunBench = (options: BenchOptions) => Promise<BenchResult>;
