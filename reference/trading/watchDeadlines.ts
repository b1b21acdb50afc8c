import type { Clock } from '../kit/clock.ts';
import type { TradingVenue } from './venue/venue.types.ts';

/** How late the public may hear of a breaker that moved by itself. Whoever asks sees it at once. */
const WATCH_INTERVAL_MS = 50;

/** With a running clock, subscribers are told of deadlines that nobody asks about. The returned function ends it. */
export function watchDeadlines(venue: TradingVenue, clock: Clock): () => void {
  const timer = setInterval(() => {
    if (venue.nextDeadlineMs() <= clock.nowMs()) void venue.read(() => ({ output: {} }));
  }, WATCH_INTERVAL_MS);
  timer.unref();
  return () => clearInterval(timer);
}
