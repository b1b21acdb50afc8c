/**
 * bench/<case>/workload.json: what a load consists of, as data, so that no code of the harness knows a case. Strings of an `input`
 * may be placeholders, see templates.ts.
 */
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { JsonObject } from '../target/target.ts';
import type { Arrival } from './arrivalSchedule.ts';

export interface WorkloadFile {
  readonly title: string;
  /** Where the mix comes from. */
  readonly source: string;
  /** How many clients the load plays; each knows its own orders only. */
  readonly clients: number;
  readonly profiles: Readonly<Record<string, LoadProfile>>;
  /** Sent one by one before the load; each has to be accepted. */
  readonly setup: readonly SetupStep[];
  /** Requests of the mix that each client sends before the load, so that there is something to work on. */
  readonly fill: readonly { readonly request: string; readonly perClient: number }[];
  readonly mix: readonly MixEntry[];
  readonly refusals: {
    /** Codes of problem documents with which a correct implementation may answer this load. */
    readonly codes: readonly string[];
    /** A 2xx reply that says no: any of these values at any of these places. */
    readonly replies: readonly { readonly pointer: string; readonly values: readonly string[] }[];
    /** More than this share of all replies, and nothing was measured. */
    readonly maxShare: number;
  };
  /** What has to hold on the state that the load leaves behind; broken, it voids what was measured. */
  readonly invariants: readonly InvariantRow[];
}

export interface LoadProfile {
  /** `indicative`: a short run under a widened gate. */
  readonly validity: 'valid' | 'indicative';
  readonly openLoop: {
    /** Profile of targets.json that this run answers. */
    readonly scenario: string;
    readonly ratePerS: number;
    readonly arrival: Arrival;
    readonly warmupS: number;
    readonly durationS: number;
    readonly connections: number;
    readonly maxInFlight: number;
    readonly timeoutMs: number;
  };
  readonly closedLoop: {
    readonly scenario: string;
    readonly warmupS: number;
    readonly durationS: number;
    readonly connections: number;
  };
  /** How long the null server is measured before. */
  readonly floorS: number;
}

export interface SetupStep {
  readonly for: 'run' | 'client';
  readonly operation: string;
  readonly input: JsonObject;
}

export interface MixEntry {
  readonly name: string;
  readonly weight: number;
  readonly operation: string;
  readonly input: JsonObject;
  /** Takes a record out of this set of the client, for `$held:`; while the set is empty, `otherwise` is sent instead. */
  readonly takes?: { readonly set: string; readonly otherwise: string };
  /** Puts a record of the reply into the set, where the number at `pointer` is above the bound. */
  readonly holds?: {
    readonly set: string;
    readonly when: { readonly pointer: string; readonly above: number };
    readonly record: Readonly<Record<string, string>>;
  };
}

/** The sum of the numbers at `sum` (a JSON pointer, `*` for every element), over the run or over all clients. */
export interface Figure {
  readonly for: 'run' | 'client';
  readonly operation: string;
  readonly input: JsonObject;
  readonly sum: string;
}

export interface InvariantRow {
  readonly statement: string;
  readonly left: Figure;
  readonly relation: '<' | '=';
  readonly right: Figure | number;
}

export function workloadPath(caseStudy: CaseStudy): string {
  return join(caseStudy.dir, '..', '..', 'bench', caseStudy.id, 'workload.json');
}

/** @throws SpecError */
export function readWorkloadFile(caseStudy: CaseStudy): WorkloadFile {
  const file = workloadPath(caseStudy);
  const advice = 'the load of a case study is data, see bench/<case>/workload.json.';
  const workload = readDataFile<WorkloadFile>(file, 'workload', advice);
  const refuse = (what: string): never => {
    throw new SpecError(`${file} ${what}`);
  };
  const names = new Set(workload.mix.map(({ name }) => name));
  for (const { operation } of [...workload.setup, ...workload.mix]) {
    if (!caseStudy.operations.has(operation)) {
      refuse(
        `names the operation "${operation}", which spec/${caseStudy.id}/case.json does not have.`,
      );
    }
  }
  for (const name of [
    ...workload.fill.map(({ request }) => request),
    ...workload.mix.flatMap(({ takes }) => (takes ? [takes.otherwise] : [])),
  ]) {
    if (!names.has(name)) refuse(`names the request "${name}", which its mix does not have.`);
    const takes = workload.mix.find((entry) => entry.name === name)!.takes;
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
