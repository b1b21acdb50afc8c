/** The venues that the judge's tests judge. */
import type { FeedMessage } from '../../../../spec/trading/messages.d.ts';
import type { InMemoryVenue } from './inMemoryVenue.ts';
import { openTestVenue, recoverTestVenue } from './testVenue.ts';
import { feedStart } from './venueReads.ts';
import type { VenueOptions } from './venueState.ts';

/** The complete venue, with its freedoms and perhaps a defect. */
export function memoryVenue(options: VenueOptions): (clockMs: number) => InMemoryVenue {
  return (clockMs) => {
    const subscribers = new Map<string, Set<(message: object) => void>>();
    let told = 0;
    /** A venue may tell more than the contract asks, and never the same twice. */
    const withMore = <T>(value: T): T => {
      if (options.freedoms.extraFields === 'none') return value;
      if (Array.isArray(value)) return value.map(withMore) as T;
      if (typeof value !== 'object' || value === null) return value;
      const fields = Object.entries(value).map(([name, field]) => [name, withMore(field)] as const);
      return { ...Object.fromEntries(fields), toldAs: (told += 1) } as T;
    };
    const publish = (message: FeedMessage): void => {
      for (const tell of subscribers.get(message.symbol) ?? []) tell(withMore(message));
    };
    let venue = openTestVenue(options, clockMs, publish);
    return {
      call(operation, input) {
        const answer = venue.call(operation, input);
        // The snapshot is hashed as it is shown, and the journal's inputs are sent again.
        const isExact = operation === 'getStateHash' || operation === 'listAudit';
        return 'output' in answer && !isExact ? { output: withMore(answer.output) } : answer;
      },
      subscribe(_stream, input, onMessage) {
        const { symbol, fromSeq } = input as { symbol: string; fromSeq?: number };
        const instrument = venue.state.instruments.get(symbol);
        if (!instrument) return { code: 'UNKNOWN_SYMBOL' };
        const those = subscribers.get(symbol) ?? new Set();
        subscribers.set(symbol, those.add(onMessage));
        return feedStart(venue.state, instrument, fromSeq).map(withMore);
      },
      restart(nowMs) {
        subscribers.clear();
        venue = recoverTestVenue(venue, nowMs, publish);
      },
    };
  };
}
