/** HFT-MD-03: a book snapshot, cached or not, is never older than its seq. */
import type { Check } from '../check.ts';
import { fold, openFeed } from './feedBook.ts';
import { hold } from '../kit/hold.ts';
import { flows, openFlow, runFlow } from './marketFlow.ts';
import { orderLedger } from './orderLedger.ts';
import { levelsText, sameLevels, told, venueSession } from './venueSession.ts';

const bookIsFresh: Check = {
  id: 'book-is-fresh',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      flows,
      async (steps, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol } = market;
        const feed = await openFeed(session, symbol);
        const ledger = orderLedger(symbol);
        const readings: Awaited<ReturnType<typeof venue.book>>[] = [];
        await runFlow(venue, market, steps, async (report, how) => {
          if (how.kind === 'submit') ledger.submitted(report);
          else if (how.kind === 'cancel') ledger.canceled(how.orderId);
          else ledger.replaced(how.orderId, report);
          const book = await venue.book(symbol);
          const what = `getBook of ${symbol}, asked after the report of ${told(report).replace(/^The/, 'the')}`;
          hold(
            book.seq !== null && report.seq !== null && book.seq >= report.seq,
            `${what} with seq ${report.seq}, answers with the older seq ${book.seq}.`,
            report.seq,
            book.seq,
          );
          const levels = ledger.levels();
          hold(
            sameLevels(book, levels),
            `${what} with seq ${report.seq}, shows another book than the reports add up to.`,
            levelsText(levels),
            levelsText(book),
          );
          readings.push(book);
          // An empty book says nothing: it would be right at any time.
          if (book.bids.length + book.asks.length > 0) hit('reads');
        });
        // What each reading showed is the book at the very seq that it named.
        await feed.waitFor(readings.at(-1)?.seq ?? 0);
        for (const book of readings) {
          const { levels } = fold(feed.messages, book.seq ?? 0);
          hold(
            sameLevels(book, levels),
            `getBook of ${symbol} named seq ${book.seq}, but by the feed the book at that seq was another.`,
            levelsText(levels),
            levelsText(book),
          );
        }
      },
      { runs: 12 },
    ),
};

export const freshBook: readonly Check[] = [bookIsFresh];
