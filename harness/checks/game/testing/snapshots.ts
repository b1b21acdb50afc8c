/** What a client is shown: its area, and snapshots of it against what it is known to have. */
import type {
  Event,
  Item,
  PlayerChange,
  PlayerState,
  Snapshot,
  State,
} from '../../../../spec/game/messages.d.ts';
import { fillSnapshot } from './budget.ts';
import { isSame } from './lack.ts';
import { has } from './switches.ts';
import { d2 } from './world.ts';
import type { TickResult, World } from './world.ts';

export type Seen = Required<PlayerChange>;

/** What a client holds once it has applied a snapshot. */
export interface View {
  readonly players: ReadonlyMap<string, Seen>;
  readonly items: ReadonlyMap<string, Item>;
  /** By entity (p or i, and its id): the newest tick whose members it shows; before the tick in which it entered. */
  readonly freshAt: ReadonlyMap<string, number>;
}

export const NOTHING: View = { players: new Map(), items: new Map(), freshAt: new Map() };

/** What has been sent on one stream. */
export interface Sent {
  readonly player: string;
  /** By tick, of those that may still become a base. */
  readonly views: Map<number, View>;
  readonly acked: Set<number>;
  newest: View;
  newestTick: number | undefined;
  /** By entity: since when it has been in the area. */
  entered: Map<string, number>;
  /** What a former stream of this player showed: for defects. */
  readonly before: View | undefined;
  /** Far points and items that commands have claimed since the last tick: for defects. */
  claimed: { x: number; y: number }[];
  /** Ids that were ever shown: for defects. */
  readonly everShown: Set<string>;
}

/** A tick that is over, as it is shown. */
export interface Shown {
  readonly state: State;
  readonly before: State | undefined;
  readonly result: TickResult;
  /** By id: the same object while nothing of it changes. */
  readonly seen: ReadonlyMap<string, Seen>;
}

export function seenOf(state: State, before: ReadonlyMap<string, Seen>): Map<string, Seen> {
  return new Map(
    state.players.map((player) => {
      const old = before.get(player.id);
      const now = onlySeen(player);
      return [player.id, old && isSame(old, now) ? old : now];
    }),
  );
}

function onlySeen({ id, x, y, yawMdeg, hp, alive, kills, deaths, items }: PlayerState): Seen {
  return { id, x, y, yawMdeg, hp, alive, kills, deaths, items };
}

/** Remembers what it makes as sent. Undefined where the player is not in the match. */
export function makeSnapshot(world: World, shown: Shown, sent: Sent): Snapshot | undefined {
  const { tick, players } = shown.state;
  const self = players.find(({ id }) => id === sent.player);
  if (!self) return undefined;
  const baseTick = baseOf(world, sent, tick);
  const wanted = areaOf(world, shown, sent, self);
  const base = (baseTick === null ? undefined : sent.views.get(baseTick)) ?? NOTHING;
  const lastInputSeq = confirmed(world, shown, self);
  const frame: Snapshot = { type: 'snapshot', tick, baseTick, lastInputSeq };
  const told = (visible: View): Event[] => eventsOf(world, shown, visible);
  const { snapshot, view } = fillSnapshot(world, {
    frame,
    base,
    wanted,
    shown,
    sent,
    events: told,
  });
  for (const id of view.players.keys()) sent.everShown.add(id);
  remember(world, sent, tick, view);
  return world.freedoms.emptyLists === 'sent' && world.rules.budgetBytes === undefined
    ? { removedPlayers: [], removedItems: [], events: [], players: [], items: [], ...snapshot }
    : snapshot;
}

function remember(world: World, sent: Sent, tick: number, view: View): void {
  sent.views.set(tick, view);
  sent.newest = view;
  sent.newestTick = tick;
  sent.claimed = [];
  if (has(world, 'takes snapshots for acknowledged')) sent.acked.add(tick);
  const kept = world.rules.historyTicks * (has(world, 'bases on what is too old') ? 10 : 1);
  for (const old of sent.views.keys()) if (old <= tick - kept) sent.views.delete(old);
  for (const old of sent.acked) if (old <= tick - kept) sent.acked.delete(old);
}

function baseOf(world: World, sent: Sent, tick: number): number | null {
  const { historyTicks } = world.rules;
  if (has(world, 'never makes deltas')) return null;
  if (has(world, 'makes deltas on a new stream') && sent.newestTick === undefined) return tick - 1;
  const limit = has(world, 'bases on what is too old') ? Infinity : historyTicks;
  const known = (each: number): boolean =>
    sent.views.has(each) || has(world, 'takes acks of ticks that it never sent');
  const usable = [...sent.acked].filter((each) => tick - each <= limit && known(each));
  if (usable.length === 0) return null;
  return world.freedoms.base === 'the newest' ? Math.max(...usable) : Math.min(...usable);
}

