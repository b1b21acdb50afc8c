/**
 * Whom a client may see: by authoritative places only, and with hysteresis. At most 256 players are in a match, so that comparing
 * each with each costs less than keeping cells of what moves.
 */
import type { PlayerRecord } from './playerRecord.ts';
import type { World } from './world.ts';
import type { ItemsAround } from './itemGrid.ts';

/** By slot; what is not in the area is undefined. */
export type RecordsInView = readonly (PlayerRecord | undefined)[];

export interface Area {
  readonly records: RecordsInView;
  readonly items: ItemsAround;
}

export interface AreaRules {
  readonly radiusMm: number;
  readonly hysteresisMm: number;
}

/** `former` is the area of the same client at an earlier tick: who was in it stays up to the hysteresis. */
export function areaOf(
  world: World,
  self: PlayerRecord,
  rules: AreaRules,
  former: Area | undefined,
): Area {
  const { x, y } = self.player;
  const enters = rules.radiusMm ** 2;
  const stays = (rules.radiusMm + rules.hysteresisMm) ** 2;
  const records: (PlayerRecord | undefined)[] = [];
  const { records: all } = world;
  let isAll = true;
  for (let slot = 0; slot < all.length; slot++) {
    const record = all[slot];
    let isIn = false;
    if (record !== undefined) {
      const dx = record.player.x - x;
      const dy = record.player.y - y;
      const d2 = dx * dx + dy * dy;
      isIn = d2 <= enters || (d2 <= stays && wasIn(former, slot, record));
      isAll &&= isIn;
    }
    records.push(isIn ? record : undefined);
  }
  return {
    records: isAll ? world.everybody : records,
    items: world.items.around(x, y, former?.items),
  };
}

function wasIn(former: Area | undefined, slot: number, record: PlayerRecord): boolean {
  return former?.records[slot]?.player.id === record.player.id;
}
