/** Reading the feed of all events from somewhere in its middle: others write to it, too, and it can be long. */
import type { EventFeed, FeedEvent } from '../../../spec/payments/messages.d.ts';
import { hold } from '../kit/hold.ts';
import type { Shop } from './shop.ts';

/** 2^40 events are more than any run writes. */
const MAX_DOUBLINGS = 40;
const PAGE = 1_000;
/** What a check writes, and what others write meanwhile. */
const MAX_PAGES = 100;

async function readPage(shop: Shop, after: number, limit: number): Promise<FeedEvent[]> {
  const { events } = await shop.call<EventFeed>('listEvents', { after, limit });
  hold(
    events.length <= limit,
    `listEvents with the limit ${limit} answered ${events.length} events.`,
    limit,
    events.length,
  );
  return events;
}

/** The position of the last event at this moment; 0 for an empty feed. */
export async function endOfFeed(shop: Shop): Promise<number> {
  const isBeyond = async (after: number): Promise<boolean> =>
    (await readPage(shop, after, 1)).length === 0;
  let beyond = 1;
  for (let doubling = 0; doubling < MAX_DOUBLINGS; doubling += 1) {
    if (await isBeyond(beyond)) break;
    beyond *= 2;
  }
  let below = 0;
  while (beyond - below > 1) {
    const middle = below + Math.floor((beyond - below) / 2);
    if (await isBeyond(middle)) beyond = middle;
    else below = middle;
  }
  return (await isBeyond(below)) ? below : beyond;
}

/**
 * What stands behind the position, up to the present end.
 * @throws Violation when a position is missing, twice, or out of order
 */
export async function readFeed(shop: Shop, after: number, limit = PAGE): Promise<FeedEvent[]> {
  const events: FeedEvent[] = [];
  for (let page = 0; page < MAX_PAGES; page += 1) {
    const more = await readPage(shop, after + events.length, limit);
    for (const event of more) {
      const expected = after + events.length + 1;
      hold(
        event.position === expected,
        `The feed has position ${event.position} where ${expected} belongs.`,
        expected,
        event,
      );
      events.push(event);
    }
    if (more.length < limit) break;
  }
  return events;
}
