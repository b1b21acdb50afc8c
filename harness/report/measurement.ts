/**
 * One measured number, as a row of measurements.csv: long form, one row a scenario x operation x metric. What the run as a whole
 * is (implementation, machine, seed) stands in the run's record and is joined to each row when the CSV is written.
 */

/** Whether more is better. */
export type Direction = 'lower-is-better' | 'higher-is-better';

/** `declared`: the implementation said so itself. `not-measurable-here`: a miss too near to the floor of this machine. */
export type MeasurementVerdict =
  'met' | 'missed' | 'not-measurable-here' | 'declared' | 'not-measured' | 'not-judged' | 'invalid';

/** `indicative`: measured under the widened gate of the profile `quick`. */
export type Validity = 'valid' | 'indicative' | 'invalid';

export interface Measurement {
  /** Load profile, as in targets.json. */
  scenario: string;
  /** Operation id, `all`, or the name of a stage. */
  operation: string;
  /** For instance `latency`, `service-time`, `throughput`, `cpu-per-request`, `recovery`; percentiles stand in `percentile`. */
  metric: string;
  /** 0..100; null where the metric has none. */
  percentile: number | null;
  unit: string;
  direction: Direction;
  /** Null in the row of a target that was not measured. */
  value: number | null;
  /** Bounds of the 95 % interval, in `unit`; null where there is none. */
  ciLow: number | null;
  ciHigh: number | null;
  /** How many samples the value comes from. */
  n: number;
  /** The same figure of the implementation that does nothing through the same binding, for a ratio between machines; null where not calibrated. */
  floor: number | null;
  /** Id of the target that this row answers, its number, and how it was judged. */
  targetId: string | null;
  target: number | null;
  verdict: MeasurementVerdict;

  generator: string;
  pacing: string;
  /** Shape of the arrivals: constant, poisson, closed-loop, ... */
  arrival: string;
  seed: number;
  offeredRps: number | null;
  achievedRps: number | null;
  connections: number | null;
  warmupS: number | null;
  /** True elapsed time, never the planned one. */
  durationS: number;
  /** How generator and implementation share the cores, for instance `pinned 0|1` or `shared`. */
  placement: string;
  /** Which repetition of the scenario, from 0. */
  slot: number;

  ok: number;
  errors: number;
  timeouts: number;
  missed: number;

  sendlagP50Us: number | null;
  sendlagP99Us: number | null;
  sendlagMaxUs: number | null;
  /** Shares of one core, 0..1 and above. */
  genCpu: number | null;
  sutCpu: number | null;
  foreignCpu: number | null;
  steal: number | null;
  throttled: number | null;
  validity: Validity;
  /** Sentences; empty when valid. */
  validityReasons: readonly string[];
  /** What was checked of the replies and of the final state, for instance `replies sampled, 6 invariants hold`. */
  verified: string;
  /** File of the histogram, relative to the report folder; null where there is none. */
  histRef: string | null;
}

export interface TargetVerdict {
  /** Id in targets.json. */
  id: string;
  verdict: 'met' | 'missed' | 'not-measurable-here' | 'declared' | 'not-measured' | 'invalid';
  /** The measured value, in the target's unit; null when nothing was measured. */
  value: number | null;
  /** One sentence: what was measured, under what, against what. */
  reason: string;
}
