/** A match as the rules see it: the state that is shown, and the members that are not. */
import { createHash } from 'node:crypto';
import type {
  AllRules,
  ItemState,
  Map as WorldMap,
  PlayerId,
  PlayerState,
  Point,
  Rules,
  State,
} from '../../../../spec/game/messages.d.ts';
import { canonicalText } from '../../../history/canonicalText.ts';
import type { Json } from '../../../target/target.ts';
import { allRules } from './defaults.ts';
import { byId } from './geometry.ts';

/** A player with the members that no message shows. */
export interface Body extends PlayerState {
  /** Of its join; undefined: by the seed. */
  readonly spawn: Point | undefined;
  timeBank: number;
  fireBank: number;
  /** Undefined: it has not fired yet. */
  lastFireSeq: number | undefined;
  spawnTick: number;
  diedTick: number | undefined;
  /** For how many ticks in a row it had no stream at their beginnings. */
  ticksWithoutStream: number;
}

/** What of a match its ticks depend on. */
export interface Parameters {
  readonly seed: number;
  readonly map: WorldMap;
  readonly rules: AllRules;
}

export interface World {
  readonly parameters: Parameters;
  readonly tick: number;
  /** By id. */
  readonly players: readonly Body[];
  /** By id. */
  readonly items: readonly ItemState[];
  /** The places at the ends of the last ticks, this one included, as far back as a shot may look. */
  readonly past: ReadonlyMap<number, ReadonlyMap<PlayerId, Point>>;
}

/** The match at tick 0. */
export function newWorld({
  seed,
  map,
  rules,
}: {
  seed: number;
  map: WorldMap;
  rules?: Rules;
}): World {
  return {
    parameters: { seed, map, rules: allRules(rules) },
    tick: 0,
    players: [],
    items: map.items.map(({ id, x, y }) => ({ id, x, y, owner: null })).sort(byId),
    past: new Map([[0, new Map()]]),
  };
}

/** What getState answers of it. */
export function stateOf({ tick, players, items }: World): State {
  return plainState({ tick, players: [...players], items: [...items] });
}

/** With the members that the contract names, in its order, and nothing else. */
export function plainState({ tick, players, items }: State): State {
  return {
    tick,
    players: players.map(playerStateOf),
    items: items.map(({ id, x, y, owner }) => ({ id, x, y, owner })),
  };
}

/** With the members that the contract names and nothing else. */
export function playerStateOf(player: PlayerState): PlayerState {
  const { id, x, y, yawMdeg, hp, alive, kills, deaths, items, lastInputSeq } = player;
  return { id, x, y, yawMdeg, hp, alive, kills, deaths, items, lastInputSeq };
}

/** SHA-256 of the RFC 8785 form, in lower-case hex. */
export function hashOf(state: State): string {
  const text = canonicalText(plainState(state) as unknown as Json);
  return createHash('sha256').update(text).digest('hex');
}

/** Where the player appears whose join named no place. */
export function placeToAppear(
  seed: number,
  player: PlayerId,
  deaths: number,
  { widthMm, heightMm }: Pick<WorldMap, 'widthMm' | 'heightMm'>,
): Point {
  const digest = createHash('sha256').update(`${seed}/${player}/${deaths}`).digest();
  return {
    x: digest.readUInt32BE(0) % (widthMm + 1),
    y: digest.readUInt32BE(4) % (heightMm + 1),
  };
}
