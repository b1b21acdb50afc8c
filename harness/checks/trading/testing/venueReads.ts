/** What the test venue shows. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type {
  FeedMessage,
  FeedSnapshot,
  GetBook,
  GetOrder,
  ListAlerts,
  ListAudit,
  ListTrades,
  Position,
  StateSnapshot,
} from '../../../../spec/trading/messages.d.ts';
import { inPriority, sum } from '../model.ts';
import { levelsOf } from '../orderLedger.ts';
import type { CommandAnswer } from './orderCommands.ts';
import { report } from './orderState.ts';
import { has, openOrders } from './venueState.ts';
import type { Account, Instrument, VenueState } from './venueState.ts';

/** A page that is short on purpose. */
const SHORT_PAGE = 7;

export function readVenue(state: VenueState, operation: string, input: object): CommandAnswer {
  switch (operation) {
    case 'getOrder':
      return getOrder(state, input as GetOrder);
    case 'getPositions':
    case 'listAlerts':
      return readAccount(state, operation, input as ListAlerts);
    case 'getSymbol':
    case 'getBook':
    case 'listTrades':
      return readSymbol(state, operation, input as GetBook & ListTrades);
    case 'listAudit':
      return listAudit(state, input as ListAudit);
    case 'getStateHash':
      return getStateHash(state);
  }
  return { problem: { code: 'NOT_SUPPORTED' } };
}

/** What a new subscriber is told at once. */
export function feedStart(
  state: VenueState,
  instrument: Instrument,
  fromSeq: number | undefined,
): FeedMessage[] {
  const { symbol, seq, events } = instrument;
  if (fromSeq !== undefined && state.options.freedoms.feedFromSeq === 'events') {
    const from = has(state, 'repeats an event on resume') ? fromSeq - 1 : fromSeq;
    return events.filter((event) => event.seq >= from);
  }
  const { bids, asks } = restingOrders(instrument);
  const snapshot: FeedSnapshot = {
    ...{ type: 'SNAPSHOT', symbol, seq, state: instrument.state, bids, asks },
  };
  return [snapshot];
}

function getOrder(state: VenueState, { account, clOrdId }: GetOrder): CommandAnswer {
  const { freedoms } = state.options;
  const orders = has(state, 'shows orders to everybody')
    ? [...state.orders.values()]
    : (state.accounts.get(account)?.orders ?? []);
  const isOld = freedoms.oldClOrdId === 'found';
  const order = orders.find(
    (each) => each.clOrdId === clOrdId || (isOld && each.request.clOrdId === clOrdId),
  );
  if (order) {
    const seen = report(state, order, freedoms.getOrderFills === 'all' ? order.fills : []);
    const isOfReading = freedoms.getOrderAuditSeq === 'of the reading';
    const { auditSeq, transactTimeMs } = order;
    const when = isOfReading ? { auditSeq: state.journal.length } : { auditSeq, transactTimeMs };
    return { output: { ...seen, ...when } };
  }
  const turnedDown = state.keys.get(`${account} ${clOrdId}`);
  const isTurnedDown = turnedDown?.output.ordStatus === 'REJECTED';
  return isTurnedDown ? { output: turnedDown.output } : { problem: { code: 'UNKNOWN_ORDER' } };
}

function readAccount(
  state: VenueState,
  operation: string,
  { account: name, fromAuditSeq = 1 }: ListAlerts,
): CommandAnswer {
  const account = state.accounts.get(name);
  if (!account) return { problem: { code: 'UNKNOWN_ACCOUNT' } };
  if (operation === 'listAlerts') {
    const alerts = account.alerts.filter(({ auditSeq }) => (auditSeq ?? 0) >= fromAuditSeq);
    return { output: { account: name, alerts } };
  }
  const asOfAuditSeq = state.journal.length === 0 ? null : state.journal.length;
  return { output: { account: name, positions: positionsOf(state, account), asOfAuditSeq } };
}

