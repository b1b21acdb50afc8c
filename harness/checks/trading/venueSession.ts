/** A conversation with a trading venue: typed calls, fresh ids, limits that are not in the way. */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  Alert,
  Alerts,
  Book,
  CancelAll,
  ExecutionReport,
  MassCancelReport,
  Position,
  Positions,
  PutLimits,
  PutSymbol,
  ReplaceOrder,
  SubmitOrder,
  SymbolReport,
  Trade,
  Trades,
} from '../../../spec/trading/messages.d.ts';
import { Violation } from '../check.ts';
import type { Session } from '../check.ts';
import type { JsonObject, Problem } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { readPages } from '../kit/readPages.ts';

/** The middle of every symbol's prices; a collar around it is wide enough for all that checks do. */
export const REFERENCE_E4 = 1_000_000;
export const TICK_E4 = 100;

/** The price so many ticks above (below, when negative) the reference. */
export function priceAt(ticks: number): number {
  return REFERENCE_E4 + ticks * TICK_E4;
}

/** Far above what any check needs, far below where sums of integers stop being exact. */
const GENEROUS = 1_000_000_000_000;

/** A busy venue may refuse with OVERLOADED, which is definite: asked again so often, this long apart. */
const MAX_OVERLOADED_RETRIES = 50;
const OVERLOADED_PAUSE_MS = 20;

/** Pages of a bounded read: no check makes more trades than these hold. */
const MAX_PAGES = 100;

/** More price levels than any check makes. */
const MAX_LEVELS = 1_000;

/** The type follows from the price: with one it is LIMIT, without MARKET. A clOrdId is made up unless given. */
export type OrderRequest = Omit<SubmitOrder, 'clOrdId' | 'type'> &
  Partial<Pick<SubmitOrder, 'clOrdId'>>;

export type Reply<T> = { kind: 'ok'; output: T } | { kind: 'refused'; problem: Problem };

export interface VenueSession {
  readonly session: Session;
  id(name: string): string;
  /** Creates a symbol and answers its id. Default: tick 100, lot 1, collar 50 % around REFERENCE_E4, no band. */
  symbol(name: string, parameters?: Partial<PutSymbol>): Promise<string>;
  /** Gives an account limits - generous ones, but for those given - and answers its id. */
  account(name: string, limits?: Partial<PutLimits>): Promise<string>;
  /** The request as it will be sent, for a check that sends it twice. */
  order(request: OrderRequest): SubmitOrder;
  submit(request: OrderRequest): Promise<ExecutionReport>;
  /** Submits an order that nothing speaks against; a Violation when it is not open afterwards. */
  rest(request: OrderRequest): Promise<OpenOrder>;
  cancel(order: OpenOrder): Promise<ExecutionReport>;
  tryCancel(orderId: string, account: string): Promise<Reply<ExecutionReport>>;
  /** A newClOrdId is made up unless given. */
  replace(order: OpenOrder, change: ReplaceChange): Promise<ExecutionReport>;
  tryReplace(
    orderId: string,
    account: string,
    change: ReplaceChange,
  ): Promise<Reply<ExecutionReport>>;
  getOrder(account: string, clOrdId: string): Promise<ExecutionReport>;
  cancelAll(account: string, disable?: CancelAll['disable']): Promise<MassCancelReport>;
  book(symbol: string): Promise<Book>;
  symbolReport(symbol: string): Promise<SymbolReport>;
  /** Zeros when the venue lists no such position. */
  position(account: string, symbol: string): Promise<Position>;
  alerts(account: string): Promise<Alert[]>;
  trades(symbol: string): Promise<Trade[]>;
  call<T = JsonObject>(operation: string, input: object): Promise<T>;
  attempt<T = JsonObject>(operation: string, input: object): Promise<Reply<T>>;
}

export interface OpenOrder {
  readonly orderId: string;
  readonly clOrdId: string;
  readonly account: string;
  readonly report: ExecutionReport;
}

