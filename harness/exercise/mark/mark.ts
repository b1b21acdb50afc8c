/** mark.json: everything about one marking, hidden clauses too. It is for the interviewer. */
import type { Counterexample, Environment } from '../../run/event.ts';
import type { Dimension } from '../levels.ts';
import type { LatencyComparison } from './latencyRatio.ts';
import type { ScoredPart } from './rubric.ts';

/** Raised when a reader of an older mark.json would misread a newer one. */
export const MARK_SCHEMA_VERSION = 1;

/** `could-not-run`: nothing was shown, for or against; `not-applicable`: the manifest lacks a capability that it needs. */
export type Outcome = 'pass' | 'fail' | 'could-not-run' | 'not-applicable';

export interface SeedOutcome {
  seed: number;
  outcome: Outcome;
  /** 2 when it could not be run at first and was tried once more. */
  attempts: 1 | 2;
  durationMs: number;
  reason?: string;
  counterexample?: Counterexample;
}

export interface MarkedClause {
  clause: string;
  /** Of the exercise, from 1. */
  level: number;
  dimension: Dimension;
  visible: boolean;
  /** It passed with every seed. */
  credit: boolean;
  /** In the order in which they were run. */
  seeds: SeedOutcome[];
}

export type Latency =
  | ({ kind: 'measured' } & LatencyComparison)
  /** It has no part in the score. */
  | { kind: 'not-measured'; reason: string };

export interface Mark {
  schemaVersion: typeof MARK_SCHEMA_VERSION;
  suiteVersion: string;
  markedUtc: string;
  durationMs: number;
  case: { id: string; title: string; specVersion: string; sha256: string };
  level: number;
  language: string;
  /** The folder as it was given, and SHA-256 over its files: the same code has the same one. */
  solution: { folder: string; sha256: string };
  /** How it was kept from what is not its business. */
  confinement: string;
  /** False while seeds are still being run, and where the marking was cut short. */
  complete: boolean;
  /** Why nothing could be judged at all; null where something was. */
  problem: string | null;
  /** Asked for, in order; the last ones are not run when no clause can earn credit any more. */
  seeds: number[];
  /** Out of 100. */
  score: number;
  parts: ScoredPart[];
  latency: Latency;
  /** The highest level all of whose clauses, and of those before it, have credit; 0 for none. */
  reachedLevel: number;
  clauses: MarkedClause[];
  notes: string[];
  environment: Environment;
}
