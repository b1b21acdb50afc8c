/** What the verbs `bench` and `run` ask of harness/load. */
import type { CaseStudy } from '../contract/caseStudy.ts';
import type { Target } from '../target/target.ts';
import type { Measurement, TargetVerdict } from './measurement.ts';

export interface BenchOptions {
  caseStudy: CaseStudy;
  /** Starts another, empty instance of the implementation; whoever calls it closes it. */
  launch: () => Promise<Target>;
  /** `http://127.0.0.1:PORT` of an http target; undefined for another binding. Ask again after a restart. */
  baseUrlOf: (target: Target) => string | undefined;
  /** A program of the implementation's own that measures inside; its figures are `declared`. */
  inProcess?: { readonly command: readonly string[]; readonly dir: string };
  /** Load profile: `quick`, `standard`, or the name of one. */
  profile: string;
  seed: number;
  /** Where histograms may be written. */
  outDir: string;
  /** Called as soon as a row or a verdict is known, so that a crash does not lose the ones before it. */
  onEvent: (event: BenchEvent) => void;
}

export type BenchEvent =
  | { kind: 'progress'; message: string }
  | { kind: 'measurement'; measurement: Measurement }
  | { kind: 'target'; target: TargetVerdict };

export interface BenchResult {
  measurements: readonly Measurement[];
  targets: readonly TargetVerdict[];
}

export type RunBench = (options: BenchOptions) => Promise<BenchResult>;
