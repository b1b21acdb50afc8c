import type { Correction, State } from '../../../spec/game/messages.d.ts';
import type { Refusal } from '../simulation/types.ts';

/** The contract's most in one correction; further ones are left out. */
const MAX_REJECTED = 32;

/** What each player who is there is told of a tick's refusals, which come by player and seq. */
export function correctionsOf(state: State, refusals: readonly Refusal[]): Map<string, Correction> {
  const corrections = new Map<string, Correction>();
  if (refusals.length === 0) return corrections;
  const players = new Map(state.players.map((player) => [player.id, player]));
  for (const { player, seq, code } of refusals) {
    const self = players.get(player);
    if (!self) continue;
    const correction = corrections.get(player);
    if (!correction) {
      const rejected: Correction['rejected'] = [{ seq, code }];
      corrections.set(player, { type: 'correction', tick: state.tick, rejected, self });
    } else if (correction.rejected.length < MAX_REJECTED) {
      correction.rejected.push({ seq, code });
    }
  }
  return corrections;
}
