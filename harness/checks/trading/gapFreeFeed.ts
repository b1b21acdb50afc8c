/** HFT-MD-01: the feed has every public event once, in order. */
import fc from 'fast-check';
import type { FeedMessage, Fill } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { eventOf, fold, openFeed, startOf } from './feedBook.ts';
import type { FeedReader } from './feedBook.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { flows, openFlow, runFlow } from './marketFlow.ts';
import { levelsText, sameLevels, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

/** Each message of a feed without fromSeq has the seq after that of the one before. */
function holdSequence(messages: readonly FeedMessage[], symbol: string): number {
  startOf(messages, symbol);
  for (const [index, message] of messages.entries()) {
    const before = messages[index - 1];
    if (!before) continue;
    hold(
      message.seq === before.seq + 1,
      `In the feed of ${symbol} seq ${message.seq} (${message.type}) follows ${before.seq} (${before.type}).`,
      before.seq + 1,
      message,
    );
  }
  return messages.length - 1;
}

/** Reads the book and waits until the feed has come as far. */
async function catchUp(venue: VenueSession, feed: FeedReader, symbol: string) {
  const book = await venue.book(symbol);
  const { seq } = book;
  hold(seq !== null, `getBook of ${symbol} tells no seq.`, 'a seq', book);
  await feed.waitFor(seq);
  return { ...book, seq };
}

const feedSequence: Check = {
  id: 'feed-sequence',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ before: flows, steps: flows }),
      async ({ before, steps }, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol } = market;
        await runFlow(venue, market, before.slice(0, 1));
        const feed = await openFeed(session, symbol);
        await runFlow(venue, market, steps);
        await catchUp(venue, feed, symbol);
        hit('events', holdSequence(feed.messages, symbol));
      },
      { runs: 8 },
    ),
};

const feedRebuildsBook: Check = {
  id: 'feed-rebuilds-book',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ before: flows, steps: flows }),
      async ({ before, steps }, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol } = market;
        // What rests already is in the snapshot.
        await runFlow(venue, market, before.slice(0, 2));
        const feed = await openFeed(session, symbol);
        for (const step of steps) {
          await runFlow(venue, market, [step]);
          const book = await catchUp(venue, feed, symbol);
          startOf(feed.messages, symbol);
          const folded = fold(feed.messages, book.seq);
          hold(
            sameLevels(folded.levels, book) && folded.state === book.state,
            `The feed of ${symbol} up to seq ${book.seq} does not give the book that getBook shows at that seq.`,
            `${levelsText(book)}; ${book.state}`,
            `${levelsText(folded.levels)}; ${folded.state}`,
          );
        }
        // A snapshot taken now says in one message what the events said one by one.
        const late = await openFeed(session, symbol);
        const book = await catchUp(venue, late, symbol);
        startOf(late.messages, symbol);
        const folded = fold(late.messages, book.seq);
        hold(
          sameLevels(folded.levels, book),
          `The snapshot of ${symbol} and what followed it do not give the book that getBook shows at seq ${book.seq}.`,
          levelsText(book),
          levelsText(folded.levels),
        );
        hit('events', feed.messages.length - 1);
      },
      { runs: 8 },
    ),
};

const feedResume: Check = {
  id: 'feed-resume',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ steps: flows, missed: flows, back: fc.nat(6) }),
      async ({ steps, missed, back }, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol } = market;
        // Sees everything: what a resumed feed must repeat.
        const whole = await openFeed(session, symbol);
        const first = await openFeed(session, symbol);
        await runFlow(venue, market, steps);
        const { seq } = await catchUp(venue, first, symbol);
        await first.close();
        await runFlow(venue, market, missed.slice(0, 2));
        // As one that has come to `seq` (or, asking again for some, a little less) resumes.
        const start = startOf(whole.messages, symbol).seq;
        const fromSeq = Math.max(start + 1, seq + 1 - back);
        const resumed = await openFeed(session, symbol, fromSeq);
        await runFlow(venue, market, missed.slice(2));
        const { seq: end } = await catchUp(venue, whole, symbol);
        await resumed.waitFor(end);
        holdResumed(resumed.messages, whole.messages, { symbol, fromSeq, end });
        if (resumed.messages.some(({ type }) => type !== 'SNAPSHOT')) hit('resumes');
      },
      { runs: 6 },
    ),
};

/** Every event from fromSeq on; where they are gone, a snapshot that leaves none out, and every event after it. */
function holdResumed(
  resumed: readonly FeedMessage[],
  whole: readonly FeedMessage[],
  { symbol, fromSeq, end }: { symbol: string; fromSeq: number; end: number },
): void {
  const upTo = (messages: readonly FeedMessage[], from: number): FeedMessage[] =>
    messages.filter(({ seq, type }) => type !== 'SNAPSHOT' && seq >= from && seq <= end);
  const head = resumed[0];
  const what = `The feed of ${symbol} from seq ${fromSeq}`;
  if (head?.type === 'SNAPSHOT') {
    hold(
      head.seq >= fromSeq - 1,
      `${what} begins with a snapshot at ${head.seq}, which is older.`,
      `at least ${fromSeq - 1}`,
      head.seq,
    );
    const levels = fold([head], head.seq).levels;
    const expected = fold(whole, head.seq).levels;
    hold(
      sameLevels(levels, expected),
      `${what} begins with a snapshot at ${head.seq} that is not the book at that seq.`,
      levelsText(expected),
      levelsText(levels),
    );
  }
  const from = head?.type === 'SNAPSHOT' ? head.seq + 1 : fromSeq;
  const seqs = (messages: readonly FeedMessage[]): string =>
    messages.map(({ seq }) => seq).join(' ');
  const rest = resumed.filter(
    ({ seq }, index) => seq <= end && !(index === 0 && head?.type === 'SNAPSHOT'),
  );
  const expected = upTo(whole, from);
  holdSame(
    rest.map(eventOf),
    expected.map(eventOf),
    `${what} brought ${seqs(rest) || 'nothing'}, where the events were ${seqs(expected) || 'none'}.`,
  );
}

const fillSequence: Check = {
  id: 'fill-sequence',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      flows,
      async (steps, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol } = market;
        const feed = await openFeed(session, symbol);
        const fills: Fill[] = [];
        await runFlow(venue, market, steps, (report) => void fills.push(...report.fills));
        await catchUp(venue, feed, symbol);
        const trades = await venue.trades(symbol);
        for (const fill of fills) {
          const event = feed.messages.find(
            (message) => message.type === 'EXECUTE' && message.tradeId === fill.tradeId,
          );
          const trade = trades.find(({ tradeId }) => tradeId === fill.tradeId);
          hold(
            fill.seq !== null && event?.seq === fill.seq && trade?.seq === fill.seq,
            `Trade ${fill.tradeId} has seq ${fill.seq} in the report, ${event?.seq ?? 'none'} in the feed and ${trade?.seq ?? 'none'} in listTrades.`,
            'the same seq',
            { fill, event, trade },
          );
          hit('fills');
        }
      },
      { runs: 8 },
    ),
};

export const gapFreeFeed: readonly Check[] = [
  feedSequence,
  feedRebuildsBook,
  feedResume,
  fillSequence,
];
