/** The events of a tick, each with the slots that decide who is told of it, and its JSON with and without who did it. */
import type { DeathBy, HitBy } from '../simulation/types.ts';

export interface TickEvent {
  readonly target: number;
  readonly by: number;
  readonly text: string;
  /** For who does not see the one who did it. */
  readonly anonymous: string;
}

/** Of players who are there at the end of the tick, which all who were hit and who hit are. */
export function eventsOf(
  hits: readonly HitBy[],
  deaths: readonly DeathBy[],
  slots: ReadonlyMap<string, number>,
): TickEvent[] {
  const events: TickEvent[] = [];
  const add = (event: HitBy | DeathBy, text: (by: string | null) => string): void => {
    const target = slots.get(event.target);
    const by = slots.get(event.by);
    if (target === undefined || by === undefined) return;
    events.push({ target, by, text: text(event.by), anonymous: text(null) });
  };
  for (const hit of hits) {
    const { target, damage, head } = hit;
    add(hit, (by) => JSON.stringify({ kind: 'hit', target, by, damage, head }));
  }
  for (const death of deaths) {
    add(death, (by) => JSON.stringify({ kind: 'death', target: death.target, by }));
  }
  return events;
}