function readSymbol(
  state: VenueState,
  operation: string,
  { symbol, depth = 10, fromSeq = 1, limit = 1_000 }: GetBook & ListTrades,
): CommandAnswer {
  const instrument = state.instruments.get(symbol);
  if (!instrument) return { problem: { code: 'UNKNOWN_SYMBOL' } };
  const { seq, params, trades } = instrument;
  if (operation === 'getSymbol') {
    const { referencePriceE4 } = params;
    return { output: { symbol, state: instrument.state, seq, referencePriceE4 } };
  }
  if (operation === 'getBook') {
    const { bids, asks } = levelsOf(shownBook(state, instrument));
    const shown = { bids: bids.slice(0, depth), asks: asks.slice(0, depth) };
    return { output: { symbol, seq, state: instrument.state, ...shown } };
  }
  const { page, next } = pageOf(state, trades, (trade) => trade.seq, fromSeq, limit);
  return { output: { symbol, trades: page, nextFromSeq: next } };
}

function shownBook(state: VenueState, { book, events }: Instrument) {
  const isOld = has(state, 'serves an old book') && events.at(-1)?.type === 'ADD';
  return isOld ? book.slice(0, -1) : book;
}

function listAudit(state: VenueState, { fromSeq = 1, limit = 1_000 }: ListAudit): CommandAnswer {
  const { page, next } = pageOf(state, state.journal, (event) => event.auditSeq, fromSeq, limit);
  return { output: { events: page, nextFromSeq: next } };
}

function pageOf<T>(
  state: VenueState,
  all: readonly T[],
  seqOf: (item: T) => number,
  fromSeq: number,
  limit: number,
): { page: T[]; next: number | null } {
  const most = state.options.freedoms.pages === 'full' ? limit : Math.min(limit, SHORT_PAGE);
  // The n-th has at least the number n, so it stands nowhere behind this.
  let start = Math.min(fromSeq - 1, all.length);
  while (start > 0 && seqOf(all[start - 1]!) >= fromSeq) start -= 1;
  const following = all[start + most];
  return { page: all.slice(start, start + most), next: following ? seqOf(following) : null };
}

function positionsOf(state: VenueState, account: Account): Position[] {
  const open = openOrders(state, account.name);
  const isListed = state.options.freedoms.zeroPositions === 'listed';
  const symbols = new Set([...account.positions.keys(), ...open.map(({ symbol }) => symbol)]);
  return [...symbols].sort().flatMap((symbol) => {
    const openQty = (side: 'BUY' | 'SELL'): number =>
      sum(
        open
          .filter((order) => order.symbol === symbol && order.side === side)
          .map(({ leavesQty }) => leavesQty),
      );
    const { netQty = 0, realizedNotionalE4 = 0 } = account.positions.get(symbol) ?? {};
    const [openBuyQty, openSellQty] = [openQty('BUY'), openQty('SELL')];
    const position = { symbol, netQty, openBuyQty, openSellQty, realizedNotionalE4 };
    const hasFigures = [netQty, openBuyQty, openSellQty, realizedNotionalE4].some(Boolean);
    return hasFigures || (isListed && account.positions.has(symbol)) ? [position] : [];
  });
}

function restingOrders({ book }: Instrument) {
  const side = (which: 'BUY' | 'SELL') =>
    inPriority(book, which).map(({ id, priceE4, leavesQty }) => ({
      ...{ orderId: id, priceE4, leavesQty },
    }));
  return { bids: side('BUY'), asks: side('SELL') };
}

function getStateHash(state: VenueState): CommandAnswer {
  const byName = <T>(map: Map<string, T>): T[] =>
    [...map.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
  const snapshot: StateSnapshot = {
    symbols: byName(state.instruments).map((instrument) => {
      const { symbol, seq, params } = instrument;
      const { referencePriceE4 } = params;
      const orders = restingOrders(instrument);
      return { symbol, state: instrument.state, seq, referencePriceE4, ...orders };
    }),
    accounts: byName(state.accounts).map((account) => {
      const positions = positionsOf(state, account).filter(
        ({ netQty, openBuyQty, openSellQty, realizedNotionalE4 }) =>
          [netQty, openBuyQty, openSellQty, realizedNotionalE4].some(Boolean),
      );
      return { account: account.name, enabled: account.enabled, positions };
    }),
  };
  const text = has(state, 'hashes the snapshot unsorted')
    ? JSON.stringify(snapshot)
    : (canonicalize(snapshot) ?? '');
  const stateHash = createHash('sha256').update(text).digest('hex');
  return { output: { stateHash, snapshot, asOfAuditSeq: state.journal.length } };
}
