/** A match together with the oracle: what its players do is evaluated by the rules too, and each state has to be what they give. */
import type {
  Command,
  ItemState,
  PlayerId,
  PlayerState,
  Point,
  State,
} from '../../../spec/game/messages.d.ts';
import { hold } from '../kit/hold.ts';
import { sendInput } from './gameSession.ts';
import type { Match, Seat } from './gameSession.ts';
import { openPlayer } from './player.ts';
import type { Player, PlayerOptions } from './player.ts';
import { playRound } from './rounds.ts';
import type { Inputs } from './rounds.ts';
import { evaluateTick } from './rules/evaluateTick.ts';
import type { Choices, Sent, TickResult } from './rules/evaluation.ts';
import { newWorld, stateOf } from './rules/world.ts';
import type { World } from './rules/world.ts';

export interface JudgedTick extends TickResult {
  readonly tick: number;
  /** What getState answered, which is what the rules give where that is judged. */
  readonly state: State;
}

export interface JudgedMatch {
  readonly match: Match;
  /** By the rules, at the newest tick: with the members that no message shows. */
  readonly world: World;
  /** Those with a stream, and those without one. */
  readonly players: readonly Player[];
  readonly seats: readonly Seat[];
  /** Joins without a stream, whose commands go by sendInput; appears with the next tick. */
  join(player: PlayerId, spawn?: Point): Promise<Seat>;
  /** Joins and opens a stream; appears with the next tick. */
  play(player: PlayerId, spawn?: Point, options?: PlayerOptions): Promise<Player>;
  /** Says bye by its stream. */
  leave(player: Player): Promise<void>;
  /** A seat or stream that was opened otherwise; a stream takes the place of the player's seat or older stream. */
  note(who: Seat | Player): void;
  /**
   * Sends the commands, in the order given, and does one round. Graces are not modelled: the check keeps them longer than the match.
   * @throws Violation when getState does not answer what the rules give
   */
  tick(inputs?: Inputs, choices?: Choices): Promise<JudgedTick>;
  /** The same without sending: the check has sent these itself, and they have been taken. */
  advance(inputs: Inputs, choices?: Choices): Promise<JudgedTick>;
  /** Without judging: the state of a tick by the rules alone, for a check that looks ahead. */
  foresee(inputs: Inputs, choices?: Choices): TickResult;
}

/**
 * @param match in mode virtual, at tick 0 and with nobody in it
 * @param judges whether states are held to the rules; false for a clause that is about something else, where the world only tells what to send
 */
export function judgedMatch(match: Match, { judges = true } = {}): JudgedMatch {
  let world = newWorld(match.created);
  let joins: { player: PlayerId; spawn: Point | undefined }[] = [];
  let leaves: PlayerId[] = [];
  const players: Player[] = [];
  const seats: Seat[] = [];
  const without = <T>(list: T[], isIt: (each: T) => boolean): void => {
    const index = list.findIndex(isIt);
    if (index >= 0) list.splice(index, 1);
  };
  const join = async (player: PlayerId, spawn?: Point): Promise<Seat> => {
    const seat = await match.join(player, spawn);
    joins.push({ player, spawn });
    return seat;
  };
  const note: JudgedMatch['note'] = (who) => {
    const id = 'seat' in who ? who.id : who.player;
    without(players, (player) => player.id === id);
    without(seats, (seat) => seat.player === id);
    if ('seat' in who) players.push(who);
    else seats.push(who);
  };
  const evaluate = (inputs: Inputs, choices?: Choices): TickResult =>
    evaluateTick(world, { joins, leaves, commands: inOrder(inputs) }, choices);
  const round = async (sent: Inputs, taken: Inputs, choices?: Choices): Promise<JudgedTick> => {
    const result = evaluate(taken, choices);
    const tick = await playRound(match, players, sent);
    world = result.world;
    joins = [];
    leaves = [];
    const state = await match.state(tick);
    if (judges) holdState(state, stateOf(world), `The state of tick ${tick} of ${match.id}`);
    return { ...result, tick, state };
  };

  return {
    ...{ match, players, seats, note },
    get world() {
      return world;
    },
    async join(id, spawn) {
      const seat = await join(id, spawn);
      note(seat);
      return seat;
    },
    async play(id, spawn, options) {
      const player = await openPlayer(await join(id, spawn), options);
      note(player);
      return player;
    },
    async leave(player) {
      await player.bye();
      leaves.push(player.id);
      without(players, (each) => each === player);
    },
    foresee: evaluate,
    async tick(inputs = new Map(), choices) {
      for (const seat of seats) await sendBySeat(seat, inputs.get(seat.player) ?? []);
      return round(inputs, inputs, choices);
    },
    advance: (inputs, choices) => round(new Map(), inputs, choices),
  };
}

async function sendBySeat(seat: Seat, commands: readonly Command[]): Promise<void> {
  if (commands.length === 0) return;
  const reply = await sendInput(seat, commands);
  hold(
    reply.kind === 'ok',
    `sendInput of ${seat.player} was refused, where nothing speaks against it.`,
    'a reply',
    reply,
  );
}

/** As it is sent: of each player in its order. */
export function inOrder(inputs: Inputs): Sent[] {
  return [...inputs].flatMap(([player, commands]) =>
    commands.map((command): Sent => ({ player, command })),
  );
}

/** @param what as in `The state of tick 7`. @throws Violation naming the first player or item and member that differs */
export function holdState(actual: State, expected: State, what: string): void {
  hold(
    actual.tick === expected.tick,
    `${what} has tick ${actual.tick}.`,
    expected.tick,
    actual.tick,
  );
  holdEach<PlayerState>(actual.players, expected.players, `${what}: player`);
  holdEach<ItemState>(actual.items, expected.items, `${what}: item`);
}

/** In the contract's order, which is by id. */
function holdEach<T extends { id: string }>(
  actual: readonly T[],
  expected: readonly T[],
  what: string,
): void {
  const ids = (list: readonly T[]): string => list.map(({ id }) => id).join(' ') || 'none';
  hold(
    ids(actual) === ids(expected),
    `${what}s are ${ids(actual)}, where the rules give ${ids(expected)}.`,
    ids(expected),
    ids(actual),
  );
  for (const [index, right] of expected.entries()) {
    const given = actual[index]!;
    for (const member of Object.keys(right) as (keyof T & string)[]) {
      hold(
        given[member] === right[member],
        `${what} ${right.id} has ${member} ${String(given[member])}, where the rules give ${String(right[member])}.`,
        right,
        given,
      );
    }
  }
}
