/** The venues that the judge's tests judge. */
import type { FeedMessage } from '../../../../spec/trading/messages.d.ts';
import type { InMemoryVenue } from './inMemoryTarget.ts';
import { openTestVenue, recoverTestVenue } from './testVenue.ts';
import { feedStart } from './venueReads.ts';
import type { VenueOptions } from './venueState.ts';

/** The complete venue, with its freedoms and perhaps a defect. */
export function memoryVenue(options: VenueOptions): (clockMs: number) => InMemoryVenue {
  return (clockMs) => {
    const subscribers = new Map<string, Set<(message: object) => void>>();
    const publish = (message: FeedMessage): void => {
      for (const tell of subscribers.get(message.symbol) ?? []) tell(message);
    };
    let venue = openTestVenue(options, clockMs, publish);
    return {
      call: (operation, input) => venue.call(operation, input),
      subscribe(input, onMessage) {
        const { symbol, fromSeq } = input as { symbol: string; fromSeq?: number };
        const instrument = venue.state.instruments.get(symbol);
        if (!instrument) return undefined;
        const those = subscribers.get(symbol) ?? new Set();
        subscribers.set(symbol, those.add(onMessage));
        return feedStart(venue.state, instrument, fromSeq);
      },
      restart(nowMs) {
        subscribers.clear();
        venue = recoverTestVenue(venue, nowMs, publish);
      },
    };
  };
}
