/** What a client holds: snapshots folded on their bases, and what of the state has to be in it. */
import type {
  AllRules,
  Item,
  ItemId,
  PlayerChange,
  PlayerId,
  PlayerState,
  ServerMessage,
  Snapshot,
  State,
} from '../../../spec/game/messages.d.ts';
import { canonicalText } from '../../history/canonicalText.ts';
import type { Json } from '../../target/target.ts';
import { Violation } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { d2 } from './rules/geometry.ts';

/** What a view has of a player: all members of PlayerChange. */
export type SeenPlayer = Required<PlayerChange>;
export type SeenItem = Pick<Item, 'id' | 'x' | 'y'>;

const PLAYER_MEMBERS = [
  'id',
  'x',
  'y',
  'yawMdeg',
  'hp',
  'alive',
  'kills',
  'deaths',
  'items',
] as const satisfies readonly (keyof SeenPlayer)[];
const ITEM_MEMBERS = ['id', 'x', 'y'] as const satisfies readonly (keyof SeenItem)[];

export interface View {
  readonly tick: number;
  readonly lastInputSeq: number;
  readonly players: ReadonlyMap<PlayerId, SeenPlayer>;
  readonly items: ReadonlyMap<ItemId, SeenItem>;
}

/**
 * The view that a snapshot gives on its base. Members that the contract does not name are left out.
 * @param base undefined where baseTick is null
 * @throws Violation when an entity that the base does not have comes without all its members
 */
export function foldSnapshot(snapshot: Snapshot, base: View | undefined, client: PlayerId): View {
  const { tick, lastInputSeq } = snapshot;
  const players = new Map(base?.players);
  const items = new Map(base?.items);
  for (const id of snapshot.removedPlayers ?? []) players.delete(id);
  for (const id of snapshot.removedItems ?? []) items.delete(id);
  for (const change of snapshot.players ?? []) {
    const seen = { ...players.get(change.id), ...only(PLAYER_MEMBERS, change) };
    const missing = PLAYER_MEMBERS.filter((member) => seen[member] === undefined);
    hold(
      missing.length === 0,
      `${client}'s snapshot of tick ${tick} brings player ${change.id}, whom its base ${snapshot.baseTick} does not have, without ${missing.join(', ')}.`,
      PLAYER_MEMBERS,
      change,
    );
    players.set(change.id, seen as SeenPlayer);
  }
  for (const item of snapshot.items ?? []) items.set(item.id, only(ITEM_MEMBERS, item) as SeenItem);
  return { tick, lastInputSeq, players, items };
}

/** By the authoritative places at the end of the tick. */
export interface Area {
  /** In the view, whatever is free: the client's own player, and what lies within radiusMm. */
  readonly mustPlayers: ReadonlySet<PlayerId>;
  readonly mustItems: ReadonlySet<ItemId>;
  /** In the view or not: also what must be in it. */
  readonly mayPlayers: ReadonlySet<PlayerId>;
  readonly mayItems: ReadonlySet<ItemId>;
}

/** Undefined where the client's player is not in the state: then nothing is said about its view. */
export function areaOf(
  state: State,
  client: PlayerId,
  { radiusMm, hysteresisMm }: Pick<AllRules, 'radiusMm' | 'hysteresisMm'>,
): Area | undefined {
  const self = state.players.find(({ id }) => id === client);
  if (!self) return undefined;
  const lying = state.items.filter(({ owner }) => owner === null);
  const within = (mm: number, things: readonly { id: string; x: number; y: number }[]) =>
    new Set(things.filter((thing) => d2(self, thing) <= mm ** 2).map(({ id }) => id));
  return {
    mustPlayers: within(radiusMm, state.players),
    mustItems: within(radiusMm, lying),
    mayPlayers: within(radiusMm + hysteresisMm, state.players),
    mayItems: within(radiusMm + hysteresisMm, lying),
  };
}

/**
 * The view has what is near and nothing that is far, each with the members of the state, and lastInputSeq. For matches without a byte
 * budget, or with one that suffices.
 * @returns how many members were compared
 * @throws Violation naming client, tick, entity, member, expected and actual
 */
