/** report.json: everything about a run that somebody may want to read or compare, made from the run's events alone. */
import type { Counterexample, Environment, RunStarted, SmokeLine, Verdict } from '../run/event.ts';
import type { CampaignSummary } from './campaignSummary.ts';
import type { Measurement, TargetVerdict } from './measurement.ts';

/** Raised when a reader of an older report.json would misread a newer one. */
export const REPORT_SCHEMA_VERSION = 1;

export interface ReportedClause {
  key: string;
  statement: string;
  verdict: Verdict;
  reason?: string;
  hits: Record<string, number>;
  durationMs: number;
  /** The manifest's entry, when this failure is one that the owner knows of. */
  known?: { reason: string; expires: string };
  counterexample?: Counterexample;
}

export interface ReportedRequirement {
  id: string;
  level: 'MUST' | 'SHOULD';
  tier: 'core' | 'optional';
  title: string;
  statement: string;
  components: readonly string[];
  patterns: readonly string[];
  /** Of its clauses: fail before could-not-run before not-applicable before pass; excluded only when all are. */
  verdict: Verdict;
  clauses: ReportedClause[];
}

export interface ReportedFaultWindow {
  kind: string;
  startMs: number;
  /** Null when it was never taken back. */
  endMs: number | null;
}

export interface VerdictCounts {
  pass: number;
  fail: number;
  warn: number;
  notApplicable: number;
  couldNotRun: number;
  excluded: number;
}

/** `partial`: only some requirements were asked for. `not-shown`: nothing failed, but something core could not be judged. */
export type Conformance = 'conformant' | 'not-conformant' | 'not-shown' | 'partial';

export interface Report {
  schemaVersion: typeof REPORT_SCHEMA_VERSION;
  suiteVersion: string;
  runId: string;
  verb: string;
  startedUtc: string;
  /** Null when the run was cut short. */
  durationMs: number | null;
  case: RunStarted['case'];
  implementation: RunStarted['implementation'];
  binding: RunStarted['binding'];
  launched: boolean;
  capabilities: string[];
  seed: number;
  effort: number;
  only: string[] | null;
  gitSha: string | null;
  /** Makes this run again; null where the record does not have it. */
  command: string | null;
  environment: Environment;
  summary: {
    must: VerdictCounts;
    should: VerdictCounts;
    conformance: Conformance;
    headline: string;
    /** Entries of knownFailures that have expired or no longer fail: they fail the run. */
    knownFailureProblems: string[];
  };
  requirements: ReportedRequirement[];
  smoke: SmokeLine[];
  targets: TargetVerdict[];
  measurements: Measurement[];
  /** What a campaign of faults has shown; null without one. */
  campaign: CampaignSummary | null;
  /** When each fault was there, by the clock of the campaign; none without one. */
  faultWindows: ReportedFaultWindow[];
  notes: string[];
}