export type ReplaceChange = Pick<ReplaceOrder, 'priceE4' | 'qty'> & { newClOrdId?: string };

export function venueSession(session: Session): VenueSession {
  let orders = 0;
  const freshClOrdId = (): string => session.id(`c${(orders += 1)}`);

  const attempt = async <T>(operation: string, input: object): Promise<Reply<T>> => {
    for (let retries = 0; ; retries += 1) {
      const answer = await session.attempt(operation, input as JsonObject);
      if (answer.kind === 'ok') return { kind: 'ok', output: answer.output as T };
      if (answer.problem.code !== 'OVERLOADED' || retries >= MAX_OVERLOADED_RETRIES) return answer;
      await sleep(OVERLOADED_PAUSE_MS);
    }
  };
  const call = async <T>(operation: string, input: object): Promise<T> => {
    const answer = await attempt<T>(operation, input);
    if (answer.kind === 'ok') return answer.output;
    const { code, detail } = answer.problem;
    throw new Violation(
      `${operation} was refused with ${code}${detail === undefined ? '' : ` (${detail})`}.`,
      'a reply',
      answer.problem,
    );
  };
  const order = (request: OrderRequest): SubmitOrder => ({
    clOrdId: freshClOrdId(),
    type: request.priceE4 === undefined ? 'MARKET' : 'LIMIT',
    ...request,
  });
  const submit = (request: OrderRequest): Promise<ExecutionReport> =>
    call('submitOrder', order(request));
  const tryReplace: VenueSession['tryReplace'] = (orderId, account, change) =>
    attempt('replaceOrder', { orderId, account, newClOrdId: freshClOrdId(), ...change });

  return {
    session,
    call,
    attempt,
    order,
    submit,
    tryReplace,
    id: (name) => session.id(name),
    async symbol(name, parameters = {}) {
      const symbol = session.id(name);
      await call('putSymbol', {
        symbol,
        tickSizeE4: TICK_E4,
        lotSize: 1,
        referencePriceE4: REFERENCE_E4,
        collarBps: 5_000,
        ...parameters,
      });
      return symbol;
    },
    async account(name, limits = {}) {
      const account = session.id(name);
      await call('putLimits', {
        account,
        maxPosition: GENEROUS,
        maxOrderQty: GENEROUS,
        maxNotionalE4: GENEROUS,
        maxOpenOrders: GENEROUS,
        maxOrdersPerSec: GENEROUS,
        creditLimitE4: GENEROUS * 1_000,
        restrictedSymbols: [],
        ...limits,
      });
      return account;
    },
    async rest(request) {
      const report = await submit(request);
      return openOrder(report);
    },
    async cancel({ orderId, account }) {
      return call('cancelOrder', { orderId, account });
    },
    tryCancel: (orderId, account) => attempt('cancelOrder', { orderId, account }),
    replace: ({ orderId, account }, change) =>
      call('replaceOrder', { orderId, account, newClOrdId: freshClOrdId(), ...change }),
    getOrder: (account, clOrdId) => call('getOrder', { account, clOrdId }),
    cancelAll: (account, disable) =>
      call('cancelAll', {
        account,
        reason: 'check',
        ...(disable === undefined ? {} : { disable }),
      }),
    async book(symbol) {
      const book = await call<Book>('getBook', { symbol, depth: MAX_LEVELS });
      return { ...book, bids: book.bids.map(levelOf), asks: book.asks.map(levelOf) };
    },
    symbolReport: (symbol) => call('getSymbol', { symbol }),
    async position(account, symbol) {
      const { positions } = await call<Positions>('getPositions', { account });
      const none = { symbol, netQty: 0, openBuyQty: 0, openSellQty: 0, realizedNotionalE4: 0 };
      const position = positions.find((each) => each.symbol === symbol);
      return position ? positionOf(position) : none;
    },
    alerts: async (account) => (await call<Alerts>('listAlerts', { account })).alerts,
    trades(symbol) {
      return readPages<Trade>({
        ...{ what: `listTrades of ${symbol}`, from: 1, maxPages: MAX_PAGES },
        async page(fromSeq) {
          const page = await call<Trades>('listTrades', { symbol, fromSeq });
          return { items: page.trades, next: page.nextFromSeq };
        },
      });
    },
  };
}

