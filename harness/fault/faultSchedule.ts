/** When which fault is to strike: a pure function of a profile and a seed, decided before the first one. */
import { SpecError } from '../contract/specError.ts';
import { seededRandom } from '../load/seededRandom.ts';
import type { Random } from '../load/seededRandom.ts';
import { deriveSeed } from '../run/deriveSeed.ts';
import type {
  FaultAction,
  FaultProfile,
  FaultRow,
  FaultsPhase,
  Ranged,
  Trigger,
  When,
} from './faultFile.ts';
import { levelOf } from './faultKind.ts';
import type { FaultLevel } from './faultKind.ts';

/** A campaign of hours has this many; more is a mistake in a rate. */
const MAX_EVENTS = 10_000;

export interface PlannedFault {
  /** Row and number: `2.0` is the first of the third row. */
  readonly id: string;
  readonly track: string;
  readonly level: FaultLevel;
  /** From the beginning of the faults phase; with a trigger: from when on it is awaited. */
  readonly atMs: number;
  /** What the plan leaves for it, the recovery with it. */
  readonly lengthMs: number;
  readonly action: FaultAction;
  readonly trigger?: Trigger;
  /** For what the fault itself draws. */
  readonly seed: number;
}

/** @throws SpecError when what has to happen does not fit into the phase */
export function planFaults(profile: FaultProfile, seed: number): PlannedFault[] {
  const phase = profile.phases[2];
  const tracks = new Map<string, PlannedFault[]>();
  for (const [index, row] of phase.events.entries()) {
    const { track = 'main' } = row;
    const drawn = drawRow(row, index, phase, seed);
    tracks.set(track, [...(tracks.get(track) ?? []), ...drawn]);
  }
  return [...tracks.values()]
    .flatMap((planned) => place(planned, phase))
    .sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
}

/** Times that the process is to be killed in this plan, one by one. */
export function plannedKills(planned: readonly PlannedFault[]): number {
  return planned.reduce((kills, { action }) => kills + killsOf(action.kind), 0);
}

/** The kills of one fault of this kind. Damage to its data is done to a killed process, and is no test of the kill. */
function killsOf(kind: FaultAction['kind']): number {
  if (kind === 'proc.double-crash') return 2;
  return kind === 'proc.kill9' ? 1 : 0;
}

/** Independent of the other rows, so that a row that is added does not change them. */
function drawRow(row: FaultRow, index: number, phase: FaultsPhase, seed: number): PlannedFault[] {
  const random = seededRandom(deriveSeed(seed, `faults/${index}`));
  const starts = drawStarts(row.when, phase.s * 1000, random);
  return starts.map((atMs, number) => {
    const action = draw<FaultAction>(row.fault, random);
    const trigger = row.when.at === 'triggered' ? draw<Trigger>(triggerOf(row.when), random) : null;
    return {
      id: `${index}.${number}`,
      track: row.track ?? 'main',
      level: levelOf(action.kind),
      atMs,
      lengthMs: lengthOf(action, phase.recoveryMs) + (trigger?.timeoutMs ?? 0),
      action,
      ...(trigger && { trigger }),
      seed: deriveSeed(seed, `faults/${index}.${number}`),
    };
  });
}

function drawStarts(when: When, phaseMs: number, random: Random): number[] {
  if (when.at === 'fixed') return [...when.atMs];
  if ('count' in when) return Array.from({ length: when.count }, () => random() * phaseMs);
  const gapMs = 60_000 / when.perMin;
  const starts: number[] = [];
  // Exponential gaps: independent of each other.
  for (let at = 0; starts.length < MAX_EVENTS;) {
    at += -Math.log(1 - random()) * gapMs;
    if (at >= phaseMs) break;
    starts.push(at);
  }
  return starts;
}

function triggerOf(when: Extract<When, { at: 'triggered' }>): Ranged<Trigger> {
  const { moment, order, operations, nth, timeoutMs } = when;
  return { moment, order, operations, nth, timeoutMs };
}

/** Each range becomes a whole number out of it; both ends belong to it. */
function draw<T>(ranged: object, random: Random): T {
  const entries = Object.entries(ranged).map(([name, value]: [string, unknown]) => {
    if (!Array.isArray(value) || typeof value[0] !== 'number') return [name, value];
    const [least, most] = value as [number, number];
    return [name, least + Math.floor(random() * (most - least + 1))];
  });
  return Object.fromEntries(entries) as T;
}

function lengthOf(action: FaultAction, recoveryMs: number): number {
  const downMs = 'restartAfterMs' in action ? action.restartAfterMs : 0;
  const lastsMs = 'durMs' in action ? action.durMs : 0;
  // A second recovery begins before its second kill.
  const againMs = action.kind === 'proc.double-crash' ? action.againAfterMs + recoveryMs : 0;
  return downMs + lastsMs + againMs + recoveryMs;
}

/** Moves as little as the gaps need: later where two are too near, and earlier where the phase ends. The order stays. */
function place(planned: readonly PlannedFault[], phase: FaultsPhase): PlannedFault[] {
  const phaseMs = phase.s * 1000;
  const chosen = fitting([...planned], phase);
  const starts: number[] = [];
  let freeAtMs = 0;
  for (const { atMs, lengthMs } of chosen) {
    const startMs = Math.max(atMs, freeAtMs);
    starts.push(startMs);
    freeAtMs = startMs + lengthMs + phase.minHealthyMs;
  }
  let mustEndMs = phaseMs;
  for (let index = chosen.length - 1; index >= 0; index -= 1) {
    starts[index] = Math.min(starts[index]!, mustEndMs - chosen[index]!.lengthMs);
    mustEndMs = starts[index]! - phase.minHealthyMs;
  }
  return chosen.map((fault, index) => ({ ...fault, atMs: Math.round(starts[index]!) }));
}

/** Leaves out of those that come by chance as many as do not fit, the last first; what is counted has to fit. */
function fitting(planned: PlannedFault[], phase: FaultsPhase): PlannedFault[] {
  const sorted = planned.sort((a, b) => a.atMs - b.atMs || (a.id < b.id ? -1 : 1));
  const byChance = (fault: PlannedFault): boolean => {
    const { when } = phase.events[Number(fault.id.split('.')[0])]!;
    return when.at === 'poisson' && 'perMin' in when;
  };
  // Whole numbers are what is placed: each may round up.
  const needsMs = (): number =>
    sorted.reduce((sum, { lengthMs }) => sum + lengthMs + phase.minHealthyMs + 1, 0);
  while (needsMs() > phase.s * 1000 + phase.minHealthyMs) {
    const last = sorted.findLastIndex(byChance);
    if (last === -1) {
      throw new SpecError(
        `The faults of one track take ${Math.round(needsMs() / 1000)} s with their recoveries and the time between ` +
          `them, and the phase has ${phase.s} s: make it longer, or ask for fewer.`,
      );
    }
    sorted.splice(last, 1);
  }
  return sorted;
}
