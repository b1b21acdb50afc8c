/**
 * What the simulation of a match takes and gives. Everything in it is data: integers, ids, and lists in the order of the rules.
 * What it has given it never changes, and of two states those entities that did not change are the same objects.
 */
import type {
  AllRules,
  Command,
  DeathEvent,
  HitEvent,
  Map as WorldMap,
  PlayerId,
  PlayerState,
  Point1 as Place,
  RefusalCode,
  ReplayTick,
  ReportCode,
  ReportKind,
  State,
} from '../../../spec/game/messages.d.ts';

/** States of so many ticks before the newest are kept, and the newest. */
export const KEPT_TICKS = 256;

export interface SimulationOptions {
  readonly seed: number;
  readonly map: WorldMap;
  readonly rules: AllRules;
}

export interface Simulation {
  /** The newest tick; 0 before the first. */
  readonly tick: number;
  /** Of the newest tick, or of one of the last 256; undefined: gone, or not yet there. Costs nothing. */
  state(tick?: number): State | undefined;
  /** Of the same ticks. */
  stateHash(tick?: number): string | undefined;
  /** The next tick. Throws nothing for any input that fits the schema. */
  evaluate(input: TickInput): TickResult;
  /** The whole hidden state as plain JSON, without the states of earlier ticks; shares nothing that changes. */
  snapshot(): SimulationSnapshot;
}

/** `simulation.ts` has it. With a snapshot it goes on from there, as the one that gave it would have; `state` then begins with its tick. */
export type OpenSimulation = (
  options: SimulationOptions,
  snapshot?: SimulationSnapshot,
) => Simulation;

/** What has come since the tick before. */
export interface TickInput {
  /** Who leaves in this tick, for whichever reason. Who is not there is passed over. */
  readonly left: readonly PlayerId[];
  /** Who appears anew, after those who left: who is in both begins again. Who has left before it appeared is in neither. */
  readonly joined: readonly { readonly player: PlayerId; readonly spawn?: Place | undefined }[];
  /** Of each player in the order of arrival, by whichever way; those of who is not there are dropped. Other members mean nothing. */
  readonly commands: ReadonlyMap<PlayerId, readonly Command[]>;
}

export interface TickResult {
  /** What getReplay shows of the tick: `left` and `joined` by id, `commands` are those evaluated. */
  readonly replay: ReplayTick;
  /** By player and seq; those of one command: its take before its fire. */
  readonly refusals: readonly Refusal[];
  /** In the order of the shots. Where target and shooter are is in the state. */
  readonly hits: readonly HitBy[];
  /** By id. */
  readonly deaths: readonly DeathBy[];
  /** By id: players who were there before this tick and of whom something changed. Neither who left nor who joined. */
  readonly changed: readonly ChangedPlayer[];
  /** Items that are no longer in the world since this tick, by id. */
  readonly taken: readonly { readonly item: string; readonly by: PlayerId }[];
  /** For the reports, in the order of the ticks' phases. */
  readonly occurrences: readonly Occurrence[];
}

export interface Refusal {
  readonly player: PlayerId;
  readonly seq: number;
  readonly code: RefusalCode;
  /** What of the command was refused. */
  readonly part: 'command' | 'take' | 'fire';
}

/** Here the shooter is always named: who may not see it is for the snapshot to decide. */
export type HitBy = HitEvent & { readonly by: PlayerId };
export type DeathBy = DeathEvent & { readonly by: PlayerId };

export type ChangingMember = Exclude<keyof PlayerState, 'id'>;

export interface ChangedPlayer {
  readonly id: PlayerId;
  readonly members: readonly ChangingMember[];
}

/** Something that a report counts, with its evidence. */
export interface Occurrence {
  readonly player: PlayerId;
  readonly kind: ReportKind;
  readonly code: ReportCode;
  readonly tick: number;
  readonly seq: number;
  readonly value: number;
  readonly limit: number;
}

/** Opaque to whoever keeps it. */
export interface SimulationSnapshot {
  readonly version: 1;
  readonly state: State;
  /** By id. */
  readonly players: readonly HiddenPlayer[];
}

/** What of a player is not shown, as JSON. */
export interface HiddenPlayer {
  readonly id: PlayerId;
  /** The place of the join; null: as the seed says. */
  readonly spawn: Place | null;
  readonly timeBank: number;
  readonly fireBank: number;
  /** null: no shot yet. */
  readonly lastFireSeq: number | null;
  readonly spawnTick: number;
  readonly diedTick: number;
  /** Places at the end of the last `rewindTicks` ticks: index is tick mod rewindTicks. */
  readonly pastX: readonly number[];
  readonly pastY: readonly number[];
  /** What statistics and behaviour know. */
  readonly habits: HabitsSnapshot;
}

export interface HabitsSnapshot {
  readonly hits: number;
  readonly heads: number;
  /** Of accepted shots, in seq; 0: fewer than two shots. */
  readonly interval: number;
  /** How many intervals in a row were that. */
  readonly intervalRun: number;
  /** Whether each of the last first hits was fast, oldest first. */
  readonly reactions: readonly boolean[];
  /** Per target: the spawnTick of the life in which it was hit last. */
  readonly livesHit: readonly (readonly [PlayerId, number])[];
}
