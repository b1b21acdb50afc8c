/** spec/<case>/faults.json: what is done to an implementation while it works, as data, so that no code of the harness knows a case. */
import { join } from 'node:path';
import type { CaseStudy } from '../contract/caseStudy.ts';
import { readDataFile } from '../contract/readDataFile.ts';
import { SpecError } from '../contract/specError.ts';
import type { FaultKind, HostFaultKind } from './faultKind.ts';
import { levelOf } from './faultKind.ts';
import type { Direction } from './proxyFault.ts';
import type { HookOrder, Moment } from './proxyHook.ts';

export interface FaultFile {
  readonly title: string;
  readonly profiles: Readonly<Record<string, FaultProfile>>;
}

export interface FaultProfile {
  readonly summary: string;
  /** The offered load for which the durations are made. */
  readonly ratePerS: number;
  readonly phases: Phases;
  /** Fewer than this, seen to bite, prove nothing. */
  readonly required: { readonly kills: number };
}

interface Lasting<Name extends string> {
  readonly name: Name;
  readonly s: number;
}
/** Lasts until it is done, but no longer than this. */
interface Bounded<Name extends string> {
  readonly name: Name;
  readonly timeoutS: number;
}

export type Phases = readonly [
  Lasting<'warm-up'>,
  Lasting<'steady'>,
  FaultsPhase,
  Bounded<'heal'>,
  Lasting<'quiesce'>,
  Bounded<'resolve'>,
  Bounded<'final-reads'>,
];
export type PhaseName = Phases[number]['name'];

export interface FaultsPhase extends Lasting<'faults'> {
  /** Between the recovery from one fault and the next one of its track. */
  readonly minHealthyMs: number;
  /** What the plan leaves for a recovery. One that takes longer moves what follows; it is no bound. */
  readonly recoveryMs: number;
  /** A recovery that was not seen by then is told as not seen, and the campaign goes on. */
  readonly verifyTimeoutMs: number;
  readonly events: readonly FaultRow[];
}

export interface FaultRow {
  /** Faults of one track never overlap, those of two may. Only one track may break processes and hosts. Default: `main`. */
  readonly track?: string;
  readonly when: When;
  readonly fault: Ranged<FaultAction>;
}

export type When =
  /** So many a minute on average, independent of each other. */
  | { readonly at: 'poisson'; readonly perMin: number }
  /** The same, given that there are exactly so many: evenly drawn times. */
  | { readonly at: 'poisson'; readonly count: number }
  /** From the beginning of the phase. */
  | { readonly at: 'fixed'; readonly atMs: readonly number[] }
  | ({ readonly at: 'triggered'; readonly count: number } & Ranged<Trigger>);

/** The fault strikes at this moment of an exchange, once the plan's time has come. */
export interface Trigger {
  readonly moment: Moment;
  readonly order: HookOrder;
  readonly operations: Operations;
  /** The how many-th such moment. */
  readonly nth: number;
  /** Without such a moment until then the fault is skipped. */
  readonly timeoutMs: number;
}

/** Ids of operations, or all. */
export type Operations = 'any' | readonly string[];

interface OnNetwork {
  readonly operations: Operations;
  readonly durMs: number;
}

export type FaultAction =
  | (OnNetwork & {
      readonly kind: 'net.latency';
      readonly direction: Direction;
      readonly latencyMs: number;
      readonly jitterMs: number;
    })
  | (OnNetwork & {
      readonly kind: 'net.bandwidth';
      readonly direction: Direction;
      readonly bytesPerS: number;
    })
  | (OnNetwork & {
      readonly kind: 'net.slice';
      readonly direction: Direction;
      readonly sliceBytes: number;
      readonly gapMs: number;
    })
  | (OnNetwork & {
      readonly kind: 'net.blackhole' | 'net.reset' | 'net.end';
      readonly direction: Direction;
    })
  | {
      readonly kind: 'net.refuse';
      readonly open: 'stay' | 'reset';
      readonly durMs: number;
    }
  | (OnNetwork & { readonly kind: 'net.lost-reply'; readonly most: number })
  | { readonly kind: 'proc.kill9'; readonly restartAfterMs: number }
  | { readonly kind: 'proc.term'; readonly graceMs: number; readonly restartAfterMs: number }
  | { readonly kind: 'proc.pause'; readonly durMs: number }
  | {
      readonly kind: 'proc.double-crash';
      readonly againAfterMs: number;
      readonly restartAfterMs: number;
    }
  | { readonly kind: 'host.file-size'; readonly bytes: number; readonly durMs: number }
  | { readonly kind: 'host.descriptors'; readonly spare: number; readonly durMs: number }
  | { readonly kind: 'host.disk-full'; readonly durMs: number }
  | {
      readonly kind: Extract<HostFaultKind, `host.tail-${string}`>;
      readonly bytes: number;
      readonly nameEnds?: string;
      readonly restartAfterMs: number;
    };

/** Every number may be a range [least, most], from which it is drawn. */
export type Ranged<T> = T extends unknown
  ? { readonly [K in keyof T]: T[K] extends number ? T[K] | readonly [number, number] : T[K] }
  : never;

/** @throws SpecError naming the file, the place in it and what to do */
export function readFaultFile(caseStudy: CaseStudy): FaultFile {
  const path = join(caseStudy.dir, 'faults.json');
  const advice = 'the faults of a case study are data, see spec/README.md.';
  const file = readDataFile<FaultFile>(path, 'faults', advice);
  for (const [name, profile] of Object.entries(file.profiles)) {
    const problem = problemOf(profile, caseStudy);
    if (problem !== undefined) throw new SpecError(`${path} /profiles/${name} ${problem}`);
  }
  return file;
}

/** @throws SpecError */
export function faultProfileOf(file: FaultFile, name: string): FaultProfile {
  const profile = file.profiles[name];
  if (profile) return profile;
  const known = Object.keys(file.profiles).join(', ');
  throw new SpecError(`There is no fault profile "${name}": ${file.title} has ${known}.`);
}

/** How many commands the load offers while availability is counted: in the steady and the faults phase. */
export function offeredCommands({ ratePerS, phases }: FaultProfile): number {
  const [, steady, faults] = phases;
  return ratePerS * (steady.s + faults.s);
}

function problemOf({ phases }: FaultProfile, caseStudy: CaseStudy): string | undefined {
  const deepTracks = new Set<string>();
  for (const { track = 'main', when, fault } of phases[2].events) {
    if (levelOf(fault.kind as FaultKind) !== 'L1') deepTracks.add(track);
    if (when.at === 'triggered' && fault.kind !== 'proc.kill9') {
      return `triggers ${fault.kind}: only proc.kill9 strikes at once, as a trigger needs it.`;
    }
    const named = [
      'operations' in fault ? fault.operations : 'any',
      'operations' in when ? when.operations : 'any',
    ];
    for (const id of named.flatMap((operations) => (operations === 'any' ? [] : operations))) {
      if (!caseStudy.operations.has(id)) {
        return `names the operation "${id}", which spec/${caseStudy.id}/case.json does not have.`;
      }
    }
  }
  return deepTracks.size > 1
    ? `breaks processes or hosts on the tracks ${[...deepTracks].join(' and ')}: one at a time, on one track.`
    : undefined;
}
