/** What goes into a tick, what comes out of it, and what its phases hand on. */
import type {
  Command,
  ItemId,
  PlayerId,
  Point,
  RefusalCode,
  ReportCode,
} from '../../../../spec/game/messages.d.ts';
import type { Body, World } from './world.ts';

/** A command and whose it is. */
export interface Sent {
  readonly player: PlayerId;
  readonly command: Command;
}

/** What has come before a tick begins. */
export interface TickInput {
  /** Who said bye. */
  readonly leaves?: readonly PlayerId[];
  readonly joins?: readonly { readonly player: PlayerId; readonly spawn?: Point | undefined }[];
  /** In the order in which they came. */
  readonly commands?: readonly Sent[];
  /** Who has a stream as the tick begins. Absent: nobody's grace ends. */
  readonly streams?: ReadonlySet<PlayerId>;
}

/** What the contract leaves to the implementation. */
export interface Choices {
  /** Whether a move above maxStepMm but within its tolerance is refused. Default: it is carried out. */
  refusesWithinTolerance?(player: PlayerId, command: Command): boolean;
  /** Which of different commands of one player with one seq counts. Default: the one that came first. */
  pick?(player: PlayerId, rivals: readonly Command[]): Command;
}

export interface Refusal {
  readonly player: PlayerId;
  readonly seq: number;
  readonly code: RefusalCode;
}

/** What a report of kind RULE_VIOLATION is made of. */
export interface Occurrence {
  readonly player: PlayerId;
  readonly code: ReportCode;
  readonly tick: number;
  readonly seq: number;
  readonly value: number;
  readonly limit: number;
}

/** A shot that was fired. */
export interface Shot {
  readonly player: PlayerId;
  readonly seq: number;
  /** The tick that it looked at. */
  readonly rewoundTo: number;
  readonly hit: Hit | undefined;
}

export interface Hit {
  readonly target: PlayerId;
  readonly head: boolean;
  readonly damage: number;
  /** From the target's spawnTick to the tick that the shot looked at. */
  readonly reaction: number;
}

export interface Death {
  readonly target: PlayerId;
  /** Whose kill it is. */
  readonly by: PlayerId;
}

export interface TickResult {
  readonly world: World;
  /** Whom the tick has seen leave, byes and ended graces, by id. */
  readonly left: readonly PlayerId[];
  /** Whom it has seen appear anew (not: again after a death), with their places, by id. */
  readonly joined: readonly { readonly player: PlayerId; readonly x: number; readonly y: number }[];
  /** By player and seq; what was ignored is not among them. */
  readonly evaluated: readonly Sent[];
  /** By player and seq. A command has two when its take and its fire were refused. */
  readonly refusals: readonly Refusal[];
  readonly occurrences: readonly Occurrence[];
  readonly shots: readonly Shot[];
  readonly deaths: readonly Death[];
}

/** A tick while it is evaluated. */
export interface Evaluation {
  readonly before: World;
  readonly tick: number;
  /** Its own copies, by id. */
  players: Body[];
  items: World['items'][number][];
  readonly takes: { player: Body; seq: number; item: ItemId }[];
  readonly fires: { player: Body; seq: number; fire: NonNullable<Command['fire']> }[];
  readonly evaluated: Sent[];
  readonly refusals: Refusal[];
  readonly occurrences: Occurrence[];
}

export function refuse(
  { refusals, occurrences, tick }: Evaluation,
  player: PlayerId,
  seq: number,
  code: RefusalCode,
  evidence?: { value: number; limit: number },
): void {
  refusals.push({ player, seq, code });
  if (evidence) occurrences.push({ player, code: code as ReportCode, tick, seq, ...evidence });
}
