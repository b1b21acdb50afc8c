/** Who gets an item that several want: phase 4. */
import type { ItemId, ItemState } from '../../../spec/game/messages.d.ts';
import { squareDistance } from '../antiCheat/ruleEngine.ts';
import type { Player } from '../gameInstances/player.ts';
import { compareIds, refuse } from '../gameInstances/tickLog.ts';
import type { Take, TickLog } from '../gameInstances/tickLog.ts';

export interface Taken {
  readonly item: ItemId;
  readonly by: Player;
}

/** The items that have an owner now, by id. `itemWith` knows all items of the match. */
export function resolveTakes(
  log: TickLog,
  itemWith: (id: ItemId) => ItemState | undefined,
): Taken[] {
  const winners = new Map<ItemId, { player: Player; square: number }>();
  const inReach: Take[] = [];
  for (const take of log.takes) {
    const { player, seq, item } = take;
    const square = squareInReach(log, player, itemWith(item));
    if (square === null) {
      refuse(log, player, seq, 'take', { code: 'NOT_THERE', reported: false });
      continue;
    }
    inReach.push(take);
    const winner = winners.get(item);
    // Takes come by id, so of two equally near ones the first stays.
    if (winner === undefined || square < winner.square) winners.set(item, { player, square });
  }
  for (const { player, seq, item } of inReach) {
    if (winners.get(item)?.player === player) continue;
    refuse(log, player, seq, 'take', { code: 'TAKEN', reported: false });
  }
  return [...winners]
    .map(([item, { player }]) => ({ item, by: player }))
    .sort((one, other) => compareIds(one.item, other.item));
}

/** null: it does not lie in the world, or not near enough; the answer is the same for both. */
function squareInReach(
  { rules }: TickLog,
  player: Player,
  item: ItemState | undefined,
): number | null {
  if (item?.owner !== null) return null;
  const square = squareDistance(player, item);
  return square <= rules.reachMm * rules.reachMm ? square : null;
}
