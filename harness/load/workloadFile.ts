/**
 * bench/<case>/workload.json: what a load consists of, as data, so that no code of the harness knows a case. Strings of an `input`
 * may be placeholders, see templates.ts.
 */
import { dirname, join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { JsonObject } from '../target/target.ts';
import { conversationFault } from './conversationFile.ts';
import type { ConversationScenario } from './conversationFile.ts';

export interface WorkloadFile {
  readonly title: string;
  /** Where the mix comes from. */
  readonly source: string;
  /** How many clients the load plays; each knows its own orders only. */
  readonly clients: number;
  /** What requests are about (symbols, products): `$key:NAME` draws one. */
  readonly keys: Readonly<Record<string, Keys>>;
  readonly profiles: Readonly<Record<string, LoadProfile>>;
  /** Sent step by step before the load; each request has to be accepted. Those of a step for keys are sent some at a time. */
  readonly setup: readonly SetupStep[];
  /** Requests of the mix that each client sends before the load, so that there is something to work on. */
  readonly fill: readonly { readonly request: string; readonly perClient: number }[];
  readonly mix: readonly MixEntry[];
  readonly refusals: {
    /** Codes of problem documents with which a correct implementation may answer this load. */
    readonly codes: readonly string[];
    /** Codes with which it may shed load that it cannot carry; only in a phase that overloads it. */
    readonly shedding: readonly string[];
    /** A 2xx reply that says no: any of these values at any of these places. */
    readonly replies: readonly { readonly pointer: string; readonly values: readonly string[] }[];
    /** More than this share of all replies, and nothing was measured. */
    readonly maxShare: number;
  };
  /** What has to hold on the state that the load leaves behind; broken, it voids what was measured. */
  readonly invariants: readonly InvariantRow[];
}

export interface Keys {
  readonly count: number;
  /** `zipf` (default): the k-th 1/k times as often as the first. `evenly`: each as often. */
  readonly drawn?: 'zipf' | 'evenly';
}

export interface LoadProfile {
  /** `indicative`: a short run under a widened gate. */
  readonly validity: 'valid' | 'indicative';
  /** How long the null server is asked before each scenario, for the floor and for the ceiling. */
  readonly calibration: { readonly floorS: number; readonly ceilingS: number };
  /** Each on an empty instance of its own, in this order. */
  readonly scenarios: readonly Scenario[];
}

export type Scenario =
  | OpenLoopScenario
  | ClosedLoopScenario
  | CapacityScenario
  | ScaleScenario
  | LadderScenario
  | ConversationScenario;

export interface CommonScenario {
  /** The profile of targets.json that it answers. */
  readonly scenario: string;
  /** Which variant of its manifest the implementation is started in, for instance one that syncs to the disk. */
  readonly variant?: string;
  /** Its replies wait for the disk: so does the floor then. */
  readonly syncsToDisk?: boolean;
  /** Sent and not counted. */
  readonly warmupS: number;
}

export interface OpenLoopLimits {
  readonly connections: number;
  readonly maxInFlight: number;
  readonly timeoutMs: number;
}

/** Arrivals as scheduled, whatever the replies. Several phases follow one another without a pause. */
export interface OpenLoopScenario extends CommonScenario, OpenLoopLimits {
  readonly kind: 'open-loop';
  readonly phases: readonly PhaseRow[];
  /** A file of offsets beside workload.json, played instead of what the first phase's rate says. */
  readonly recorded?: string;
  /** Subscribers that read a stream meanwhile. */
  readonly watch?: StreamWatch;
}

/** What a request caused is known by values that its reply and the stream's message both carry. */
export interface StreamWatch {
  readonly stream: string;
  /** One subscription for the run, for each client, or for each key of this name. */
  readonly for: string;
  readonly input: JsonObject;
  /** So many of each. */
  readonly subscribers: number;
  /** Whose replies stand for a message, where all of `reply` is there and not null. */
  readonly operations: readonly string[];
  /** JSON pointers into the reply, and into the message, in the same order. */
  readonly reply: readonly string[];
  readonly message: readonly string[];
}

/** A phase whose rate is a share of the capacity that an earlier scenario of the same profile and name has found, or is given. */
export type PhaseRow = Phase | (Omit<Phase, 'ratePerS'> & { readonly ofCapacity: number });

export interface Phase {
  readonly name: string;
  readonly arrival: 'constant' | 'poisson';
  readonly ratePerS: number;
  /** The rate at its end, where it grows or falls evenly. */
  readonly toRatePerS?: number;
  readonly durationS: number;
  /**
   * `judged`: the load has to be carried. `overload`: more than can be carried; what is refused or not sent voids nothing.
   * `recovery`: follows an overload; is measured from the moment at which the latency is back below the target.
   */
  readonly purpose: 'judged' | 'overload' | 'recovery';
}

/** Each connection sends its next request when its last has been answered: a throughput, and no latency. */
export interface ClosedLoopScenario extends CommonScenario {
  readonly kind: 'closed-loop';
  readonly durationS: number;
  readonly connections: number;
}

/** Searches for the highest rate at which the strictest latency target of `scenario` is still met. */
export interface CapacityScenario extends CommonScenario, OpenLoopLimits {
  readonly kind: 'capacity';
  readonly lowPerS: number;
  readonly highPerS: number;
  readonly stepS: number;
  readonly maxSteps: number;
  /** The search ends when the highest rate that was carried and the lowest that was not are this near, as a share. */
  readonly tolerance: number;
}

/** A sweep of concurrency, and one of offered load. */
export interface ScaleScenario extends CommonScenario, OpenLoopLimits {
  readonly kind: 'scale';
  readonly concurrency: readonly number[];
  readonly repeats: number;
  readonly stepS: number;
  /** Offered load as shares of the throughput that the fit gives at its knee. */
  readonly loads: readonly number[];
}

/** One open loop for each count of the keys of a name: does it matter how many there are? */
export interface LadderScenario extends CommonScenario, OpenLoopLimits {
  readonly kind: 'ladder';
  /** A name of the file's keys. */
  readonly key: string;
  /** How many keys of that name each step has, instead of what the file says. */
  readonly counts: readonly number[];
  readonly ratePerS: number;
  readonly durationS: number;
}

export interface SetupStep {
  /** Once, for each client, or for each key of this name. */
  readonly for: string;
  readonly operation: string;
  readonly input: JsonObject;
  /** Of a step for each client: what it keeps of its reply (JSON pointers), for `$saved:NAME`. */
  readonly save?: Readonly<Record<string, string>>;
}

export type MixEntry = RequestEntry | RepeatEntry;

/** The client's newest request of the name `repeats`, sent again word for word, as after a lost reply. */
export interface RepeatEntry {
  readonly name: string;
  readonly weight: number;
  readonly repeats: string;
}

export interface RequestEntry {
  readonly name: string;
  readonly weight: number;
  readonly operation: string;
  readonly input: JsonObject;
  /** Takes a record out of this set of the client, for `$held:`; while the set is empty, `otherwise` is sent instead. */
  readonly takes?: { readonly set: string; readonly otherwise: string };
  /** Puts a record of the reply into the set; with `when` only where the number at `pointer` is above the bound. */
  readonly holds?: {
    readonly set: string;
    readonly when?: { readonly pointer: string; readonly above: number };
    readonly record: Readonly<Record<string, string>>;
  };
}

/** The sum of the numbers at `sum` (a JSON pointer or several, `*` for every element), asked once, of all clients, or of all keys of a name. */
export interface Figure {
  readonly for: string;
  readonly operation: string;
  readonly input: JsonObject;
  readonly sum: string | readonly string[];
  /** Taken where there is no such number: a side of a book may be empty. Without it that is a fault. */
  readonly absent?: number;
}

export interface InvariantRow {
  readonly statement: string;
  /** It has to hold for each key of this name, which `$key:` then is. */
  readonly each?: string;
  readonly left: Figure;
  readonly relation: '<' | '=';
  readonly right: Figure | number;
}

export function workloadPath(caseStudy: CaseStudy): string {
  return join(caseStudy.dir, '..', '..', 'bench', caseStudy.id, 'workload.json');
}

/** @param name as a workload file gives it, relative to that file */
export function besideWorkload(caseStudy: CaseStudy, name: string): string {
  return join(dirname(workloadPath(caseStudy)), name);
}

/** @throws SpecError */
export function readWorkloadFile(caseStudy: CaseStudy): WorkloadFile {
  const file = workloadPath(caseStudy);
  const advice = 'the load of a case study is data, see bench/<case>/workload.json.';
  const workload = readDataFile<WorkloadFile>(file, 'workload', advice);
  const refuse = (what: string): never => {
    throw new SpecError(`${file} ${what}`);
  };
  const requests = workload.mix.filter((entry) => 'operation' in entry);
  const repeats = workload.mix.filter((entry) => 'repeats' in entry);
  const names = new Set(requests.map(({ name }) => name));
  for (const { operation } of [...workload.setup, ...requests]) {
    if (!caseStudy.operations.has(operation)) {
      refuse(
        `names the operation "${operation}", which spec/${caseStudy.id}/case.json does not have.`,
      );
    }
  }
  for (const step of workload.setup) {
    if (step.save && step.for !== 'client')
      refuse(`saves of ${step.operation} "for": "${step.for}": only a client keeps replies.`);
  }
  const figures = workload.invariants.flatMap(({ left, right }) =>
    typeof right === 'number' ? [left] : [left, right],
  );
  const each = workload.invariants.flatMap((row) => (row.each === undefined ? [] : [row.each]));
  for (const wanted of [...workload.setup, ...figures].map((row) => row.for).concat(each)) {
    if (wanted === 'run' || wanted === 'client' || workload.keys[wanted]) continue;
    refuse(`says "for": "${wanted}": write run, client, or a name of its keys.`);
  }
  for (const profile of Object.values(workload.profiles)) {
    for (const scenario of profile.scenarios) {
      if (scenario.kind === 'ladder' && !workload.keys[scenario.key])
        refuse(`has a ladder of "${scenario.key}", which is no name of its keys.`);
      const fault =
        scenario.kind === 'conversation'
          ? conversationFault(scenario, workload, caseStudy)
          : undefined;
      if (fault !== undefined) refuse(fault);
      const watched = scenario.kind === 'open-loop' ? scenario.watch?.stream : undefined;
      if (watched !== undefined && !caseStudy.streams.has(watched))
        refuse(
          `watches the stream "${watched}", which spec/${caseStudy.id}/case.json does not have.`,
        );
    }
  }
  for (const name of [
    ...workload.fill.map(({ request }) => request),
    ...requests.flatMap(({ takes }) => (takes ? [takes.otherwise] : [])),
    ...repeats.map((entry) => entry.repeats),
  ]) {
    if (!names.has(name)) refuse(`names the request "${name}", which its mix does not have.`);
    const takes = requests.find((entry) => entry.name === name)!.takes;
    if (takes)
      refuse(`sends "${name}" where nothing is held yet, but that takes from ${takes.set}.`);
  }
  return workload;
}

/** @throws SpecError */
export function profileOf(workload: WorkloadFile, name: string): LoadProfile {
  const profile = workload.profiles[name];
  if (profile) return profile;
  const known = Object.keys(workload.profiles).join(', ');
  throw new SpecError(`There is no load profile "${name}": ${workload.title} has ${known}.`);
}
