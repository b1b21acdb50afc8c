/** What one stream is shown of a match: a snapshot each tick, against the newest one that its client has acknowledged. */
import type { AllRules } from '../../../spec/game/messages.d.ts';
import { fitToBudget } from '../networkOptimizer/fitToBudget.ts';
import { waitingTimes } from '../networkOptimizer/waitingTimes.ts';
import type { WaitingTimes } from '../networkOptimizer/waitingTimes.ts';
import { areaOf } from './areaOfInterest.ts';
import type { Area } from './areaOfInterest.ts';
import { addDifference, addEvents, bytesOfPlayers, EMPTY_VIEW } from './difference.ts';
import { Packet, wholeSize } from './packet.ts';
import type { SnapshotHead } from './packet.ts';
import { viewHistory } from './viewHistory.ts';
import type { Base, View, ViewHistory } from './viewHistory.ts';
import type { World } from './world.ts';

/** A snapshot that changes a view may be so much larger than the whole one. */
const MAX_EXTRA_BYTES = 64;

export type ReplicaRules = Pick<
  AllRules,
  'radiusMm' | 'hysteresisMm' | 'historyTicks' | 'budgetBytes'
>;

export interface Snapshot {
  readonly text: string;
  readonly isWhole: boolean;
  /** To be called when it is sent: only then it can be acknowledged. */
  sent(): void;
}

export class Replica {
  readonly #rules: ReplicaRules;
  readonly #history: ViewHistory;
  readonly #waiting: WaitingTimes | undefined;
  #area: Area | undefined;

  constructor(rules: ReplicaRules) {
    this.#rules = rules;
    this.#history = viewHistory(rules.historyTicks);
    this.#waiting = rules.budgetBytes === undefined ? undefined : waitingTimes();
  }

  acknowledge(tick: number): void {
    this.#history.acknowledge(tick);
  }

  /** Of the world's tick, for the player of the slot. */
  snapshot(world: World, self: number): Snapshot {
    const { tick } = world;
    const area = areaOf(world, world.records[self]!, this.#rules, this.#area);
    this.#area = area;
    this.#waiting?.follow(area, tick);
    const base = this.#history.baseAt(tick);
    const lastInputSeq = world.lastInputSeq(self);
    const head = { tick, baseTick: base?.tick ?? null, lastInputSeq };
    const whole = { records: area.records, items: area.items.list };
    const { view, packet } = this.#pack({ world, self, base, head }, whole);
    return {
      text: packet.text(),
      isWhole: packet.isWhole,
      sent: () => this.#history.sent(tick, view),
    };
  }

  #pack(frame: Frame, view: View): Packed {
    const { world, self, base } = frame;
    const limit = this.#rules.budgetBytes ?? Infinity;
    // What leaves costs nothing where one begins anew.
    for (const from of base ? [base, undefined] : [undefined]) {
      const packet = packView(frame, view, from, limit);
      if (packet) return { view, packet };
    }
    const packet = new Packet(frame.head, limit);
    const { tick, items, events } = world;
    const from = base?.view ?? EMPTY_VIEW;
    const part = fitToBudget(packet, {
      ...{ tick, from, to: view, self, items },
      waiting: this.#waiting!,
    });
    addEvents(packet, events, part);
    return { view: part, packet: notLargerThanWhole(packet, frame, part) };
  }
}

interface Frame {
  readonly world: World;
  /** The slot of the client's own player. */
  readonly self: number;
  readonly base: Base | undefined;
  readonly head: SnapshotHead;
}

interface Packed {
  readonly view: View;
  readonly packet: Packet;
}

/** All of the view, and as many events as fit. Undefined: the view does not. */
function packView(
  frame: Frame,
  view: View,
  from: Base | undefined,
  limit: number,
): Packet | undefined {
  const { world, head } = frame;
  const packet = new Packet(from ? head : { ...head, baseTick: null });
  addDifference(packet, from?.view ?? EMPTY_VIEW, view, world);
  if (packet.size > limit) return undefined;
  packet.limit = limit;
  addEvents(packet, world.events, view);
  return from ? notLargerThanWhole(packet, frame, view) : packet;
}

/** The packet, or the whole view where that is so much smaller. */
function notLargerThanWhole(packet: Packet, frame: Frame, view: View): Packet {
  const { world, head } = frame;
  if (packet.isWhole || packet.extraBytes <= MAX_EXTRA_BYTES) return packet;
  const size = wholeSize(head, bytesOfPlayers(view), world.items.bytesOf(view.items));
  if (packet.size <= size + MAX_EXTRA_BYTES) return packet;
  const whole = new Packet({ ...head, baseTick: null });
  addDifference(whole, EMPTY_VIEW, view, world);
  whole.limit = packet.limit;
  addEvents(whole, world.events, view);
  return whole;
}
