/** The whole feed, page by page; and parts of it once more, which have to be as they were. */
import type { EventFeed } from '../../../../spec/payments/messages.d.ts';
import type { Ask } from '../../askHealed.ts';
import type { Random } from '../../../load/seededRandom.ts';
import { addEvent, markOf } from './feed.ts';
import type { Feed } from './feed.ts';
import type { Report } from '../../kit/campaign/findings.ts';

/** The largest page that can be asked for; a platform may give shorter ones. */
const PAGE = 1_000;
/** A campaign of a million events, were the pages as short as ten. */
const MAX_PAGES = 100_000;
/** Pages of a long feed that are read again, besides the first and the last. */
const PAGES_AGAIN = 10;

/** From where `feed` ends to the end. @returns how many events came */
export async function readFeed(ask: Ask, feed: Feed, report: Report): Promise<number> {
  const before = feed.marks.length;
  let isAtEnd = feed.isBroken;
  for (let page = 0; page < MAX_PAGES && !isAtEnd; page += 1) {
    const after = feed.lastPosition;
    const { events } = await ask<EventFeed>('listEvents', { after, limit: PAGE });
    for (const event of events) addEvent(feed, event, report);
    isAtEnd = events.length === 0 || feed.isBroken;
  }
  if (!isAtEnd) report(`listEvents has not come to an end after ${MAX_PAGES} pages.`);
  return feed.marks.length - before;
}

/** Whether the feed still says what it said. */
export async function holdFeedStays(
  ask: Ask,
  { marks }: Feed,
  random: Random,
  report: Report,
): Promise<void> {
  const last = Math.max(0, marks.length - PAGE);
  const starts = Array.from({ length: PAGES_AGAIN }, () => Math.floor(random() * last));
  for (const after of new Set([0, last, ...starts])) {
    const { events } = await ask<EventFeed>('listEvents', { after, limit: PAGE });
    const changed = events.find(
      ({ position, event }) =>
        marks[position - 1] !== undefined && marks[position - 1] !== markOf(event),
    );
    if (!changed) continue;
    report(
      `After one more kill and restart the feed has another event at position ${changed.position} than before: event ${changed.event.seq} of payment ${changed.paymentId}.`,
    );
  }
}
