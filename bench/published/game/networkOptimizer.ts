/** `OptimizeForPlayer`: what does not fit is left out, and never sent again. */
import type { Snapshot } from '../../../spec/game/messages.d.ts';

export function optimizeForPlayer(snapshot: Snapshot, budgetBytes: number | undefined): Snapshot {
  if (budgetBytes === undefined) return snapshot;
  const players = [...(snapshot.players ?? [])];
  const items = [...(snapshot.items ?? [])];
  const optimized = { ...snapshot, players, items };
  while (Buffer.byteLength(JSON.stringify(optimized)) > budgetBytes)
    if (items.pop() === undefined && players.pop() === undefined) break;
  return optimized;
}
