/** A match whose ticks the oracle evaluates too, without judging the whole state: for checks that are about a part of it. */
import type { PlayerId, PlayerState, Point, State } from '../../../spec/game/messages.d.ts';
import { hold } from '../kit/hold.ts';
import type { Match } from './gameSession.ts';
import { inOrder } from './judgedMatch.ts';
import { openPlayer } from './player.ts';
import type { Player } from './player.ts';
import { playRound } from './rounds.ts';
import type { Inputs } from './rounds.ts';
import { evaluateTick } from './rules/evaluateTick.ts';
import type { TickResult } from './rules/evaluation.ts';
import { newWorld, stateOf } from './rules/world.ts';
import type { World } from './rules/world.ts';

export interface ForeseenTick extends TickResult {
  /** What getState answered. */
  readonly state: State;
  /** What the rules give. */
  readonly expected: State;
}

export interface ForeseenMatch {
  readonly match: Match;
  /** By the rules, at the newest tick. */
  readonly world: World;
  readonly players: readonly Player[];
  /** Joins and opens a stream; appears with the next tick. */
  play(player: PlayerId, spawn?: Point): Promise<Player>;
  /** Evaluates the commands and does one round with them, or delivers them by `deliver`, which has them taken. */
  tick(inputs?: Inputs, deliver?: () => Promise<void>): Promise<ForeseenTick>;
}

/** @param match in mode virtual, at tick 0 and with nobody in it */
export function foreseenMatch(match: Match): ForeseenMatch {
  let world = newWorld(match.created);
  let joins: { player: PlayerId; spawn: Point | undefined }[] = [];
  const players: Player[] = [];
  return {
    ...{ match, players },
    get world() {
      return world;
    },
    async play(id, spawn) {
      const player = await openPlayer(await match.join(id, spawn));
      joins.push({ player: id, spawn });
      players.push(player);
      return player;
    },
    async tick(inputs = new Map(), deliver) {
      const result = evaluateTick(world, { joins, commands: inOrder(inputs) });
      world = result.world;
      joins = [];
      await deliver?.();
      await playRound(match, players, deliver ? new Map() : inputs);
      return { ...result, state: await match.state(), expected: stateOf(world) };
    },
  };
}

/** @throws Violation when one of these members of a player is not what the rules give */
export function holdPlayers(
  { state, expected }: Pick<ForeseenTick, 'state' | 'expected'>,
  members: readonly (keyof PlayerState)[],
  why: string,
): void {
  for (const right of expected.players) {
    const given = state.players.find(({ id }) => id === right.id);
    hold(
      given !== undefined,
      `Player ${right.id} is not in the state of tick ${state.tick}.`,
      right.id,
    );
    for (const member of members) {
      hold(
        given[member] === right[member],
        `${why}: at tick ${state.tick} ${right.id} has ${member} ${String(given[member])}, where the rules give ${String(right[member])}.`,
        right,
        given,
      );
    }
  }
}
