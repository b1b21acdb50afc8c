/** What has to be told to who holds one view, so that it holds another. */
import type { RecordsInView } from './areaOfInterest.ts';
import type { ItemGrid, ItemList } from './itemGrid.ts';
import type { Packet } from './packet.ts';
import type { PlayerRecord } from './playerRecord.ts';
import type { TickEvent } from './events.ts';
import type { View } from './viewHistory.ts';

export const EMPTY_VIEW: View = { records: [], items: [] };

/** The players of a difference, as the lists of a snapshot. */
export interface PlayerLists {
  readonly players: string;
  readonly removedPlayers: string;
}

/** Without regard to the packet's limit: it must have none. */
export function addDifference(packet: Packet, from: View, to: View, world: DifferenceWorld): void {
  const { players, removedPlayers } = world.playerLists(from.records, to.records);
  packet.addList('players', players);
  packet.addList('removedPlayers', removedPlayers);
  if (from.items === to.items) return;
  const { items } = world;
  const { entering, leaving } = compareItems(from.items, to.items);
  for (const item of leaving) packet.add('removedItems', items.idText(item));
  for (const item of entering) packet.add('items', items.text(item));
}

export interface DifferenceWorld {
  readonly items: ItemGrid;
  /** As comparePlayers, which need not be asked again for the same two. */
  playerLists(from: RecordsInView, to: RecordsInView): PlayerLists;
}

export function comparePlayers(from: RecordsInView, to: RecordsInView): PlayerLists {
  let players = '';
  let removedPlayers = '';
  const slots = Math.max(from.length, to.length);
  for (let slot = 0; slot < slots; slot++) {
    const base = from[slot];
    const now = to[slot];
    if (base === now) continue;
    if (base !== undefined && leaves(base, now)) removedPlayers += `,${idText(base)}`;
    if (now !== undefined) players += `,${changeText(base, now)}`;
  }
  return { players: players.slice(1), removedPlayers: removedPlayers.slice(1) };
}

/** In the order of the tick; false where not all fitted. */
export function addEvents(packet: Packet, events: readonly TickEvent[], view: View): boolean {
  return events.every(({ target, by, text, anonymous }) => {
    if (view.records[target] === undefined) return true;
    return packet.add('events', view.records[by] === undefined ? anonymous : text);
  });
}

/** Whether the player of `base` is not the one who is there now. */
export function leaves(base: PlayerRecord, now: PlayerRecord | undefined): boolean {
  return base.player.id !== now?.player.id;
}

export function changeText(base: PlayerRecord | undefined, now: PlayerRecord): string {
  return base === undefined || leaves(base, now) ? now.whole : now.changeFrom(base);
}

export function idText({ player }: PlayerRecord): string {
  return `"${player.id}"`;
}

/** Both lists rise. */
export function compareItems(
  from: ItemList,
  to: ItemList,
): { entering: number[]; leaving: number[] } {
  const entering: number[] = [];
  const leaving: number[] = [];
  let place = 0;
  for (const item of to) {
    while (place < from.length && from[place]! < item) leaving.push(from[place++]!);
    if (from[place] === item) place++;
    else entering.push(item);
  }
  while (place < from.length) leaving.push(from[place++]!);
  return { entering, leaving };
}

/** Of the players of a view in a whole snapshot, each with a comma. */
export function bytesOfPlayers(view: View): number {
  let bytes = 0;
  for (const record of view.records) if (record !== undefined) bytes += record.whole.length + 1;
  return bytes;
}