/** Only what the contract names: a venue may tell more. */
export function positionOf(position: Position): Position {
  const { symbol, netQty, openBuyQty, openSellQty, realizedNotionalE4 } = position;
  return { symbol, netQty, openBuyQty, openSellQty, realizedNotionalE4 };
}

function levelOf({ priceE4, qty, orders }: Book['bids'][number]): Book['bids'][number] {
  return { priceE4, qty, orders };
}

/** What an order's state is; the rest of a report may be about the reading of it. */
export function stateOf(report: ExecutionReport) {
  const { orderId, ordStatus, orderQty, cumQty, leavesQty } = report;
  return { orderId, ordStatus, priceE4: report.priceE4 ?? null, orderQty, cumQty, leavesQty };
}

/** What an order is named by, once it is open. @throws Violation when it is not */
export function openOrder(report: ExecutionReport): OpenOrder {
  const { orderId, clOrdId, account, ordStatus } = report;
  hold(
    ordStatus === 'NEW' || ordStatus === 'PARTIALLY_FILLED',
    `${told(report)} should be open, but is ${ordStatus}${because(report)}.`,
    'NEW or PARTIALLY_FILLED',
    report,
  );
  hold(
    orderId !== null,
    `${told(report)} is open, but its report has no orderId.`,
    'an id',
    report,
  );
  return { orderId, clOrdId, account, report };
}

/** The order of a report, in words. */
export function told({ side, orderQty, priceE4, clOrdId }: ExecutionReport): string {
  return `The ${side} of ${orderQty}${priceE4 === undefined || priceE4 === null ? '' : ` at ${priceE4}`} (${clOrdId})`;
}

export function because({ reason }: ExecutionReport): string {
  return reason === null ? '' : ` with ${reason}`;
}

/** @throws Violation unless the order was REJECTED for one of the reasons */
export function holdRejected(
  report: ExecutionReport,
  reasons: readonly ExecutionReport['reason'][],
  why: string,
): void {
  const isRight = report.ordStatus === 'REJECTED' && reasons.includes(report.reason);
  hold(
    isRight,
    `${told(report)} should be REJECTED with ${reasons.join(' or ')} (${why}), but is ${report.ordStatus}${because(report)}.`,
    { ordStatus: 'REJECTED', reason: reasons },
    report,
  );
}

/** @throws Violation when the venue turned down what nothing speaks against */
export function holdAccepted(report: ExecutionReport, why: string): void {
  hold(
    report.ordStatus !== 'REJECTED',
    `${told(report)} should be accepted (${why}), but is REJECTED${because(report)}.`,
    'accepted',
    report,
  );
}

/** Whether what a book shows is the same, its seq too. */
export function sameBook(a: Book, b: Book): boolean {
  return a.seq === b.seq && sameLevels(a, b);
}

export function sameLevels(
  a: Pick<Book, 'bids' | 'asks'>,
  b: Pick<Book, 'bids' | 'asks'>,
): boolean {
  return levelsText(a) === levelsText(b);
}

/** The levels, so that two books can be compared and shown. */
export function levelsText({ bids, asks }: Pick<Book, 'bids' | 'asks'>): string {
  const text = (levels: Book['bids']): string =>
    levels.map(({ priceE4, qty, orders }) => `${qty}@${priceE4}(${orders})`).join(' ') || 'none';
  return `bids ${text(bids)}; asks ${text(asks)}`;
}

/** @throws Violation when a refusal left traces in the book */
export function holdBookUnchanged(before: Book, now: Book, what: string): void {
  hold(
    sameBook(before, now),
    `${what} changed the book of ${before.symbol}.`,
    `${levelsText(before)}; seq ${before.seq}`,
    `${levelsText(now)}; seq ${now.seq}`,
  );
}
