/** A load generator, wherever it runs: in this thread or in others. */
import type { Histogram } from 'hdr-histogram-js';
import type { OpenLoopEnd, Pacing } from '../openLoop.ts';
import type { SampleLog } from '../sampleLog.ts';
import type { ConversationEnd, ConversationRun } from '../conversation/converse.ts';
import type { ConversationScenario } from '../conversationFile.ts';
import type { WatchedStream } from './watchStream.ts';
import type { Call } from '../workload.ts';
import type { StreamWatch, WorkloadFile } from '../workloadFile.ts';

/** What it is to send, and to whom: plain data, because it may go to another thread. */
export interface LoadPlan {
  readonly caseId: string;
  /** The folder whose spec/ has the case study. */
  readonly root: string;
  readonly file: WorkloadFile;
  readonly seed: number;
  /** Makes the ids of this run unique. */
  readonly runToken: string;
  /** Intended starts in ms, on shared memory. */
  readonly startsMs: Float64Array;
  /** `nothing`: one small request that any server may answer as it likes, to measure everything but the implementation. */
  readonly requests: 'workload' | 'nothing';
  /** Base URL; null for a binding that is reached by calls. */
  readonly address: string | null;
  /** A stream that is read while an open loop runs. */
  readonly watch?: StreamWatch;
  /** Whose clients it plays. */
  readonly conversation?: ConversationScenario;
}

export interface OpenLoopRun {
  readonly log: SampleLog;
  readonly connections: number;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
  readonly pacing: Pacing;
  /** What is due before this warms up. */
  readonly countFromMs: number;
}

export interface OpenLoopResult extends OpenLoopEnd {
  readonly stream?: WatchedStream;
}

export interface ClosedLoopRun {
  readonly connections: number;
  readonly warmupS: number;
  readonly durationS: number;
}

export interface ClosedLoopResult {
  readonly ok: number;
  readonly refused: number;
  readonly errors: number;
  readonly timeouts: number;
  /** Answered (ok and refused) over the true elapsed time. */
  readonly achievedRps: number;
  readonly elapsedS: number;
  readonly errorSamples: readonly string[];
  /** Sent to last byte; null from a tool whose latencies are not to be used. */
  readonly service: Histogram | null;
}

export type OnWindow = (edge: 'begins' | 'ends') => void;

export interface Generator {
  /** Threads that generate, by the ids that the operating system gives them; empty when unknown. */
  readonly threadIds: readonly number[];
  /** From here on it plays this plan. `call` reaches an implementation that has no address. */
  load(plan: LoadPlan, call?: Call): Promise<void>;
  /** @returns why the workload could not be set up; undefined when it is ready */
  setUp(): Promise<string | undefined>;
  /** Runs its own code until it is fast, in several short sessions against a server of its own; measures nothing. */
  warmUp(sessions: number): Promise<void>;
  openLoop(run: OpenLoopRun, onWindow?: OnWindow): Promise<OpenLoopResult>;
  /** Of a plan with a conversation and an address. */
  converse(run: ConversationRun, onWindow?: OnWindow): Promise<ConversationEnd>;
  /** Over its own lanes. */
  closedLoop(run: ClosedLoopRun, onWindow?: OnWindow): Promise<ClosedLoopResult>;
  /** The same by autocannon. */
  cannon(run: ClosedLoopRun, onWindow?: OnWindow): Promise<ClosedLoopResult>;
  /** How many replies were held to their message's schema since `load`. */
  validated(): Promise<number>;
  close(): Promise<void>;
}
