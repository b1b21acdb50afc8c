/** What the view of a client lacks of what it should show, the most urgent first. */
import type { Item, PlayerChange } from '../../../../spec/game/messages.d.ts';
import type { Filling } from './budget.ts';
import type { Seen, View } from './snapshots.ts';
import { has } from './switches.ts';
import type { World } from './world.ts';

export type Entry =
  | { readonly list: 'players'; readonly value: PlayerChange }
  | { readonly list: 'items'; readonly value: Item }
  | { readonly list: 'removedPlayers' | 'removedItems'; readonly value: string };

interface Ranked {
  readonly entry: Entry;
  readonly isOwn: boolean;
  /** hp or alive changed in this tick. */
  readonly isUrgent: boolean;
  /** The client has shown it as it was since this tick. */
  readonly since: number;
}

export function lackOf(world: World, filling: Filling): Entry[] {
  const { wanted } = filling;
  const base = contentBase(world, filling);
  const removed = removals(world, filling, base);
  const changes = [...playerChanges(world, filling, base), ...newItems(world, filling, base)];
  const own = changes.filter(({ isOwn }) => isOwn);
  const others = changes.filter(({ isOwn }) => !isOwn);
  if (has(world, 'treats all alike under the budget')) {
    return entries([...others.toSorted((a, b) => a.since - b.since), ...own]).concat(removed);
  }
  const urgent = others.filter(({ isUrgent }) => isUrgent);
  const rest = others.filter(({ isUrgent }) => !isUrgent);
  if (!has(world, 'serves the same ones first')) rest.sort((a, b) => a.since - b.since);
  if (has(world, 'leaves removals for the end')) {
    return [...entries([...own, ...urgent, ...rest]), ...removed];
  }
  if (wanted.players.size > 0 && has(world, 'serves its own player last')) {
    return [...removed, ...entries([...urgent, ...rest, ...own])];
  }
  return [...entries(own), ...removed, ...entries([...urgent, ...rest])];
}

function entries(ranked: readonly Ranked[]): Entry[] {
  return ranked.map(({ entry }) => entry);
}

/** What is taken for what the client has. */
function contentBase(world: World, { base, shown, sent, frame, wanted }: Filling): View {
  const isFirst = frame.baseTick === null;
  if (isFirst && sent.newestTick !== undefined && has(world, 'sends changes without a base')) {
    return sent.newest;
  }
  if (isFirst) {
    return has(world, 'makes deltas on a new stream') ? (sent.before ?? base) : base;
  }
  if (has(world, 'makes deltas on what it sent last')) return sent.newest;
  if (!has(world, 'makes one delta for all')) return base;
  const old = new Map(shown.before?.players.map((player) => [player.id, player]));
  const had = [...wanted.players.keys()].flatMap((id) => {
    const player = old.get(id);
    return player && sent.newest.players.has(id) ? [[id, player as Seen] as const] : [];
  });
  return { ...base, players: new Map(had), items: sent.newest.items };
}

function removals(world: World, { wanted, sent, frame }: Filling, base: View): Entry[] {
  if (frame.baseTick === null) return [];
  const isOnce = has(world, 'tells a removal once') || has(world, 'makes one delta for all');
  const players = isOnce ? sent.newest.players : base.players;
  const items = isOnce ? sent.newest.items : base.items;
  const ids = has(world, 'removes whatever it ever showed')
    ? [...sent.everShown]
    : [...players.keys()];
  const isGone = (id: string): boolean => !wanted.players.has(id);
  const leavesItems = has(world, 'forgets to remove items');
  return [
    ...ids.filter(isGone).map((value) => ({ list: 'removedPlayers' as const, value })),
    ...[...items.keys()]
      .filter((id) => !wanted.items.has(id) && !leavesItems)
      .map((value) => ({ list: 'removedItems' as const, value })),
  ];
}

function* playerChanges(world: World, { wanted, base, shown, sent }: Filling, content: View) {
  const before = new Map(shown.before?.players.map((player) => [player.id, player]));
  for (const [id, seen] of wanted.players) {
    const value = changeOf(world, seen, content.players.get(id), sent.everShown.has(id));
    if (!value) continue;
    const old = before.get(id);
    const isUrgent = old !== undefined && (old.hp !== seen.hp || old.alive !== seen.alive);
    const since = (base.players.has(id) ? base : wanted).freshAt.get(`p${id}`) ?? 0;
    const entry: Entry = { list: 'players', value };
    yield { entry, isOwn: id === sent.player, isUrgent, since };
  }
}

function* newItems(world: World, { wanted }: Filling, content: View) {
  for (const [id, value] of wanted.items) {
    const since = wanted.freshAt.get(`i${id}`) ?? 0;
    if (content.items.has(id) && !has(world, 'repeats everything')) continue;
    yield { entry: { list: 'items' as const, value }, isOwn: false, isUrgent: false, since };
  }
}

const MEMBERS = ['x', 'y', 'yawMdeg', 'hp', 'alive', 'kills', 'deaths', 'items'] as const;

export function isSame(had: Seen, seen: Seen): boolean {
  return had === seen || MEMBERS.every((member) => had[member] === seen[member]);
}

/** Undefined where nothing changed. */
function changeOf(
  world: World,
  seen: Seen,
  had: Seen | undefined,
  wasEverShown: boolean,
): PlayerChange | undefined {
  if (has(world, 'repeats everything')) return seen;
  if (had === seen) return undefined;
  if (has(world, 'sends the tokens of all')) {
    return { ...seen, token: world.players.get(seen.id)?.token } as PlayerChange;
  }
  if (!had && wasEverShown && has(world, 'brings who comes back without its members')) {
    return { id: seen.id, x: seen.x, y: seen.y };
  }
  if (!had) return seen;
  const changed = MEMBERS.filter((member) => had[member] !== seen[member]).filter(
    (member) =>
      !(member === 'yawMdeg' && has(world, 'leaves the yaw out of deltas')) &&
      !(member === 'deaths' && has(world, 'leaves deaths out of deltas')),
  );
  if (changed.length === 0) return undefined;
  if (world.freedoms.unchangedMembers === 'repeated') return seen;
  return { id: seen.id, ...Object.fromEntries(changed.map((member) => [member, seen[member]])) };
}
