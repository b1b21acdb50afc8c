/** The views that one stream was sent and may still acknowledge, and the newest that it has: what the next snapshot builds upon. */
import type { RecordsInView } from './areaOfInterest.ts';
import type { ItemList } from './itemGrid.ts';

/** What a client holds after a snapshot. Never changes. */
export interface View {
  readonly records: RecordsInView;
  readonly items: ItemList;
}

export interface Base {
  readonly tick: number;
  readonly view: View;
}

export interface ViewHistory {
  sent(tick: number, view: View): void;
  /** Of a tick that was not sent on this stream, or is too old, means nothing. */
  acknowledge(tick: number): void;
  /** What a snapshot of the tick may build upon; undefined: nothing. */
  baseAt(tick: number): Base | undefined;
}

export function viewHistory(historyTicks: number): ViewHistory {
  const views = new Map<number, View>();
  let base: Base | undefined;

  function forgetBefore(tick: number): void {
    for (const old of views.keys()) {
      if (old >= tick) return;
      views.delete(old);
    }
  }

  return {
    sent(tick, view) {
      views.set(tick, view);
      forgetBefore(tick - historyTicks);
    },
    acknowledge(tick) {
      const view = views.get(tick);
      if (!view || (base && base.tick >= tick)) return;
      base = { tick, view };
      forgetBefore(tick + 1);
    },
    baseAt(tick) {
      if (base && tick - base.tick > historyTicks) base = undefined;
      return base;
    },
  };
}
