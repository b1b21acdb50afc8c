/** Since when what is in a client's area has been there without a break: who has waited longest to be shown comes first. */
import type { Area } from '../stateReplicator/areaOfInterest.ts';
import { compareItems } from '../stateReplicator/difference.ts';

export interface WaitingTimes {
  /** The area of a tick; ticks rise. */
  follow(area: Area, tick: number): void;
  /** Of a slot that is in the area. */
  ofPlayer(slot: number): number;
  /** Of an item that is in the area. */
  ofItem(item: number): number;
}

export function waitingTimes(): WaitingTimes {
  const players: number[] = [];
  const items = new Map<number, number>();
  let former: Area | undefined;

  return {
    follow(area, tick) {
      area.records.forEach((record, slot) => {
        if (record === undefined) return;
        if (former?.records[slot]?.player.id !== record.player.id) players[slot] = tick;
      });
      if (former?.items.list !== area.items.list) {
        const { entering, leaving } = compareItems(former?.items.list ?? [], area.items.list);
        for (const item of leaving) items.delete(item);
        for (const item of entering) items.set(item, tick);
      }
      former = area;
    },
    ofPlayer: (slot) => players[slot] ?? 0,
    ofItem: (item) => items.get(item) ?? 0,
  };
}