export function holdView(
  view: View,
  state: State,
  client: PlayerId,
  rules: Pick<AllRules, 'radiusMm' | 'hysteresisMm'>,
): number {
  const what = `${client}'s view of tick ${view.tick}`;
  hold(
    view.tick === state.tick,
    `The check compares ${what} with the state of tick ${state.tick}.`,
  );
  const area = areaOf(state, client, rules);
  const self = state.players.find(({ id }) => id === client);
  if (!area || !self) {
    throw new Violation(
      `${client} got a snapshot of tick ${view.tick}, where getState does not have it.`,
      client,
      state.players.map(({ id }) => id),
    );
  }
  hold(
    view.lastInputSeq === self.lastInputSeq,
    `${client}'s snapshot of tick ${view.tick} has lastInputSeq ${view.lastInputSeq}, where getState has ${self.lastInputSeq}.`,
    self.lastInputSeq,
    view.lastInputSeq,
  );
  holdInside(what, 'player', view.players, area.mustPlayers, area.mayPlayers);
  holdInside(what, 'item', view.items, area.mustItems, area.mayItems);
  return holdMembers(view, state, client);
}

/** Whatever the view shows has the members of the state: every check of views that is not about the area. @returns how many were compared */
export function holdMembers(view: View, state: State, client: PlayerId): number {
  const what = `${client}'s view of tick ${view.tick}`;
  const players = new Map(state.players.map((player) => [player.id, player]));
  const items = new Map(state.items.map((item) => [item.id, item]));
  let compared = 0;
  for (const seen of view.players.values()) {
    const player = players.get(seen.id);
    hold(
      player !== undefined,
      `${what} has player ${seen.id}, who is not in the match.`,
      undefined,
      seen,
    );
    compared += holdSameMembers(`${what}, player ${seen.id}`, PLAYER_MEMBERS, seen, player);
  }
  for (const seen of view.items.values()) {
    const item = items.get(seen.id);
    hold(
      item?.owner === null,
      `${what} has item ${seen.id}, which does not lie in the world.`,
      item ?? 'no such item',
      seen,
    );
    compared += holdSameMembers(`${what}, item ${seen.id}`, ITEM_MEMBERS, seen, item);
  }
  return compared;
}

/** Of the state's player what a view shows of it. */
export function seenOf(player: PlayerState): SeenPlayer {
  return only(PLAYER_MEMBERS, player) as SeenPlayer;
}

/** Length of the RFC 8785 form in UTF-8, in bytes. */
export function sizeOf(message: ServerMessage): number {
  return Buffer.byteLength(canonicalText(message as unknown as Json));
}

function holdInside(
  what: string,
  kind: string,
  seen: ReadonlyMap<string, unknown>,
  must: ReadonlySet<string>,
  may: ReadonlySet<string>,
): void {
  const missing = [...must].filter((id) => !seen.has(id));
  hold(
    missing.length === 0,
    `${what} lacks ${kind} ${missing[0]}, which is within radiusMm.`,
    [...must],
    [...seen.keys()],
  );
  const extra = [...seen.keys()].filter((id) => !may.has(id));
  hold(
    extra.length === 0,
    `${what} has ${kind} ${extra[0]}, which is not there or farther than radiusMm and hysteresisMm.`,
    [...may],
    [...seen.keys()],
  );
}

function holdSameMembers<T extends object>(
  what: string,
  members: readonly (keyof T & string)[],
  seen: T,
  actual: T,
): number {
  for (const member of members) {
    hold(
      seen[member] === actual[member],
      `${what}: ${member} is ${String(seen[member])}, where getState has ${String(actual[member])}.`,
      actual[member],
      seen[member],
    );
  }
  return members.length;
}

function only<T extends object, K extends keyof T>(members: readonly K[], from: T): Pick<T, K> {
  const taken = members.flatMap((member) =>
    from[member] === undefined ? [] : [[member, from[member]] as const],
  );
  return Object.fromEntries(taken) as Pick<T, K>;
}
