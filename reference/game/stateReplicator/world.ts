/** The state of the newest tick as clients may be shown it: records of the players, by slot, and where items lie. */
import type { AllRules, State } from '../../../spec/game/messages.d.ts';
import type { TickResult } from '../simulation/types.ts';
import type { RecordsInView } from './areaOfInterest.ts';
import { comparePlayers } from './difference.ts';
import type { DifferenceWorld, PlayerLists } from './difference.ts';
import { eventsOf } from './events.ts';
import type { TickEvent } from './events.ts';
import { itemGrid } from './itemGrid.ts';
import { looksAlike, PlayerRecord } from './playerRecord.ts';

export interface World extends DifferenceWorld {
  readonly tick: number;
  /** By slot. A slot is given to another player only when no view that can be built upon has its former one. */
  readonly records: readonly (PlayerRecord | undefined)[];
  /** `records`, as the view of who sees all of them. Never changes: the next tick has another one. */
  readonly everybody: RecordsInView;
  readonly events: readonly TickEvent[];
  /** Undefined: not in the state. */
  slotOf(player: string): number | undefined;
  lastInputSeq(slot: number): number;
  /** Goes on to the state after a tick, with what happened in it. */
  follow(state: State, result: Pick<TickResult, 'hits' | 'deaths' | 'taken'>): void;
}

export function worldFrom(
  state: State,
  rules: Pick<AllRules, 'radiusMm' | 'hysteresisMm' | 'historyTicks'>,
): World {
  const slots = new Map<string, number>();
  const departed = new Map<string, { slot: number; tick: number }>();
  const inputSeqs: number[] = [];
  const records: (PlayerRecord | undefined)[] = [];
  const items = itemGrid(state.items, rules.radiusMm, rules.hysteresisMm);
  let tick = state.tick;
  let events: readonly TickEvent[] = [];
  let everybody: RecordsInView = [];
  /** From what to everybody: where players are close together, most clients are told the same. */
  const toEverybody = new Map<RecordsInView, PlayerLists>();

  function leave(present: ReadonlySet<string>): void {
    for (const [player, slot] of slots) {
      if (present.has(player)) continue;
      records[slot]?.retire(tick);
      records[slot] = undefined;
      slots.delete(player);
      departed.set(player, { slot, tick });
    }
  }

  function slotFor(player: string): number {
    let slot = slots.get(player);
    if (slot !== undefined) return slot;
    slot = departed.get(player)?.slot ?? freeSlot();
    departed.delete(player);
    slots.set(player, slot);
    return slot;
  }

  function freeSlot(): number {
    const [longest] = departed;
    if (!longest || tick - longest[1].tick <= rules.historyTicks) return records.length;
    departed.delete(longest[0]);
    return longest[1].slot;
  }

  return {
    get tick() {
      return tick;
    },
    records,
    get everybody() {
      return everybody;
    },
    items,
    playerLists(from, to) {
      if (to !== everybody) return comparePlayers(from, to);
      let lists = toEverybody.get(from);
      if (!lists) {
        lists = comparePlayers(from, to);
        toEverybody.set(from, lists);
      }
      return lists;
    },
    get events() {
      return events;
    },
    slotOf: (player) => slots.get(player),
    lastInputSeq: (slot) => inputSeqs[slot] ?? 0,
    follow(next, { hits, deaths, taken }) {
      tick = next.tick;
      if (next.players.length !== slots.size || next.players.some(({ id }) => !slots.has(id))) {
        leave(new Set(next.players.map(({ id }) => id)));
      }
      for (const player of next.players) {
        const slot = slotFor(player.id);
        inputSeqs[slot] = player.lastInputSeq;
        const former = records[slot];
        if (former && (former.player === player || looksAlike(former.player, player))) continue;
        former?.retire(tick);
        records[slot] = new PlayerRecord(player, tick, former);
      }
      everybody = [...records];
      toEverybody.clear();
      for (const { item } of taken) items.take(item);
      events = eventsOf(hits, deaths, slots);
    },
  };
}
