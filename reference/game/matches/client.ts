/** One stream of a player: what it is sent, and how its client is told that something was not taken. */
import type { Correction, Kick, Pong, Reject, Welcome } from '../../../spec/game/messages.d.ts';
import type { Outlet } from '../networkOptimizer/outlet.ts';
import { Replica } from '../stateReplicator/replica.ts';
import type { ReplicaRules } from '../stateReplicator/replica.ts';
import type { World } from '../stateReplicator/world.ts';
import type { Traffic } from './traffic.ts';

export type Told = Welcome | Correction | Reject | Pong;

export class Client {
  readonly #outlet: Outlet;
  readonly #replica: Replica;
  readonly #traffic: Traffic;

  constructor(outlet: Outlet, rules: ReplicaRules, traffic: Traffic) {
    this.#outlet = outlet;
    this.#replica = new Replica(rules);
    this.#traffic = traffic;
  }

  acknowledge(tick: number): void {
    this.#replica.acknowledge(tick);
  }

  /** False: it is too far behind. */
  tell(message: Told): boolean {
    const text = JSON.stringify(message);
    this.#traffic.bytesOut += text.length;
    return this.#outlet.send(text);
  }

  /** `slot`: of its player. */
  show(world: World, slot: number): void {
    const traffic = this.#traffic;
    const { text, isWhole, sent } = this.#replica.snapshot(world, slot);
    if (!this.#outlet.sendSnapshot(text)) {
      traffic.dropped++;
      return;
    }
    sent();
    traffic.snapshots++;
    if (isWhole) traffic.fullSnapshots++;
    traffic.bytesOut += text.length;
  }

  kick(code: Kick['code']): void {
    this.#outlet.end(JSON.stringify({ type: 'kick', code } satisfies Kick));
  }

  drop(): void {
    this.#outlet.drop();
  }
}
