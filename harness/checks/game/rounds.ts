/** The standard round of a match: what has been sent is taken, the match steps, and all that the tick has for the streams has come. */
import type { Command } from '../../../spec/game/messages.d.ts';
import type { Match } from './gameSession.ts';
import type { Player } from './player.ts';

/** By player id: what it sends before the step. */
export type Inputs = ReadonlyMap<string, readonly Command[]>;

export const MAX_COMMANDS_A_MESSAGE = 64;

/**
 * Sends, syncs all, steps, syncs all. Then the players who acknowledge send their ack of the newest view, which counts in the next round.
 * Players whose stream has ended are left out.
 * @returns the tick
 */
export async function playRound(
  match: Match,
  players: readonly Player[],
  inputs: Inputs = new Map(),
  ticks = 1,
): Promise<number> {
  const open = players.filter(({ ended, kick }) => ended === undefined && kick === undefined);
  for (const player of open) {
    const commands = inputs.get(player.id) ?? [];
    for (let from = 0; from < commands.length; from += MAX_COMMANDS_A_MESSAGE) {
      player.send(commands.slice(from, from + MAX_COMMANDS_A_MESSAGE));
    }
  }
  await syncAll(open);
  const tick = await match.step(ticks);
  await syncAll(open);
  for (const player of open) if (player.acknowledges) player.ackNewest();
  return tick;
}

export async function syncAll(players: readonly Player[]): Promise<void> {
  await Promise.all(players.map((player) => player.sync()));
}
