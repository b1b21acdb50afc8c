/** Puts into a snapshot what a client lacks, the most urgent first, as far as its budget goes. */
import type { Event, Item, PlayerChange, Snapshot } from '../../../../spec/game/messages.d.ts';
import { isSame, lackOf } from './lack.ts';
import type { Entry } from './lack.ts';
import type { Seen, Sent, Shown, View } from './snapshots.ts';
import { has } from './switches.ts';
import type { World } from './world.ts';

export interface Filling {
  /** Without any list. */
  readonly frame: Snapshot;
  /** What the client has at baseTick. */
  readonly base: View;
  /** What it should have. */
  readonly wanted: View;
  readonly shown: Shown;
  readonly sent: Sent;
  readonly events: (visible: View) => Event[];
}

interface Filled {
  readonly snapshot: Snapshot;
  /** What the client has when it has applied it. */
  readonly view: View;
}

/** A snapshot with a base may be larger than the one without by so much. */
const ALLOWANCE_BYTES = 64;

export function fillSnapshot(world: World, filling: Filling): Filled {
  const { frame, base, wanted } = filling;
  const packed = pack(frame, budgetOf(world, frame));
  const players = new Map(base.players);
  for (const [id, had] of base.players) {
    const wants = wanted.players.get(id);
    if (wants && isSame(had, wants)) players.set(id, wants);
  }
  const items = new Map(base.items);
  for (const entry of lackOf(world, filling)) {
    if (!packed.add(entry) && !has(world, 'forgets what does not fit')) continue;
    if (entry.list === 'players') players.set(entry.value.id, wanted.players.get(entry.value.id)!);
    else if (entry.list === 'items') items.set(entry.value.id, entry.value);
    else if (entry.list === 'removedPlayers') players.delete(entry.value);
    else items.delete(entry.value);
  }
  const view = { players, items, freshAt: freshness(filling, players, items) };
  const costNothing = has(world, 'counts no events into the budget');
  for (const value of filling.events(view)) packed.add({ list: 'events', value }, costNothing);
  return smaller(world, { snapshot: packed.snapshot, view });
}

function budgetOf(world: World, { baseTick }: Snapshot): number {
  if (has(world, 'has no budget')) return Infinity;
  if (has(world, 'exceeds the budget at first') && baseTick === null) return Infinity;
  return world.rules.budgetBytes ?? Infinity;
}

function freshness(
  { base, wanted, frame: { tick } }: Filling,
  players: ReadonlyMap<string, Seen>,
  items: ReadonlyMap<string, Item>,
): Map<string, number> {
  const freshAt = new Map<string, number>();
  for (const [id, seen] of players) {
    const isFresh = seen === wanted.players.get(id);
    freshAt.set(`p${id}`, isFresh ? tick : (base.freshAt.get(`p${id}`) ?? tick));
  }
  // Items do not change where they lie.
  for (const id of items.keys()) freshAt.set(`i${id}`, tick);
  return freshAt;
}

/** The whole view where it is smaller than what takes so much away. */
function smaller(world: World, { snapshot, view }: Filled): Filled {
  const { type, tick, lastInputSeq, baseTick, removedPlayers, removedItems, events } = snapshot;
  if (baseTick === null || has(world, 'makes deltas however large')) return { snapshot, view };
  if (!removedPlayers && !removedItems) return { snapshot, view };
  const whole: Snapshot = {
    ...{ type, tick, baseTick: null, lastInputSeq },
    ...(view.players.size > 0 && { players: [...view.players.values()] }),
    ...(view.items.size > 0 && { items: [...view.items.values()] }),
    ...(events && { events }),
  };
  const isSmaller = sizeOf(whole) + ALLOWANCE_BYTES < sizeOf(snapshot);
  return { snapshot: isSmaller ? whole : snapshot, view };
}

interface Packed {
  readonly snapshot: Snapshot;
  /** False: it does not fit. */
  add(entry: Entry | { list: 'events'; value: Event }, costsNothing?: boolean): boolean;
}

/** Every text of a snapshot is ASCII: its length is its size, whatever the order of its members. */
function pack(frame: Snapshot, budget: number): Packed {
  const snapshot: Snapshot = { ...frame };
  let size = sizeOf(snapshot);
  return {
    snapshot,
    add({ list, value }, costsNothing = false) {
      const values = snapshot[list] as (PlayerChange | Item | Event | string)[] | undefined;
      if (budget < Infinity && !costsNothing) {
        const more = sizeOf(value) + (values ? 1 : list.length + 6);
        if (size + more > budget) return false;
        size += more;
      }
      if (values) values.push(value);
      else Object.assign(snapshot, { [list]: [value] });
      return true;
    },
  };
}

function sizeOf(value: object | string): number {
  return JSON.stringify(value).length;
}
