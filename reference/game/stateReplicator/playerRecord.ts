/**
 * What is shown of a player while it does not change, with its JSON. A view is made of records: the same record is the same
 * members, and its texts are made once for all clients.
 */
import type { PlayerState } from '../../../spec/game/messages.d.ts';

export class PlayerRecord {
  readonly player: PlayerState;
  /** The tick since which it holds. */
  readonly since: number;
  /** Whether it follows another one of the player, with other hit points or from life to death or back. */
  readonly isUrgent: boolean;
  /** The tick since which another one holds, or the player is gone. */
  until = Infinity;
  #whole: string | undefined;
  #base: PlayerRecord | undefined;
  #change = '';
  #otherChanges: Map<PlayerRecord, string> | undefined;

  constructor(player: PlayerState, since: number, former?: PlayerRecord) {
    this.player = player;
    this.since = since;
    this.isUrgent =
      former !== undefined &&
      (former.player.hp !== player.hp || former.player.alive !== player.alive);
  }

  /** All members, as a `PlayerChange`. */
  get whole(): string {
    return (this.#whole ??= wholeText(this.player));
  }

  /** The members that are not as in `base`, which is a record of the same player. Most clients have the same base. */
  changeFrom(base: PlayerRecord): string {
    if (base === this.#base) return this.#change;
    if (this.#base === undefined) {
      this.#base = base;
      this.#change = changeText(base.player, this.player);
      return this.#change;
    }
    this.#otherChanges ??= new Map();
    let change = this.#otherChanges.get(base);
    if (change === undefined) {
      change = changeText(base.player, this.player);
      this.#otherChanges.set(base, change);
    }
    return change;
  }

  /** Drops what was made for clients: those who come later have other bases. */
  retire(tick: number): void {
    this.until = tick;
    this.#base = undefined;
    this.#otherChanges = undefined;
  }
}

/** Whether a client could tell the two apart. */
export function looksAlike(one: PlayerState, other: PlayerState): boolean {
  return (
    one.x === other.x &&
    one.y === other.y &&
    one.yawMdeg === other.yawMdeg &&
    one.hp === other.hp &&
    one.alive === other.alive &&
    one.kills === other.kills &&
    one.deaths === other.deaths &&
    one.items === other.items
  );
}

function wholeText(player: PlayerState): string {
  const { id, x, y, yawMdeg, hp, alive, kills, deaths, items } = player;
  return (
    `{"id":"${id}","x":${x},"y":${y},"yawMdeg":${yawMdeg},"hp":${hp},"alive":${alive},` +
    `"kills":${kills},"deaths":${deaths},"items":${items}}`
  );
}

function changeText(base: PlayerState, now: PlayerState): string {
  let text = `{"id":"${now.id}"`;
  if (now.x !== base.x) text += `,"x":${now.x}`;
  if (now.y !== base.y) text += `,"y":${now.y}`;
  if (now.yawMdeg !== base.yawMdeg) text += `,"yawMdeg":${now.yawMdeg}`;
  if (now.hp !== base.hp) text += `,"hp":${now.hp}`;
  if (now.alive !== base.alive) text += `,"alive":${now.alive}`;
  if (now.kills !== base.kills) text += `,"kills":${now.kills}`;
  if (now.deaths !== base.deaths) text += `,"deaths":${now.deaths}`;
  if (now.items !== base.items) text += `,"items":${now.items}`;
  return `${text}}`;
}
