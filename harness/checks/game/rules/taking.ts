/** Phase 4: who gets the items. */
import { refuse } from './evaluation.ts';
import type { Evaluation } from './evaluation.ts';
import { compareIds, d2 } from './geometry.ts';

export function giveItems(evaluation: Evaluation): void {
  const { takes, items, before } = evaluation;
  const { reachMm } = before.parameters.rules;
  for (const [itemId, rivals] of Map.groupBy(takes, ({ item }) => item)) {
    const item = items.find(({ id, owner }) => id === itemId && owner === null);
    const near = rivals.filter(({ player }) => item && d2(player, item) <= reachMm ** 2);
    for (const { player, seq } of rivals.filter((rival) => !near.includes(rival))) {
      refuse(evaluation, player.id, seq, 'NOT_THERE');
    }
    if (!item || near.length === 0) continue;
    const [winner] = near.toSorted(
      (a, b) => d2(a.player, item) - d2(b.player, item) || compareIds(a.player.id, b.player.id),
    );
    item.owner = winner!.player.id;
    winner!.player.items += 1;
    for (const { player, seq } of near.filter(({ player: { id } }) => id !== item.owner)) {
      refuse(evaluation, player.id, seq, 'TAKEN');
    }
  }
}
