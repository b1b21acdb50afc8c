/** What `casemark compare` says: comparison.json, as spec/schema/comparison.schema.json describes it. */
import type { Direction } from '../report/measurement.ts';
import type { Verdict } from '../run/event.ts';
import type { ChangeVerdict } from './judgeChanges.ts';

/** Raised when a reader of an older comparison.json would misread a newer one. */
export const COMPARISON_SCHEMA_VERSION = 1;

/** `incomparable`: not measured under the same conditions. `invalid`: measured, and the gate refused the figure. */
export type FigureVerdict = ChangeVerdict | 'incomparable' | 'invalid';

/** Why figures cannot be compared. `case-study` and `added` are what a change of the suite brings; the others are a mistake. */
export type Incomparable = 'environment' | 'load' | 'case-study' | 'added' | 'missing';

export interface FigureSide {
  /** Median over the runs; null without any. */
  readonly value: number | null;
  readonly runs: number;
}

/** One run's value of a figure. */
export interface ComparedRun {
  readonly side: 'baseline' | 'candidate';
  /** Of all runs of its series, from 0; null for runs that were not interleaved. */
  readonly order: number | null;
  readonly value: number;
}

export interface FigureComparison {
  readonly caseId: string;
  readonly scenario: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly unit: string;
  readonly direction: Direction;
  readonly family: 'headline' | 'detail';
  readonly verdict: FigureVerdict;
  /** One sentence. */
  readonly reason: string;
  /** Of an incomparable one; null otherwise. */
  readonly cause: Incomparable | null;
  readonly baseline: FigureSide;
  readonly candidate: FigureSide;
  /** Share of the baseline: 0.1 is 10 % more. Null where there is none, or none that is finite. */
  readonly change: number | null;
  /** Bounds of its 95 % interval; null where there are none. */
  readonly changeLow: number | null;
  readonly changeHigh: number | null;
  readonly test: 'paired-t' | 'mann-whitney' | null;
  readonly p: number | null;
  /** After Holm's correction. */
  readonly pAdjusted: number | null;
  /** What equal runs show here, and what was asked of a change, both as shares. */
  readonly floorAa: number | null;
  readonly leastChange: number | null;
  /** Of the series that the numbers come from. */
  readonly runs: readonly ComparedRun[];
}

export interface ComparedSide {
  readonly files: readonly string[];
  readonly implementation: string;
  readonly versions: readonly string[];
  readonly gitShas: readonly string[];
  readonly runs: number;
}

export interface RunsComparison {
  readonly schemaVersion: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'runs';
  readonly design: 'interleaved' | 'separate';
  /** How many series were made; 1 for separate runs. */
  readonly series: number;
  readonly baseline: ComparedSide;
  readonly candidate: ComparedSide;
  readonly counts: Readonly<Record<FigureVerdict, number>>;
  readonly headline: string;
  readonly exitCode: number;
  readonly figures: readonly FigureComparison[];
  readonly notes: readonly string[];
}

export interface LeaderboardRow {
  readonly rank: number;
  readonly implementation: string;
  readonly version: string;
  readonly files: readonly string[];
  readonly runs: number;
  /** Median over the runs. */
  readonly value: number;
  /** Over the same figure of an implementation that does nothing, on that machine at that moment; null where not calibrated. */
  readonly floorRatio: number | null;
}

export interface LeaderboardFigure {
  readonly caseId: string;
  readonly scenario: string;
  readonly operation: string;
  readonly metric: string;
  readonly percentile: number | null;
  readonly unit: string;
  readonly direction: Direction;
  /** `value` only where all ran under the same conditions. */
  readonly rankedBy: 'value' | 'floor-ratio';
  readonly rows: readonly LeaderboardRow[];
}

export interface Leaderboard {
  readonly schemaVersion: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'leaderboard';
  readonly headline: string;
  readonly exitCode: number;
  readonly figures: readonly LeaderboardFigure[];
  readonly notes: readonly string[];
}

/** `not-judged`: it was, and the candidate's run says nothing of it. */
export type ClauseChange =
  'regressed' | 'fixed' | 'added' | 'removed' | 'changed' | 'not-judged' | 'same';

export interface ComparedClause {
  /** As in HFT-MATCH-01.a. */
  readonly clause: string;
  readonly level: 'MUST' | 'SHOULD';
  readonly tier: 'core' | 'optional';
  readonly change: ClauseChange;
  /** Null on the side that does not have it. */
  readonly before: Verdict | null;
  readonly after: Verdict | null;
  /** Of the candidate, or of the baseline where it was removed. */
  readonly statement: string;
  readonly reason: string;
  /** Whether the candidate's manifest lists the failure: then it does not fail a build. */
  readonly known: boolean;
}

export interface ConformanceComparison {
  readonly schemaVersion: typeof COMPARISON_SCHEMA_VERSION;
  readonly kind: 'conformance';
  readonly caseId: string;
  readonly baseline: ComparedReport;
  readonly candidate: ComparedReport;
  readonly counts: Readonly<Record<ClauseChange, number>>;
  readonly headline: string;
  readonly exitCode: number;
  readonly clauses: readonly ComparedClause[];
  readonly notes: readonly string[];
}

export interface ComparedReport {
  readonly file: string;
  readonly implementation: string;
  readonly version: string;
  readonly specVersion: string;
  readonly gitSha: string | null;
}

export type Comparison = RunsComparison | Leaderboard | ConformanceComparison;
