/** One row of a measurements.csv, as far as a comparison looks at it. */
import type { Direction, MeasurementVerdict, Validity } from '../report/measurement.ts';

export type Side = 'baseline' | 'candidate';

/** Where a run stands in a series of `bench --ab`. */
export interface SeriesPlace {
  /** From 1; the second one is the re-run before a regression is believed. */
  readonly series: number;
  readonly pair: number;
  /** Of all runs of its series, from 0. */
  readonly order: number;
  readonly side: Side;
}

export interface ResultRow {
  /** As it was named, for messages. */
  readonly file: string;
  readonly caseId: string;
  readonly specVersion: string;
  readonly specSha256: string;
  readonly implName: string;
  readonly implVersion: string;
  readonly gitSha: string;
  readonly binding: string;
  /** Its id. One process of casemark: what counts as one, however many requests it sent and however often it repeated a scenario. */
  readonly run: string;
  readonly startedUtc: string;
  /** All that is known of it, without the version of casemark. */
  readonly machine: string;
  readonly placement: string;
  readonly generator: string;
  readonly pacing: string;
  readonly arrival: string;
  readonly seed: string;
  readonly offeredRps: number | null;
  /** Whether the run found its rates itself, as shares of the capacity or of the knee of the implementation. */
  readonly isRateFound: boolean;
  readonly connections: number | null;
  readonly warmupS: number | null;
  readonly scenario: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly unit: string;
  readonly direction: Direction;
  readonly value: number | null;
  readonly n: number;
  readonly targetId: string;
  readonly target: number | null;
  readonly verdict: MeasurementVerdict;
  readonly validity: Validity;
  readonly validityReasons: string;
  readonly floorRatio: number | null;
  /** Null for a run that was made by itself. */
  readonly place: SeriesPlace | null;
}

/** What two rows must have in common to be about the same thing. */
export function keyOf(row: ResultRow): string {
  const { caseId, scenario, operation, metric, percentile, unit, direction } = row;
  return JSON.stringify([caseId, scenario, operation, metric, percentile, unit, direction]);
}
