/** All matches of a test system, and who is in them. */
import type { Match } from './match.ts';
import { has } from './switches.ts';
import type { Switches } from './switches.ts';
import type { Player } from './world.ts';

export interface Game extends Switches {
  readonly matches: Map<string, Match>;
  /** Killed, and not yet started again. */
  isOver: boolean;
  requests: number;
}

export class Refusal extends Error {
  readonly code: string;
  constructor(code: string) {
    super(code);
    this.code = code;
  }
}

/** @throws Refusal UNKNOWN_MATCH, MATCH_LOST */
export function matchOf(game: Game, id: string, isOfPlayer = false): Match {
  const match = game.matches.get(id);
  const isHidden = isOfPlayer && game.freedoms.unknownMatch === 'NOT_IN_MATCH';
  if (!match) throw new Refusal(isHidden ? 'NOT_IN_MATCH' : 'UNKNOWN_MATCH');
  if (match.status === 'LOST') throw new Refusal('MATCH_LOST');
  return match;
}

/** @throws Refusal also MATCH_ENDED */
export function runningMatch(game: Game, id: string, isOfPlayer = false): Match {
  const match = matchOf(game, id, isOfPlayer);
  if (match.status === 'ENDED') throw new Refusal('MATCH_ENDED');
  return match;
}

/** For reads: an ended match may be shown. */
export function readableMatch(game: Game, id: string): Match {
  const match = matchOf(game, id);
  const isShown = game.freedoms.endedMatches === 'answered';
  if (match.status === 'ENDED' && !isShown) throw new Refusal('MATCH_ENDED');
  return match;
}

/** @throws Refusal NOT_IN_MATCH */
export function playerOf(
  match: Match,
  { player: id, token }: { player: string; token: string },
): Player {
  const those = [match.joining.get(id), match.players.get(id)].filter((each) => each !== undefined);
  const tokens = [...match.players.values(), ...match.joining.values()].map((each) => each.token);
  const isKnown = (player: Player): boolean =>
    player.token === token ||
    has(match, 'takes any token') ||
    (has(match, 'takes the tokens of other players') && tokens.includes(token));
  const isIn = (player: Player): boolean =>
    !player.isLeaving || match.freedoms.departed === 'taken until the tick';
  const found = those.find((player) => isKnown(player) && isIn(player));
  if (!found) throw new Refusal('NOT_IN_MATCH');
  return found;
}
