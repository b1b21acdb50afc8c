/** The reports of one match: written before anybody is shown the tick, or with those of a later one where that cannot be. */
import type { Report } from '../../../spec/game/messages.d.ts';
import { reportedAnew } from '../antiCheat/reportingSystem.ts';
import type { Occurrence } from '../simulation/types.ts';
import type { GameStore } from '../store/gameStore.ts';

export interface ReportKeeper {
  /** Of one tick. */
  add(occurrences: readonly Occurrence[]): void;
  /** Writes what could not be written before; throws where it still cannot. */
  flush(): void;
}

export function reportKeeper(
  match: string,
  windowTicks: number,
  store: Pick<GameStore, 'report' | 'putReports'>,
): ReportKeeper {
  const unwritten = new Map<string, Report>();
  let isSuspect = false;
  const reportWith = (id: string): Report | undefined => unwritten.get(id) ?? store.report(id);

  function flush(): void {
    if (unwritten.size === 0) return;
    store.putReports([...unwritten.values()]);
    unwritten.clear();
    isSuspect = false;
  }

  return {
    add(occurrences) {
      try {
        for (const [id, report] of reportedAnew(match, windowTicks, occurrences, reportWith)) {
          unwritten.set(id, report);
        }
        flush();
      } catch (error) {
        if (!isSuspect) console.error(error);
        isSuspect = true;
      }
    },
    flush,
  };
}
