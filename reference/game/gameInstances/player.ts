/** A player in a match: what is shown of it, and what is not. */
import type { PlayerId, PlayerState, Point1 as Place } from '../../../spec/game/messages.d.ts';
import { habitsOf, habitsSnapshot, noHabits } from '../antiCheat/habits.ts';
import type { Habits } from '../antiCheat/habits.ts';
import type { ChangedPlayer, ChangingMember, HiddenPlayer } from '../simulation/types.ts';

export interface Player {
  readonly id: PlayerId;
  /** The place of the join; null: as the seed says. */
  readonly spawn: Place | null;
  x: number;
  y: number;
  yawMdeg: number;
  hp: number;
  alive: boolean;
  kills: number;
  deaths: number;
  items: number;
  lastInputSeq: number;
  timeBank: number;
  fireBank: number;
  /** null: no shot yet. */
  lastFireSeq: number | null;
  spawnTick: number;
  diedTick: number;
  /** Index: tick mod rewindTicks. */
  readonly pastX: number[];
  readonly pastY: number[];
  readonly habits: Habits;
  /** As of the end of the tick before; never changed, but replaced. */
  shown: PlayerState;
}

/** Not yet anywhere: it has to appear. `pastTicks` is how many places it keeps. */
export function newPlayer(
  id: PlayerId,
  spawn: Place | null,
  banks: Pick<Player, 'timeBank' | 'fireBank'>,
  pastTicks: number,
): Player {
  const members = {
    id,
    x: 0,
    y: 0,
    yawMdeg: 0,
    hp: 0,
    alive: false,
    kills: 0,
    deaths: 0,
    items: 0,
    lastInputSeq: 0,
  };
  return {
    ...members,
    spawn,
    ...banks,
    lastFireSeq: null,
    spawnTick: 0,
    diedTick: 0,
    pastX: new Array<number>(pastTicks).fill(0),
    pastY: new Array<number>(pastTicks).fill(0),
    habits: noHabits(),
    shown: members,
  };
}

/** Makes what is shown that of now; null: it was. */
export function showPlayer(player: Player): ChangedPlayer | null {
  const members = changedMembers(player, player.shown);
  if (members.length === 0) return null;
  player.shown = {
    id: player.id,
    x: player.x,
    y: player.y,
    yawMdeg: player.yawMdeg,
    hp: player.hp,
    alive: player.alive,
    kills: player.kills,
    deaths: player.deaths,
    items: player.items,
    lastInputSeq: player.lastInputSeq,
  };
  return { id: player.id, members };
}

/** Written out, because it looks at every player in every tick. */
function changedMembers(player: Player, shown: PlayerState): ChangingMember[] {
  const members: ChangingMember[] = [];
  if (player.x !== shown.x) members.push('x');
  if (player.y !== shown.y) members.push('y');
  if (player.yawMdeg !== shown.yawMdeg) members.push('yawMdeg');
  if (player.hp !== shown.hp) members.push('hp');
  if (player.alive !== shown.alive) members.push('alive');
  if (player.kills !== shown.kills) members.push('kills');
  if (player.deaths !== shown.deaths) members.push('deaths');
  if (player.items !== shown.items) members.push('items');
  if (player.lastInputSeq !== shown.lastInputSeq) members.push('lastInputSeq');
  return members;
}

export function hiddenOf(player: Player): HiddenPlayer {
  const { id, spawn, timeBank, fireBank, lastFireSeq, spawnTick, diedTick } = player;
  const past = { pastX: [...player.pastX], pastY: [...player.pastY] };
  const habits = habitsSnapshot(player.habits);
  return { id, spawn, timeBank, fireBank, lastFireSeq, spawnTick, diedTick, ...past, habits };
}

export function restoredPlayer(shown: PlayerState, hidden: HiddenPlayer): Player {
  return {
    ...shown,
    ...hidden,
    pastX: [...hidden.pastX],
    pastY: [...hidden.pastY],
    habits: habitsOf(hidden.habits),
    shown,
  };
}
