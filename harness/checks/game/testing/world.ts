/** What a match is made of, and its state as it is shown. */
import { createHash } from 'node:crypto';
import type {
  AllRules,
  Command,
  CreateMatch,
  ItemState,
  PlayerState,
  Point,
  RefusalCode,
  ReplayCommand,
  ReportCode,
  ReportKind,
  State,
} from '../../../../spec/game/messages.d.ts';
import { has } from './switches.ts';
import type { Switches } from './switches.ts';

export interface Player extends PlayerState {
  readonly token: string;
  readonly spawn: Point | undefined;
  /** Has said bye. */
  isLeaving: boolean;
  /** What came since the last tick, in order of arrival. */
  pending: Arrived[];
  timeBank: number;
  fireBank: number;
  lastFireSeq: number | undefined;
  spawnTick: number;
  diedTick: number;
  joinTick: number;
  /** Ticks in a row that began without a stream. */
  absentTicks: number;
  /** Since the last tick. */
  messages: number;
  wasToldOfFlood: boolean;
  readonly habits: Habits;
}

/** What statistics and behaviour look at. */
export interface Habits {
  hits: number;
  heads: number;
  /** In seq, of accepted shots. */
  readonly intervals: number[];
  lastShotTick: number | undefined;
  /** Of first hits, in ticks. */
  readonly reactions: number[];
  /** Lives of targets that were hit. */
  readonly hitLives: Set<string>;
  isFlagged: boolean;
}

export interface Arrived {
  readonly command: Command;
  /** Counts all commands of the match. */
  readonly order: number;
  /** The tick before which it is not evaluated: for defects. */
  readonly notBefore?: number;
}

export interface Refused {
  readonly player: string;
  readonly seq: number;
  readonly code: RefusalCode;
}

export interface Hit {
  readonly by: Player;
  readonly target: Player;
  readonly seq: number;
  readonly damage: number;
  readonly isHead: boolean;
  /** The tick at which the shot looked. */
  readonly lookedAt: number;
}

export interface Occurrence {
  readonly player: string;
  readonly kind: ReportKind;
  readonly code: ReportCode;
  readonly tick: number;
  readonly seq: number;
  readonly value: number;
  readonly limit: number;
}

/** What happens in one tick. */
export interface TickResult {
  readonly left: string[];
  readonly joined: ({ player: string } & Point)[];
  readonly commands: ReplayCommand[];
  readonly refused: Refused[];
  readonly hits: Hit[];
  readonly deaths: { target: string; by: string }[];
  readonly occurrences: Occurrence[];
}

export interface World extends Switches {
  readonly id: string;
  readonly seed: number;
  readonly map: CreateMatch['map'];
  readonly rules: AllRules;
  tick: number;
  readonly players: Map<string, Player>;
  /** Appear with the next tick. */
  readonly joining: Map<string, Player>;
  readonly items: ItemState[];
  /** By tick. */
  readonly states: State[];
  /** Of the tick that comes next. */
  next: TickResult;
  /** Counts commands as they come. */
  arrivals: number;
}

export function noResult(): TickResult {
  return { left: [], joined: [], commands: [], refused: [], hits: [], deaths: [], occurrences: [] };
}

export function byId(a: { id: string }, b: { id: string }): number {
  return a.id < b.id ? -1 : Number(a.id > b.id);
}

export function d2(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

export function stateOf({ tick, players, items }: World): State {
  return {
    tick,
    players: [...players.values()].map(playerState).toSorted(byId),
    items: items.map((item) => ({ ...item })).toSorted(byId),
  };
}

export function playerState(player: PlayerState): PlayerState {
  const { id, x, y, yawMdeg, hp, alive, kills, deaths, items, lastInputSeq } = player;
  return { id, x, y, yawMdeg, hp, alive, kills, deaths, items, lastInputSeq };
}

export function hashOf(world: World, { tick, players, items }: State): string {
  const text = JSON.stringify({
    items: items.map(({ id, owner, x, y }) => ({ id, owner, x, y })),
    players: players.map((player) => Object.fromEntries(Object.entries(player).toSorted(byName))),
    tick,
  });
  const hashed = has(world, 'hashes without items') ? text.replace(/"items":\[.*?\],/, '') : text;
  return createHash('sha256').update(hashed).digest('hex');
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}

/** Where a player appears at its n-th death. */
export function placeToAppear(world: World, { id, deaths, spawn }: Player): Point {
  const { widthMm, heightMm } = world.map;
  if (has(world, 'lets everybody appear in the middle')) {
    return { x: Math.floor(widthMm / 2), y: Math.floor(heightMm / 2) };
  }
  if (spawn) return spawn;
  const lives = has(world, 'lets players appear at one place each time') ? 0 : deaths;
  const salt = has(world, 'lets players appear by chance') ? Math.random() : '';
  const digest = createHash('sha256').update(`${world.seed}/${id}/${lives}${salt}`).digest();
  return { x: digest.readUInt32BE(0) % (widthMm + 1), y: digest.readUInt32BE(4) % (heightMm + 1) };
}