function confirmed(world: World, { before, result }: Shown, self: PlayerState): number {
  const old = before?.players.find(({ id }) => id === self.id)?.lastInputSeq ?? 0;
  if (has(world, 'is a tick late with lastInputSeq')) return old;
  const own = result.commands.filter(({ player }) => player === self.id);
  if (has(world, 'says lastInputSeq 0 without commands') && own.length === 0) return 0;
  const refused = result.refused.filter(({ player }) => player === self.id);
  if (has(world, 'confirms carried out commands only') && refused.length > 0) return old;
  return self.lastInputSeq;
}

/** All that lies in the area of interest, as it is. */
function areaOf(world: World, shown: Shown, sent: Sent, self: PlayerState): View {
  const { radiusMm, hysteresisMm } = world.rules;
  const { state, before, seen } = shown;
  const far = (radiusMm + hysteresisMm) ** 2 * (has(world, 'shows a tenth more') ? 1.21 : 1);
  const near2 = has(world, 'has a smaller area by a millimetre')
    ? (radiusMm - 1) ** 2
    : radiusMm ** 2;
  const old = before?.players.find(({ id }) => id === self.id);
  const centre = has(world, 'goes by the places of the last tick') ? (old ?? self) : self;
  const centres = [centre, ...sent.claimed];
  const isInside = (place: { x: number; y: number }, wasInside: boolean): boolean => {
    const distance2 = Math.min(...centres.map((each) => d2(each, place)));
    if (distance2 <= near2 || has(world, 'shows everything')) return true;
    if (distance2 > far) return false;
    if (has(world, 'shows a tenth more')) return true;
    if (has(world, 'lets the load decide what is in between')) {
      return shown.result.commands.length % 2 === 0;
    }
    const { inBetween } = world.freedoms;
    return inBetween === 'shown' || (inBetween === 'kept' && wasInside);
  };
  const players = new Map<string, Seen>();
  for (const player of state.players) {
    const was = sent.newest.players.has(player.id);
    const isNew = !sent.entered.has(`p${player.id}`);
    if (player.id !== self.id && !isInside(player, was)) continue;
    if (isNew && player.id !== self.id && has(world, 'shows who enters a tick late')) {
      sent.entered.set(`p${player.id}`, state.tick);
      continue;
    }
    players.set(player.id, seen.get(player.id)!);
  }
  const items = new Map<string, Item>();
  for (const { id, x, y, owner } of state.items) {
    if (owner === null && isInside({ x, y }, sent.newest.items.has(id)))
      items.set(id, { id, x, y });
  }
  if (has(world, 'never removes what left')) addGone(sent.newest, players, items);
  if (has(world, 'never removes items')) addGone(sent.newest, new Map(), items);
  if (
    has(world, 'shows what a former stream saw') &&
    sent.newestTick === undefined &&
    sent.before
  ) {
    addGone(sent.before, players, items);
  }
  return { players, items, freshAt: enter(sent, players, items, state.tick) };
}

function addGone(old: View, players: Map<string, Seen>, items: Map<string, Item>): void {
  for (const [id, each] of old.players) if (!players.has(id)) players.set(id, each);
  for (const [id, each] of old.items) if (!items.has(id)) items.set(id, each);
}

/** Of what is not yet shown it counts as fresh until it entered. */
function enter(
  sent: Sent,
  players: ReadonlyMap<string, unknown>,
  items: ReadonlyMap<string, unknown>,
  tick: number,
): Map<string, number> {
  const keys = [
    ...[...players.keys()].map((id) => `p${id}`),
    ...[...items.keys()].map((id) => `i${id}`),
  ];
  const waiting = keys.map((key) => [key, sent.entered.get(key) ?? tick] as const);
  sent.entered = new Map(waiting);
  return new Map(waiting.map(([key, since]) => [key, since - 1]));
}

/** Those whose target is in the view. */
function eventsOf(world: World, { result }: Shown, visible: View): Event[] {
  if (world.freedoms.events === 'left out') return [];
  const isSeen = (id: string): boolean => visible.players.has(id);
  const by = (id: string): string | null =>
    isSeen(id) || has(world, 'names shooters who are out of sight') ? id : null;
  const isTold = ({ target }: { target: string }): boolean =>
    isSeen(target) || has(world, 'tells the events of all');
  const isDeathTold = (death: { target: string }): boolean =>
    isTold(death) || has(world, 'tells all deaths');
  const hits = result.hits.map((hit) => ({
    ...{ kind: 'hit' as const, target: hit.target.id, by: by(hit.by.id) },
    ...{ damage: hit.damage, head: hit.isHead },
  }));
  const deaths = result.deaths.map((death) => ({
    ...{ kind: 'death' as const, target: death.target, by: by(death.by) },
  }));
  return [...hits.filter(isTold), ...deaths.filter(isDeathTold)];
}
