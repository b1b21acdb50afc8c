/** What a kill takes, and what is there after it. */
import type { Game } from './game.ts';
import { newMatch } from './match.ts';
import type { Match } from './match.ts';
import { startClock } from './operations.ts';
import { afterKill } from './reports.ts';
import { has } from './switches.ts';

export function kill(game: Game): void {
  game.isOver = true;
  for (const match of game.matches.values()) {
    clearTimeout(match.timer);
    match.clients.clear();
    match.shownBefore.clear();
  }
}

export function resume(game: Game): void {
  game.isOver = false;
  if (has(game, 'forgets matches in a kill')) game.matches.clear();
  for (const [id, match] of game.matches) game.matches.set(id, resumed(game, match));
}

function resumed(game: Game, old: Match): Match {
  const match = has(game, 'begins matches anew after a kill') ? newMatch(game, old.created) : old;
  match.reports = afterKill(old, old.reports);
  if (match.status !== 'RUNNING') return match;
  if (isLost(match)) match.status = 'LOST';
  if (has(game, 'goes back in a kill')) goBack(match);
  if (has(game, 'changes states in a kill')) {
    for (const state of match.states) for (const player of state.players) player.x += 1;
  }
  if (has(game, 'forgets tokens in a kill')) {
    for (const player of match.players.values()) Object.assign(player, { token: 'x'.repeat(32) });
  }
  if (game.freedoms.afterKill === 'goes on but for states') match.firstTick = match.tick;
  startClock(game, match);
  return match;
}

function isLost({ freedoms: { afterKill: what }, id }: Match): boolean {
  return (
    what === 'lost' || (what === 'some are lost' && (id.codePointAt(id.length - 1) ?? 0) % 2 === 0)
  );
}

const TICKS_BACK = 3;

function goBack(match: Match): void {
  match.tick = Math.max(0, match.tick - TICKS_BACK);
  match.readTick = match.tick;
  match.states.length = match.tick + 1;
  match.replay.length = match.tick;
}
