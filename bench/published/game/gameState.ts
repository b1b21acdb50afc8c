/** `GameState`: ApplyAction answers another state and leaves this one as it is; GenerateDelta tells the two apart. */
import type {
  AllRules,
  ItemState,
  Map as GameMap,
  PlayerChange,
  PlayerState,
  Point,
} from '../../../spec/game/messages.d.ts';
import type { PlayerAction } from './playerAction.ts';

export interface GameState {
  readonly tick: number;
  readonly players: ReadonlyMap<string, PlayerState>;
  readonly items: ReadonlyMap<string, ItemState>;
}

export interface Delta {
  readonly players: PlayerChange[];
  readonly removedItems: string[];
}

export function emptyState({ items }: GameMap): GameState {
  return {
    tick: 0,
    players: new Map(),
    items: new Map(items.map((item) => [item.id, { ...item, owner: null }])),
  };
}

export function withPlayer(state: GameState, player: PlayerState): GameState {
  return { ...state, players: new Map(state.players).set(player.id, player) };
}

export function squaredDistance(a: Point, b: Point): number {
  return (a.x - b.x) ** 2 + (a.y - b.y) ** 2;
}

/** Throws where the action cannot be applied. */
export function applyAction(
  state: GameState,
  action: PlayerAction,
  rules: AllRules,
  { widthMm, heightMm }: GameMap,
): GameState {
  const found = state.players.get(action.playerId);
  if (!found) throw new Error('no such player');
  const player = { ...found, lastInputSeq: action.seq };
  switch (action.type) {
    case 'MOVE':
      return withPlayer(state, {
        ...player,
        x: cut(player.x + action.dx, widthMm),
        y: cut(player.y + action.dy, heightMm),
        yawMdeg: action.yawMdeg ?? player.yawMdeg,
      });
    case 'TAKE':
      return taken(state, player, action.item!, rules);
    case 'FIRE':
      return shot(withPlayer(state, player), player, action.position!, rules);
  }
}

function taken(state: GameState, player: PlayerState, id: string, rules: AllRules): GameState {
  const item = state.items.get(id);
  if (!item || item.owner !== null || squaredDistance(player, item) > rules.reachMm ** 2)
    throw new Error('the item is not there');
  const items = new Map(state.items).set(id, { ...item, owner: player.id });
  return { ...withPlayer(state, { ...player, items: player.items + 1 }), items };
}

/** Looks at the places of now: the design has no history. */
function shot(state: GameState, shooter: PlayerState, point: Point, rules: AllRules): GameState {
  let target: PlayerState | undefined;
  for (const player of state.players.values()) {
    if (player.id === shooter.id || !player.alive) continue;
    if (!target || squaredDistance(player, point) < squaredDistance(target, point)) target = player;
  }
  if (!target || squaredDistance(target, point) > rules.hitRadiusMm ** 2) return state;
  const isHead = squaredDistance(target, point) <= rules.headRadiusMm ** 2;
  const hp = Math.max(0, target.hp - rules.damage * (isHead ? 2 : 1));
  if (hp > 0) return withPlayer(state, { ...target, hp });
  const dead = { ...target, hp, alive: false, deaths: target.deaths + 1 };
  return withPlayer(withPlayer(state, dead), { ...shooter, kills: shooter.kills + 1 });
}

function cut(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

export function generateDelta(from: GameState, to: GameState): Delta {
  const players: PlayerChange[] = [];
  for (const player of to.players.values()) {
    const before = from.players.get(player.id);
    if (before !== player) players.push(changeOf(before, player));
  }
  const removedItems = [...to.items.values()]
    .filter((item) => item.owner !== null && from.items.get(item.id)?.owner === null)
    .map(({ id }) => id);
  return { players, removedItems };
}

const SHOWN = ['x', 'y', 'yawMdeg', 'hp', 'alive', 'kills', 'deaths', 'items'] as const;

export function changeOf(before: PlayerState | undefined, player: PlayerState): PlayerChange {
  const changed = SHOWN.filter((member) => before?.[member] !== player[member]);
  return {
    id: player.id,
    ...Object.fromEntries(changed.map((member) => [member, player[member]])),
  };
}
