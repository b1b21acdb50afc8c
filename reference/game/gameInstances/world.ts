/** Who and what is in a match now. */
import type { ItemId, ItemState, PlayerId, State } from '../../../spec/game/messages.d.ts';
import type { Taken } from '../conflictResolver/takes.ts';
import type {
  ChangedPlayer,
  SimulationOptions,
  SimulationSnapshot,
  TickInput,
} from '../simulation/types.ts';
import { appear, isDueToAppear } from './appear.ts';
import { fullBanks } from './banks.ts';
import { hiddenOf, newPlayer, restoredPlayer, showPlayer } from './player.ts';
import type { Player } from './player.ts';
import { compareIds } from './tickLog.ts';

export class World {
  /** By id. */
  players: Player[] = [];
  private readonly options: SimulationOptions;
  private readonly byId = new Map<PlayerId, Player>();
  /** By id. Never changed, but replaced. */
  private items: ItemState[];
  private readonly itemIndex: ReadonlyMap<ItemId, number>;

  constructor(options: SimulationOptions, snapshot?: SimulationSnapshot) {
    this.options = options;
    this.items =
      snapshot?.state.items ??
      options.map.items
        .map(({ id, x, y }) => ({ id, x, y, owner: null }))
        .sort((one, other) => compareIds(one.id, other.id));
    this.itemIndex = new Map(this.items.map(({ id }, index) => [id, index]));
    snapshot?.players.forEach((hidden, index) => {
      this.byId.set(hidden.id, restoredPlayer(snapshot.state.players[index]!, hidden));
    });
    this.order();
  }

  itemWith(id: ItemId): ItemState | undefined {
    const index = this.itemIndex.get(id);
    return index === undefined ? undefined : this.items[index];
  }

  /** Those who were there, by id. */
  leave(left: TickInput['left']): PlayerId[] {
    const gone = left.filter((id) => this.byId.delete(id));
    if (gone.length === 0) return gone;
    this.order();
    // Else every id that was ever there would be remembered for good.
    for (const { habits } of this.players) gone.forEach((id) => habits.livesHit.delete(id));
    return gone.sort(compareIds);
  }

  /** Who appears anew, by id. */
  join(joined: TickInput['joined'], tick: number): Player[] {
    const { rules } = this.options;
    const anew = joined
      .filter(({ player }) => !this.byId.has(player))
      .map(({ player: id, spawn }) => {
        const player = newPlayer(id, spawn ?? null, fullBanks(rules), rules.rewindTicks);
        appear(player, tick, this.options);
        showPlayer(player);
        this.byId.set(id, player);
        return player;
      });
    if (anew.length > 0) this.order();
    return anew.sort((one, other) => compareIds(one.id, other.id));
  }

  /** Dead players whose time has come. */
  appearAgain(tick: number): void {
    for (const player of this.players) {
      if (isDueToAppear(player, tick, this.options.rules.respawnTicks)) {
        appear(player, tick, this.options);
      }
    }
  }

  give(taken: readonly Taken[]): void {
    if (taken.length === 0) return;
    this.items = [...this.items];
    for (const { item, by } of taken) {
      const index = this.itemIndex.get(item)!;
      this.items[index] = { ...this.items[index]!, owner: by.id };
      by.items++;
    }
  }

  /** What is shown is now that of this tick. */
  show(): ChangedPlayer[] {
    return this.players.map(showPlayer).filter((changed) => changed !== null);
  }

  state(tick: number): State {
    return { tick, players: this.players.map(({ shown }) => shown), items: this.items };
  }

  snapshot(state: State): SimulationSnapshot {
    return { version: 1, state, players: this.players.map(hiddenOf) };
  }

  private order(): void {
    this.players = [...this.byId.values()].sort((one, other) => compareIds(one.id, other.id));
  }
}
