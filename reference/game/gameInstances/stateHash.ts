/**
 * The hash of a state: SHA-256 of its canonical JSON. Of one tick and the next most is the same, so texts of players are made
 * anew only where they changed, and the items, of which there may be thousands, are hashed once for as long as none is taken.
 */
import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { ItemState, PlayerState, State } from '../../../spec/game/messages.d.ts';

export class StateHasher {
  /** Of the state before, one text for each player. */
  private players: readonly PlayerState[] = [];
  private texts: readonly string[] = [];
  private items: readonly ItemState[] | null = null;
  private afterItems: Hash = createHash('sha256');

  /** Lower-case hex. What the state is made of must not change afterwards. */
  hash({ tick, players, items }: State): string {
    if (items !== this.items) {
      this.items = items;
      this.afterItems = createHash('sha256').update(`{"items":[${items.map(itemText).join()}],`);
    }
    this.texts = players.map((player, index) =>
      player === this.players[index] ? this.texts[index]! : playerText(player),
    );
    this.players = players;
    const rest = `"players":[${this.texts.join()}],"tick":${tick}}`;
    return this.afterItems.copy().update(rest).digest('hex');
  }
}

/** Ids need no escape. Members in the order of their names. */
function playerText(player: PlayerState): string {
  const { alive, deaths, hp, id, items, kills, lastInputSeq, x, y, yawMdeg } = player;
  return (
    `{"alive":${alive},"deaths":${deaths},"hp":${hp},"id":"${id}","items":${items},"kills":${kills},` +
    `"lastInputSeq":${lastInputSeq},"x":${x},"y":${y},"yawMdeg":${yawMdeg}}`
  );
}

function itemText({ id, owner, x, y }: ItemState): string {
  return `{"id":"${id}","owner":${owner === null ? 'null' : `"${owner}"`},"x":${x},"y":${y}}`;
}
