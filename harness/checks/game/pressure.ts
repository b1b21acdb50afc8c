/** A crowd under a byte budget, and what of it has to be told at once. */
import type {
  PlayerId,
  PlayerState,
  Rules,
  Snapshot,
  State,
} from '../../../spec/game/messages.d.ts';
import { openCrowd } from './crowd.ts';
import type { Crowd } from './crowd.ts';
import type { GameSession } from './gameSession.ts';
import type { Player, PlayerOptions } from './player.ts';
import { areaOf, seenOf, sizeOf } from './view.ts';
import type { View } from './view.ts';

const BUDGET_BYTES = 600;
const STARVATION_TICKS = 12;

/** Some twenty of thirty are in each view and walk: more than a budget in each tick, less than half of twelve budgets as a whole. */
export const PRESSURE_RULES = {
  ...{ radiusMm: 9_000, hysteresisMm: 500, budgetBytes: BUDGET_BYTES },
  starvationTicks: STARVATION_TICKS,
} satisfies Rules;

/** Most of eighteen: four times as often as the contract asks for, the whole view fits into the budgets of so many ticks. */
export const PATIENT_RULES = {
  ...{ radiusMm: 13_000, hysteresisMm: 500, budgetBytes: 512, starvationTicks: 20 },
} satisfies Rules;
export type Pressure = Required<Pick<Rules, keyof typeof PRESSURE_RULES>>;

export function openPressure(
  game: GameSession,
  seed: number,
  client?: (index: number) => PlayerOptions,
): Promise<Crowd> {
  const crowd = { seed, players: 28, items: 6, rules: PRESSURE_RULES };
  return openCrowd(game, { ...crowd, ...(client && { client }) });
}

export function openPatient(game: GameSession, seed: number): Promise<Crowd> {
  return openCrowd(game, { seed, players: 18, items: 6, rules: PATIENT_RULES });
}

/** Whether what a client lacks of the state, told as briefly as it can be, is more than the budget. */
export function isUnderPressure(
  base: View | undefined,
  state: State,
  client: PlayerId,
  rules: Pressure = PRESSURE_RULES,
): boolean {
  const area = areaOf(state, client, rules);
  if (!area) return false;
  const players = state.players
    .filter(({ id }) => area.mustPlayers.has(id))
    .map((player) => changeOf(base, player))
    .filter((change) => Object.keys(change).length > 1);
  const items = state.items
    .filter(({ id }) => area.mustItems.has(id) && !base?.items.has(id))
    .map(({ id, x, y }) => ({ id, x, y }));
  return sizeOf({ ...envelope(base, state.tick), players, items }) > rules.budgetBytes;
}

/** Its members that the base does not have. */
function changeOf(base: View | undefined, player: PlayerState): { id: PlayerId } {
  const now = seenOf(player);
  const had = base?.players.get(player.id);
  const changed = Object.entries(now).filter(
    ([member, value]) => had?.[member as keyof typeof had] !== value,
  );
  return { ...Object.fromEntries(changed), id: player.id };
}

/** Of whom hp or alive changed in the tick, and who is in the area for certain or may be. */
export function hurtIn(before: State, state: State): PlayerState[] {
  const former = new Map(before.players.map((player) => [player.id, player]));
  return state.players.filter(({ id, hp, alive }) => {
    const was = former.get(id);
    return was !== undefined && (was.hp !== hp || was.alive !== alive);
  });
}

/**
 * Whether the client's own player, all that may have left and all who may have been hurt fit into one snapshot on this base, however
 * wordily they are told.
 */
export function urgentFits(
  base: View | undefined,
  state: State,
  client: Player,
  hurt: readonly PlayerState[],
): boolean {
  const area = areaOf(state, client.id, PRESSURE_RULES);
  if (!area) return false;
  const players = state.players
    .filter(
      (player) =>
        player.id === client.id || (hurt.includes(player) && area.mayPlayers.has(player.id)),
    )
    .map(seenOf);
  const removed = {
    removedPlayers: [...(base?.players.keys() ?? [])].filter((id) => !area.mustPlayers.has(id)),
    removedItems: [...(base?.items.keys() ?? [])].filter((id) => !area.mustItems.has(id)),
  };
  return sizeOf({ ...envelope(base, state.tick), players, items: [], ...removed }) <= BUDGET_BYTES;
}

function envelope(base: View | undefined, tick: number): Snapshot {
  return { type: 'snapshot', tick, baseTick: base?.tick ?? null, lastInputSeq: tick };
}

/** Of the whole view that the client would have without a budget, with all that may be in it. */
export function wholeSize(state: State, client: PlayerId, rules: Pressure): number {
  const area = areaOf(state, client, rules);
  if (!area) return 0;
  const players = state.players.filter(({ id }) => area.mayPlayers.has(id)).map(seenOf);
  const items = state.items
    .filter(({ id }) => area.mayItems.has(id))
    .map(({ id, x, y }) => ({ id, x, y }));
  return sizeOf({ ...envelope(undefined, state.tick), players, items });
}
