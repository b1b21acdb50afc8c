/** For tests: a client that applies what it is sent as the contract says, and complains where that cannot be done. */
import type {
  Correction,
  Item,
  Kick,
  PlayerChange,
  Pong,
  Reject,
  Snapshot,
  Welcome,
} from '../../../spec/game/messages.d.ts';
import type { Match, PlayerStream } from '../matches/match.ts';
import type { Outlet } from '../networkOptimizer/outlet.ts';

export interface ClientView {
  readonly players: ReadonlyMap<string, Required<PlayerChange>>;
  readonly items: ReadonlyMap<string, Item>;
}

export type Told = Correction | Kick | Pong | Reject | Welcome;

const MEMBERS = ['id', 'x', 'y', 'yawMdeg', 'hp', 'alive', 'kills', 'deaths', 'items'] as const;

export class ModelClient {
  readonly player: string;
  readonly token: string;
  readonly stream: PlayerStream;
  /** What it was told beside snapshots. */
  readonly told: Told[] = [];
  /** Every snapshot that was sent, also those that it lost. */
  readonly snapshots: Snapshot[] = [];
  readonly acknowledged = new Set<number>();
  /** Of the newest snapshot that it did not lose. */
  view: ClientView = { players: new Map(), items: new Map() };
  tick = 0;
  bytes = 0;
  isEnded = false;
  isReading = true;
  /** Whether the next snapshot is lost. */
  loses = (): boolean => false;
  readonly #views = new Map<number, ClientView>();

  constructor(match: Match, player: string, spawn?: { x: number; y: number }) {
    this.player = player;
    this.token = match.join(player, spawn);
    this.stream = match.open(player, this.token, this.#outlet());
  }

  acknowledge(tick = this.tick): void {
    this.acknowledged.add(tick);
    this.stream.hear({ type: 'ack', tick });
  }

  get last(): Snapshot {
    return this.snapshots.at(-1)!;
  }

  #outlet(): Outlet {
    const end = (text: string): void => {
      this.told.push(JSON.parse(text) as Told);
      this.isEnded = true;
    };
    return {
      send: (text) => this.told.push(JSON.parse(text) as Told) > 0,
      sendSnapshot: (text) => {
        if (!this.isReading) return false;
        this.#take(text);
        return true;
      },
      end,
      drop: () => undefined,
    };
  }

  #take(text: string): void {
    const snapshot = JSON.parse(text) as Snapshot;
    if (JSON.stringify(snapshot) !== text) throw new Error(`not without spaces: ${text}`);
    this.snapshots.push(snapshot);
    this.bytes = text.length;
    if (this.loses()) return;
    this.view = apply(this.#base(snapshot), snapshot);
    this.tick = snapshot.tick;
    this.#views.set(this.tick, this.view);
  }

  #base({ baseTick }: Snapshot): ClientView {
    if (baseTick === null) return { players: new Map(), items: new Map() };
    const base = this.#views.get(baseTick);
    if (!base || !this.acknowledged.has(baseTick)) {
      throw new Error(
        `${this.player} was sent a change of tick ${baseTick}, which it never acknowledged`,
      );
    }
    return base;
  }
}

function apply(base: ClientView, snapshot: Snapshot): ClientView {
  const players = new Map(base.players);
  const items = new Map(base.items);
  for (const id of snapshot.removedPlayers ?? []) players.delete(id);
  for (const id of snapshot.removedItems ?? []) items.delete(id);
  for (const change of snapshot.players ?? []) {
    const player = { ...players.get(change.id), ...change };
    const missing = MEMBERS.find((member) => player[member] === undefined);
    if (missing) throw new Error(`${change.id} came without ${missing}`);
    players.set(change.id, player as Required<PlayerChange>);
  }
  for (const item of snapshot.items ?? []) items.set(item.id, item);
  return { players, items };
}
