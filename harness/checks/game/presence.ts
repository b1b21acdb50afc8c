/** What the checks of coming and going ask: whether a stream is noticed as closed, what a token is worth, who is in the match. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { PlayerId, PlayerState, State } from '../../../spec/game/messages.d.ts';
import type { JsonObject, Target } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { sendInput } from './gameSession.ts';
import type { Match, Seat } from './gameSession.ts';
import type { Player } from './player.ts';

/** On loopback a closed stream is noticed at once; this is an eternity. */
const MAX_NOTICE_MS = 10_000;
const POLL_MS = 5;

export async function isConnected(match: Match, id: PlayerId): Promise<boolean | undefined> {
  return (await match.get()).players.find(({ player }) => player === id)?.connected;
}

/** Closes the stream and awaits that getMatch says so. @throws Violation when it never does */
export async function closeAndSee({ seat: { match }, id, close }: Player): Promise<void> {
  await close();
  const deadlineMs = performance.now() + MAX_NOTICE_MS;
  while (await isConnected(match, id)) {
    hold(
      performance.now() < deadlineMs,
      `${id} closed its stream, and getMatch says connected: true for ${MAX_NOTICE_MS} ms.`,
      false,
      true,
    );
    await sleep(POLL_MS);
  }
}

/** @throws Violation when sendInput or a stream takes the token */
export async function holdTokenIsWorthless(
  { match, player, token }: Seat,
  target: Target,
  why: string,
): Promise<void> {
  const reply = await sendInput({ match, player, token, spawn: undefined }, [
    { seq: 4_000_000_000, dx: 1, dy: 1 },
  ]);
  hold(
    reply.kind === 'refused' && reply.problem.code === 'NOT_IN_MATCH',
    `sendInput with the token of ${player}, ${why}, is not refused NOT_IN_MATCH.`,
    'NOT_IN_MATCH',
    reply,
  );
  const request: JsonObject = { match: match.id, player, token };
  const opened = await target.subscribe('play', request, () => undefined);
  if (opened.kind === 'ok') await opened.subscription.close();
  hold(
    opened.kind === 'refused' && opened.problem.code === 'NOT_IN_MATCH',
    `A stream with the token of ${player}, ${why}, is not refused NOT_IN_MATCH.`,
    'NOT_IN_MATCH',
    opened.kind === 'ok' ? 'a stream' : opened,
  );
}

export function inState(state: State, id: PlayerId): PlayerState | undefined {
  return state.players.find((player) => player.id === id);
}

/** @throws Violation when a view of this tick lacks or has it */
export function holdInViews(players: readonly Player[], tick: number, id: PlayerId, is: boolean) {
  for (const player of players) {
    const view = player.views.get(tick);
    hold(view !== undefined, `${player.id} got no snapshot of tick ${tick}.`, tick);
    hold(
      view.players.has(id) === is,
      `${player.id}'s view of tick ${tick} ${is ? 'lacks' : 'has'} ${id}, who is ${is ? '' : 'not '}in the match.`,
      is,
      [...view.players.keys()],
    );
  }
}
