/**
 * A complete game server in memory, for the tests of the judge: everything the contract asks, written to be read, with each freedom as a
 * switch and named defects to be found. What a kill leaves are the matches without their streams, and the reports.
 */
import type { PlayRequest } from '../../../../spec/game/messages.d.ts';
import type { InMemorySystem, SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { openClient } from './clients.ts';
import { kill, resume } from './kills.ts';
import { hasUnnamedMembers } from './members.ts';
import { OPERATIONS } from './operations.ts';
import { playerOf, Refusal, runningMatch } from './game.ts';
import type { Game } from './game.ts';
import type { Switches } from './switches.ts';

/** How many requests of those that may be refused with OVERLOADED there are to one that is. */
const OVERLOADED_EVERY = 9;
const MUTATIONS = ['createMatch', 'joinMatch', 'sendInput', 'stepMatch', 'endMatch'];

export function memoryGame(switches: Switches): InMemorySystem {
  const game: Game = { ...switches, matches: new Map(), isOver: false, requests: 0 };
  return {
    call: (operation, input) => answer(game, operation, input),
    subscribe(_stream, input, tell) {
      const request = input as unknown as PlayRequest;
      try {
        const match = runningMatch(game, request.match, true);
        return openClient(match, playerOf(match, request), tell);
      } catch (error) {
        if (error instanceof Refusal) return { code: error.code };
        throw error;
      }
    },
    kill: () => kill(game),
    restart() {
      kill(game);
      resume(game);
    },
  };
}

async function answer(game: Game, operation: string, input: object): Promise<SystemAnswer> {
  game.requests += 1;
  const isRefused =
    game.freedoms.load !== 'takes all' &&
    MUTATIONS.includes(operation) &&
    game.requests % OVERLOADED_EVERY === 0;
  if (isRefused) return { problem: { code: 'OVERLOADED' } };
  const isOdd = operation === 'sendInput' && hasUnnamedMembers(input as never);
  if (isOdd && game.freedoms.unnamedMembers === 'refused') {
    return { problem: { code: 'INVALID_REQUEST' } };
  }
  const operate = OPERATIONS[operation];
  if (!operate) return { problem: { code: 'NOT_SUPPORTED' } };
  try {
    return { output: await operate(game, input as never) };
  } catch (error) {
    if (error instanceof Refusal) return { problem: { code: error.code } };
    throw error;
  }
}
