/**
 * What happens in a run, in the order in which it happens: the run's record (events.ndjson, one object a line). Every report is a
 * pure function of these, and can be made again from them.
 */
import type { Requirement, TargetRow } from '../contract/caseStudy.ts';
import type { FaultEvent } from '../fault/faultEvent.ts';
import type { CampaignSummary } from '../report/campaignSummary.ts';
import type { Measurement, TargetVerdict } from '../report/measurement.ts';
import type { KnownFailure } from '../target/implementation.ts';
import type { Answer, Binding, Json, JsonObject, StreamEvent } from '../target/target.ts';

/** `warn`: a SHOULD that fails. `invalid` is a verdict of measurements only. */
export type Verdict = 'pass' | 'fail' | 'warn' | 'not-applicable' | 'could-not-run' | 'excluded';

/** One call, message of a stream or to it, or process event. Times are of a monotonic clock, in ns, comparable within a run. */
export interface ConversationEntry {
  /** Which conversation of the check. */
  session: string;
  /** An operation, a stream, or what was done to the process: kill, restart. */
  what: string;
  input?: JsonObject;
  /** What a subscriber sent up the stream; a string is what was sent as text. */
  sent?: Json;
  /** `cut`: too long to be kept here; history.ndjson has it. */
  answer?: Answer | StreamEvent | { kind: 'cut'; start: string; chars: number };
  startNs: number;
  endNs: number;
}

export interface Counterexample {
  message: string;
  expected?: unknown;
  actual?: unknown;
  /** What a property generated, after shrinking. */
  input?: unknown;
  conversation: ConversationEntry[];
  /** A command that replays exactly this. */
  replayCommand: string;
}

export interface ClauseJudgement {
  /** Requirement and key, as in HFT-MATCH-01.a. */
  clause: string;
  verdict: Verdict;
  reason?: string;
  hits: Record<string, number>;
  counterexample?: Counterexample;
  durationMs: number;
}

export interface SmokeLine {
  /** Operation or stream. */
  name: string;
  /** `skipped`: it needs the reply of a step that gave none. */
  outcome: 'wired' | 'not-offered' | 'broken' | 'skipped';
  sentence: string;
}

/** The machine, as far as it can change a number. */
export interface Environment {
  cpuModel: string;
  cores: number;
  memBytes: number;
  os: string;
  runtime: string;
  /** CPU limit of the container, in cores; null where there is none, and where it is unknown. */
  containerCpus: number | null;
  /** What the machine says of its hypervisor; null where it is unknown. */
  virtualised: string | null;
  /** Of all of these: numbers are only compared between runs that have the same one. */
  fingerprint: string;
}

export interface RunStarted {
  kind: 'run-started';
  runId: string;
  startedUtc: string;
  verb: string;
  suiteVersion: string;
  case: { id: string; title: string; specVersion: string; sha256: string };
  implementation: { name: string; version: string; language: string; source: string };
  binding: Binding;
  /** Whether casemark started the implementation itself. */
  launched: boolean;
  capabilities: string[];
  seed: number;
  effort: number;
  /** Requirements or clauses asked for; null: all. */
  only: string[] | null;
  requirements: Requirement[];
  targets: TargetRow[];
  knownFailures: KnownFailure[];
  environment: Environment;
  gitSha: string | null;
  /** The command that makes this run again; absent in records of casemark 0.1.0 and before. */
  command?: string;
}

export type RunEvent =
  | RunStarted
  | { kind: 'smoke'; line: SmokeLine }
  | { kind: 'checks-planned'; clauses: number }
  | { kind: 'check-started'; clause: string }
  | { kind: 'clause-judged'; judgement: ClauseJudgement }
  /** Something that a reader of the report should know: an instance that was started again, a bound that was reached. */
  | { kind: 'note'; message: string }
  | { kind: 'progress'; message: string }
  | { kind: 'measurement'; measurement: Measurement }
  | { kind: 'target'; target: TargetVerdict }
  | { kind: 'fault'; fault: FaultEvent }
  | { kind: 'campaign'; campaign: CampaignSummary }
  | { kind: 'run-ended'; durationMs: number };
