/** Reads of what has been. */
import type {
  GetReplay,
  ListReports,
  Replay,
  Reports,
  State,
  StateHash,
  StateReport,
  TickRequest,
} from '../../../../spec/game/messages.d.ts';
import { readableMatch, Refusal } from './game.ts';
import type { Game } from './game.ts';
import type { Match } from './match.ts';
import { has } from './switches.ts';
import { hashOf } from './world.ts';

/** States that are kept at least. */
const KEPT_STATES = 256;

export function getState(game: Game, input: TickRequest): StateReport {
  const match = readableMatch(game, input.match);
  const state = stateAt(match, input.tick);
  if (input.tick !== undefined || !has(game, 'answers getState from a cache')) {
    return { match: match.id, state };
  }
  const now = performance.now();
  if (!match.cachedState || match.cachedState.at < now - 100)
    match.cachedState = { at: now, state };
  return { match: match.id, state: match.cachedState.state };
}

export function getStateHash(game: Game, input: TickRequest): StateHash {
  const match = readableMatch(game, input.match);
  const state = stateAt(match, input.tick);
  return { match: match.id, tick: state.tick, sha256: hashOf(match, state) };
}

function stateAt(match: Match, tick = match.readTick): State {
  if (tick > match.readTick) throw new Refusal('UNKNOWN_TICK');
  const isOld = match.freedoms.oldStates === 'gone' && tick < match.tick - KEPT_STATES;
  if (isOld || tick < match.firstTick) throw new Refusal('TICK_GONE');
  return match.states[tick]!;
}

const PAGE = 100;
const SMALL_PAGE = 7;

export function getReplay(game: Game, { match: id, fromTick, limit = PAGE }: GetReplay): Replay {
  const match = readableMatch(game, id);
  if (fromTick > match.tick) throw new Refusal('UNKNOWN_TICK');
  const size = game.freedoms.pages === 'of seven' ? Math.min(limit, SMALL_PAGE) : limit;
  const ticks = match.replay.slice(fromTick - 1, fromTick - 1 + size).map((tick) => ({
    ...tick,
    sha256: hashOf(match, match.states[tick.tick]!),
  }));
  const next = fromTick + ticks.length;
  return { match: id, ticks, nextTick: next > match.tick ? null : next };
}

/** Also of a match that ended or was lost. */
export function listReports(game: Game, { match: id, player }: ListReports): Reports {
  const match = game.matches.get(id);
  const isHidden = game.freedoms.reportsOfUnknownMatch === 'UNKNOWN_MATCH';
  if (!match && isHidden) throw new Refusal('UNKNOWN_MATCH');
  const hasOne = (each: { player: string }): boolean =>
    player === undefined || each.player === player;
  const reports = (match?.reports ?? []).filter(hasOne);
  const window = match && has(game, 'lists reports late') ? match.tick - 5 : Infinity;
  return {
    reports: reports
      .filter(({ fromTick }) => fromTick <= window)
      .toSorted((a, b) => a.fromTick - b.fromTick),
  };
}
