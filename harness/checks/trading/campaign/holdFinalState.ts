/** The state that the venue shows in the end against what its journal adds up to. */
import type { FeedOrder } from '../../../../spec/trading/messages.d.ts';
import { levelsText, sameLevels } from '../venueSession.ts';
import type { Report } from './explainJournal.ts';
import { samePositions } from './readsSeen.ts';
import type { SideOfBook } from './sideOfBook.ts';
import type { VenueLedger } from './venueLedger.ts';
import type { SymbolView, VenueView } from './venueView.ts';

export function holdFinalState(ledger: VenueLedger, view: VenueView, report: Report): void {
  if (ledger.state() === 'in doubt') return;
  for (const symbol of view.symbols) holdSymbol(ledger, symbol, report);
  for (const { account, positions } of view.accounts) {
    const right = ledger.positions(account);
    if (samePositions(positions, right)) continue;
    report(
      `The positions of ${account} are ${JSON.stringify(positions)}; the journal adds up to ${JSON.stringify(right)}.`,
    );
  }
  for (const { symbol, bids, asks } of view.snapshot?.symbols ?? []) {
    const book = ledger.book(symbol);
    holdPlaces(symbol, book.bids, bids, report);
    holdPlaces(symbol, book.asks, asks, report);
  }
}

function holdSymbol(
  ledger: VenueLedger,
  { symbol, book, trades }: SymbolView,
  report: Report,
): void {
  const { bids, asks } = ledger.book(symbol);
  const right = { bids: bids.levels(Infinity), asks: asks.levels(Infinity) };
  if (!sameLevels(book, right)) {
    report(
      `The book of ${symbol} is ${levelsText(book)}; the journal adds up to ${levelsText(right)}.`,
    );
  }
  const lastSeq = ledger.numbers.seqOf(symbol);
  if (book.seq !== null && book.seq < lastSeq) {
    report(`The book of ${symbol} is at seq ${book.seq}, although the journal has ${lastSeq}.`);
  }
  const journaled = ledger.trades(symbol);
  const differing = trades.findIndex(({ tradeId, priceE4, qty }, index) => {
    const trade = journaled[index];
    return tradeId !== trade?.tradeId || priceE4 !== trade.priceE4 || qty !== trade.qty;
  });
  if (differing < 0 && trades.length === journaled.length) return;
  const at = differing < 0 ? trades.length : differing;
  report(
    `Trade ${at + 1} of ${symbol} is ${trades[at]?.tradeId ?? 'none'}, and by the journal ${journaled[at]?.tradeId ?? 'none'}: one side of a trade is missing, or its order is another.`,
  );
}

/** Who stands before whom at a price. */
function holdPlaces(
  symbol: string,
  side: SideOfBook,
  shown: readonly FeedOrder[],
  report: Report,
): void {
  let at = 0;
  for (const { places, orders } of side.orders()) {
    const there = shown.slice(at, at + orders.length).map(orderText);
    const right = orders.map(orderText);
    at += orders.length;
    if (places === 'free') [there, right].forEach((texts) => texts.sort());
    if (there.join() === right.join()) continue;
    report(
      `At ${orders[0]?.priceE4} of ${symbol} stand ${there.join(', ') || 'none'}; by the journal it is ${right.join(', ')}.`,
    );
    return;
  }
  if (at < shown.length)
    report(`${symbol} has ${shown.length} resting orders on a side, by the journal ${at}.`);
}

function orderText({ orderId, priceE4, leavesQty }: FeedOrder): string {
  return `${orderId} ${leavesQty}@${priceE4}`;
}
