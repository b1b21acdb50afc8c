/**
 * The best part of a view that fits: the client's own player and what leaves, then what hurts, then whatever has waited longest.
 * What does not fit stays in the view as the base has it; the longest wait first is what bounds every wait.
 */
import { changeText, compareItems, idText, leaves } from '../stateReplicator/difference.ts';
import type { ItemGrid } from '../stateReplicator/itemGrid.ts';
import type { Packet } from '../stateReplicator/packet.ts';
import type { PlayerRecord } from '../stateReplicator/playerRecord.ts';
import type { View } from '../stateReplicator/viewHistory.ts';
import type { WaitingTimes } from './waitingTimes.ts';

export interface Wanted {
  readonly tick: number;
  /** What the client holds. */
  readonly from: View;
  /** What it should hold. */
  readonly to: View;
  /** The slot of its own player. */
  readonly self: number;
  readonly items: ItemGrid;
  readonly waiting: WaitingTimes;
}

interface Change {
  readonly rank: Rank;
  /** The tick since which it has waited. */
  readonly waitingSince: number;
  /** Adds it to the packet and to the view; false where it does not fit. */
  tell(): boolean;
}

/** Lower is sooner. `hurtBefore`: the news of an earlier tick may not have come. */
const RANKS = { self: 0, hurt: 1, hurtBefore: 2, rest: 3 } as const;
type Rank = (typeof RANKS)[keyof typeof RANKS];

/** @returns the view that the packet then makes of `from` */
export function fitToBudget(packet: Packet, wanted: Wanted): View {
  const { from, to, items } = wanted;
  const records = [...from.records];
  const inView = new Set(from.items);
  const { entering, leaving } = compareItems(from.items, to.items);

  const changes = [
    ...playerChanges(packet, wanted, records),
    ...itemChanges(packet, wanted, entering, inView),
  ].sort((one, other) => one.rank - other.rank || one.waitingSince - other.waitingSince);
  const own = changes.findIndex(({ rank }) => rank !== RANKS.self);
  for (const change of own === -1 ? changes : changes.slice(0, own)) change.tell();

  for (const [slot, base] of from.records.entries()) {
    if (base === undefined || !leaves(base, to.records[slot])) continue;
    if (packet.add('removedPlayers', idText(base))) records[slot] = undefined;
  }
  for (const item of leaving) {
    if (packet.add('removedItems', items.idText(item))) inView.delete(item);
  }
  if (own !== -1) for (const change of changes.slice(own)) change.tell();

  const isSame = inView.size === from.items.length && entering.every((item) => !inView.has(item));
  const list = isSame ? from.items : [...inView].sort((one, other) => one - other);
  return { records, items: list };
}

function playerChanges(
  packet: Packet,
  { tick, from, to, self, waiting }: Wanted,
  records: (PlayerRecord | undefined)[],
): Change[] {
  const changes: Change[] = [];
  for (const [slot, now] of to.records.entries()) {
    const base = from.records[slot];
    if (now === undefined || now === base) continue;
    const isNew = base === undefined || leaves(base, now);
    changes.push({
      rank: slot === self ? RANKS.self : rankOf(now, isNew ? undefined : base, tick),
      waitingSince: isNew ? waiting.ofPlayer(slot) : base.until,
      tell() {
        // A slot whose former player could not be removed yet is not free.
        if (isNew && records[slot] !== undefined) return false;
        if (!packet.add('players', changeText(base, now))) return false;
        records[slot] = now;
        return true;
      },
    });
  }
  return changes;
}

function rankOf(now: PlayerRecord, base: PlayerRecord | undefined, tick: number): Rank {
  if (now.isUrgent && now.since === tick) return RANKS.hurt;
  if (base === undefined) return RANKS.rest;
  const isHurt = base.player.hp !== now.player.hp || base.player.alive !== now.player.alive;
  return isHurt ? RANKS.hurtBefore : RANKS.rest;
}

function itemChanges(
  packet: Packet,
  { items, waiting }: Wanted,
  entering: readonly number[],
  inView: Set<number>,
): Change[] {
  return entering.map((item) => ({
    rank: RANKS.rest,
    waitingSince: waiting.ofItem(item),
    tell() {
      if (!packet.add('items', items.text(item))) return false;
      inView.add(item);
      return true;
    },
  }));
}
