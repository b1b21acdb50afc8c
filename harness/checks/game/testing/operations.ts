/** The operations of the contract. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import type {
  CreateMatch,
  JoinMatch,
  JoinReport,
  MatchReport,
  MatchRequest,
  Metrics,
  SendInput,
  StepMatch,
  StepReport,
} from '../../../../spec/game/messages.d.ts';
import { canonicalText } from '../../../history/canonicalText.ts';
import { advance } from './advance.ts';
import { isTaken, kick, takeCommand } from './clients.ts';
import { matchOf, playerOf, readableMatch, Refusal, runningMatch } from './game.ts';
import type { Game } from './game.ts';
import { everybody, newMatch, newPlayer, reportOf, withDefaults } from './match.ts';
import type { Match } from './match.ts';
import { getReplay, getState, getStateHash, listReports } from './reads.ts';
import { has } from './switches.ts';

type Operation = (game: Game, input: never) => object | Promise<object>;

const MAX_STEPS = 1000;
/** So many ticks without letting others in. */
const TICKS_A_TURN = 8;

function createMatch(game: Game, input: CreateMatch): MatchReport {
  const created = withDefaults(input);
  const { widthMm, heightMm, items } = created.map;
  const isOutside = items.some(({ x, y }) => x < 0 || y < 0 || x > widthMm || y > heightMm);
  if (isOutside || new Set(items.map(({ id }) => id)).size < items.length) {
    throw new Refusal('INVALID_REQUEST');
  }
  const there = game.matches.get(created.match);
  if (there && !has(game, 'makes a match anew')) return answerAgain(game, there, created);
  const match = newMatch(game, created);
  game.matches.set(match.id, match);
  startClock(game, match);
  return reportOf(match);
}

function answerAgain(game: Game, there: Match, created: Required<CreateMatch>): MatchReport {
  if (there.status === 'LOST') throw new Refusal('MATCH_LOST');
  const text = (value: object): string => canonicalText(value as never);
  const isSame = text(there.created) === text(created) || has(game, 'takes any match for the same');
  if (!isSame) throw new Refusal('MATCH_EXISTS');
  return reportOf(readableMatch(game, there.id));
}

/** A match in mode real-time advances by itself. */
export function startClock(game: Game, match: Match): void {
  const isReal = match.created.mode === 'real-time' && !has(game, 'stands still in real time');
  if (match.status !== 'RUNNING' || (!isReal && !has(game, 'advances by itself'))) return;
  const tickMs = 1000 / match.created.tickRate;
  let due = performance.now() + tickMs;
  const run = (): void => {
    if (match.status !== 'RUNNING') return;
    advance(match);
    due += tickMs;
    schedule();
  };
  const schedule = (): void => {
    match.timer = setTimeout(run, Math.max(0, due - performance.now())).unref();
  };
  schedule();
}

function getMatch(game: Game, { match: id }: MatchRequest): MatchReport {
  const match = readableMatch(game, id);
  const report = reportOf(match);
  if (!has(game, 'answers getMatch from a cache')) return report;
  const now = performance.now();
  if (!match.cached || match.cached.at < now - 100) match.cached = { at: now, report };
  return match.cached.report;
}

function joinMatch(game: Game, input: JoinMatch): JoinReport {
  const match = runningMatch(game, input.match);
  const { widthMm, heightMm } = match.map;
  const { spawn, player: id } = input;
  const isOutside =
    spawn && (spawn.x < 0 || spawn.y < 0 || spawn.x > widthMm || spawn.y > heightMm);
  if (isOutside) throw new Refusal('INVALID_REQUEST');
  const there = match.joining.get(id) ?? match.players.get(id);
  if (there && !there.isLeaving && !has(game, 'gives a new token each time')) {
    return { match: match.id, player: id, token: there.token };
  }
  const ids = new Set([...everybody(match).map((player) => player.id), id]);
  const left = has(game, 'never frees a place') ? match.replay.flatMap((tick) => tick.left) : [];
  const isFull = ids.size + left.length > match.created.maxPlayers;
  if (isFull && !has(game, 'lets in whoever comes')) throw new Refusal('MATCH_FULL');
  const player = newPlayer(match, input);
  match.joining.set(id, player);
  return { match: match.id, player: id, token: player.token };
}

function sendInput(game: Game, input: SendInput): object {
  const match = runningMatch(game, input.match, true);
  const player = playerOf(match, input);
  if (!isTaken(match, player)) throw new Refusal('RATE_LIMIT');
  for (const command of input.commands) {
    const taken = { ...command };
    if (has(game, 'takes no yaw from sendInput')) delete taken.yawMdeg;
    takeCommand(match, player, taken, has(game, 'evaluates sendInput a tick late'));
  }
  return { match: match.id, player: player.id, received: input.commands.length };
}

async function stepMatch(game: Game, { match: id, toTick }: StepMatch): Promise<StepReport> {
  const match = runningMatch(game, id);
  if (match.created.mode !== 'virtual') throw new Refusal('NOT_VIRTUAL');
  if (toTick > match.tick + MAX_STEPS) throw new Refusal('INVALID_REQUEST');
  const isRepeated = toTick <= match.tick && has(game, 'steps at each request');
  const most = has(game, 'steps one tick a request') ? match.tick + 1 : Infinity;
  const target = isRepeated ? match.tick + 1 : Math.min(toTick, most);
  while (match.tick < target) {
    advance(match);
    if (has(game, 'waits for clients that do not read')) await untilRead(game, match);
    if (match.tick % TICKS_A_TURN === 0) await nextTurn();
    if (game.isOver || match.status !== 'RUNNING') throw new Refusal('MATCH_ENDED');
  }
  return { match: match.id, tick: has(game, 'steps one tick a request') ? toTick : match.tick };
}

const MAX_UNREAD_BYTES = 65_536;

async function untilRead(game: Game, { clients }: Match): Promise<void> {
  const isBehind = (): boolean =>
    [...clients.values()].some((client) => client.waiting() > MAX_UNREAD_BYTES);
  while (!game.isOver && isBehind()) await sleep(5, undefined, { ref: false });
}

function endMatch(game: Game, { match: id }: MatchRequest): MatchReport {
  const match = matchOf(game, id);
  if (match.status === 'RUNNING') {
    match.status = 'ENDED';
    clearTimeout(match.timer);
    for (const client of [...match.clients.values()]) kick(match, client, 'MATCH_ENDED');
  }
  return reportOf(match);
}

function getMetrics(game: Game, { match: id }: MatchRequest): Metrics {
  const match = readableMatch(game, id);
  const players = [...match.clients].map(([{ id: player }, { counted }]) => ({
    ...{ player, bytesOut: counted.bytes, snapshots: counted.snapshots },
    ...{ fullSnapshots: counted.full, dropped: counted.dropped },
  }));
  return { match: id, tick: match.tick, tickUs: { p50: 0, p99: 0, max: 0 }, players };
}

export const OPERATIONS: Readonly<Record<string, Operation>> = {
  ...{ createMatch, getMatch, joinMatch, sendInput, stepMatch, endMatch, getMetrics },
  ...{ getState, getStateHash, getReplay, listReports },
};
