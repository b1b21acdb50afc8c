/** A crowd that walks about and turns in a world some areas of interest wide, so that in every tick somebody comes into view and somebody goes. */
import type {
  Command,
  Item,
  Map as WorldMap,
  Point,
  Rules,
  State,
} from '../../../spec/game/messages.d.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { Random } from '../../load/seededRandom.ts';
import type { GameSession, Match } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player, PlayerOptions } from './player.ts';
import { playRound } from './rounds.ts';
import { d2 } from './rules/geometry.ts';
import { playerId } from './scripts.ts';
import { anywhere, randomWaypoint, upTo } from './walks.ts';
import type { Step, Walk } from './walks.ts';

/** Areas of 6 m in a world of 20 m, crossed in some twenty ticks. */
export const CROWD_MAP: WorldMap = { widthMm: 20_000, heightMm: 20_000, items: [] };
export const CROWD_RULES: Rules = {
  ...{ radiusMm: 6_000, hysteresisMm: 1_000, maxStepMm: 1_000, teleportMm: 2_000 },
  ...{ respawnTicks: 5, hitRadiusMm: 900, damage: 40 },
};

const MAX_YAW_MDEG = 359_999;

export interface CrowdOptions {
  readonly seed: number;
  readonly players: number;
  readonly items?: number;
  readonly rules?: Rules;
  readonly name?: string;
  /** How a player's client behaves. Default: it acknowledges everything. */
  readonly client?: (index: number) => PlayerOptions;
}

export interface Crowd {
  readonly match: Match;
  readonly players: Player[];
  /** Of the newest tick; undefined before the first one. */
  readonly state: State | undefined;
  /** Everybody who was there at first walks on, some turn, shoot or take something; whoever `stands` does nothing. */
  round(stands?: (player: Player) => boolean): Promise<State>;
  /** The player's next number. */
  nextSeq(id: string): number;
}

export async function openCrowd(
  game: GameSession,
  { seed, players: count, items = 4, rules = {}, name = 'crowd', client }: CrowdOptions,
): Promise<Crowd> {
  const random = seededRandom(seed);
  const lying = Array.from({ length: items }, (_, index): Item => {
    const { x, y } = anywhere(random, CROWD_MAP);
    return { id: `item${index}`, x, y };
  });
  const match = await game.match(name, {
    ...{ seed, map: { ...CROWD_MAP, items: lying }, rules: { ...CROWD_RULES, ...rules } },
  });
  const { maxStepMm } = match.parameters.rules;
  const players: Player[] = [];
  const walks = new Map<string, Walk>();
  for (let index = 0; index < count; index += 1) {
    const id = playerId(index);
    const seat = await match.join(id, anywhere(random, CROWD_MAP));
    players.push(await openPlayer(seat, client?.(index)));
    walks.set(id, randomWaypoint(random, CROWD_MAP, maxStepMm));
  }
  const seqs = new Map<string, number>();
  const nextSeq = (id: string): number => {
    const seq = (seqs.get(id) ?? 0) + 1;
    seqs.set(id, seq);
    return seq;
  };
  let state: State | undefined;

  const commandOf = (id: string, now: State): Command | undefined => {
    const self = now.players.find((player) => player.id === id);
    const walk = walks.get(id);
    if (!self?.alive || !walk) return undefined;
    const near = nearest(
      self,
      now.players.filter((player) => player.id !== id && player.alive),
    );
    const item = nearest(
      self,
      now.items.filter(({ owner }) => owner === null),
    );
    const shoots = near && random() < 0.1;
    const takes = item && random() < 0.05;
    const turns = random() < 0.3;
    return {
      ...{ seq: nextSeq(id), ...alongOneAxis(random, walk(self)) },
      ...(turns && { yawMdeg: upTo(random, MAX_YAW_MDEG) }),
      ...(takes && { take: item.id }),
      ...(shoots && { fire: { x: near.x, y: near.y, viewTick: now.tick } }),
    };
  };
  return {
    ...{ match, players, nextSeq },
    get state() {
      return state;
    },
    async round(stands = () => false) {
      const inputs = new Map<string, Command[]>();
      for (const player of players) {
        const command = state && !stands(player) && commandOf(player.id, state);
        if (command) inputs.set(player.id, [command]);
      }
      await playRound(match, players, inputs);
      return (state = await match.state());
    },
  };
}

/** Now and then along x or y alone: each member changes without the others, too. */
function alongOneAxis(random: Random, step: Step): Step {
  const drawn = random();
  if (drawn < 0.15) return { ...step, dx: 0 };
  return drawn < 0.3 ? { ...step, dy: 0 } : step;
}

export function nearest<T extends Point>(from: Point, places: readonly T[]): T | undefined {
  let best: T | undefined;
  for (const place of places) if (!best || d2(from, place) < d2(from, best)) best = place;
  return best;
}
