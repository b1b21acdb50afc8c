/** The published engine behind the operations of the trading case. What the design has no step for is not offered. */
import type {
  Alerts,
  Book,
  BookLevel,
  GetOrder,
  LimitsReport,
  Positions,
  PutLimits,
  PutSymbol,
  SubmitOrder,
  SymbolReport,
} from '../../../spec/trading/messages.d.ts';
import type { Order } from './order.ts';
import { orderReports } from './orderReports.ts';
import type { Reading } from './orderReports.ts';
import { bookOf, processOrder, tradingEngine } from './tradingEngine.ts';

type Problem = { code: 'NOT_SUPPORTED' | 'UNKNOWN_SYMBOL' | 'UNKNOWN_ORDER' };
type Answer = { output: object } | { problem: Problem };

const NOT_SUPPORTED: { problem: Problem } = { problem: { code: 'NOT_SUPPORTED' } };

export function publishedVenue(clockMs: number, reading: Reading) {
  const engine = tradingEngine();
  const { risk } = engine;
  const reports = orderReports(clockMs, reading);
  const referencePrices = new Map<string, number>();
  let orders = 0;

  const submitOrder = async (input: SubmitOrder): Promise<Answer> => {
    const order: Order = {
      id: `o${++orders}`,
      account: input.account,
      symbol: input.symbol,
      side: input.side,
      priceE4: input.priceE4,
      quantity: input.qty,
      receivedAtMs: Date.now(),
      openQty: input.qty,
    };
    const result = await processOrder(engine, order);
    return { output: reports.ofSubmit(order, input, result) };
  };

  const getOrder = ({ account, clOrdId }: GetOrder): Answer => {
    if (reading === 'literal') return NOT_SUPPORTED;
    const output = reports.ofOrder(account, clOrdId);
    return output ? { output } : { problem: { code: 'UNKNOWN_ORDER' } };
  };

  const putLimits = ({ account, maxPosition, enabled = true }: PutLimits): Answer => {
    risk.riskLimits.set(account, { maxPosition });
    const output: LimitsReport = { account, enabled, auditSeq: null };
    return { output };
  };

  const putSymbol = ({ symbol, referencePriceE4 }: PutSymbol): Answer => {
    referencePrices.set(symbol, referencePriceE4);
    return symbolReport(symbol);
  };

  const symbolReport = (symbol: string): Answer => {
    const referencePriceE4 = referencePrices.get(symbol);
    if (referencePriceE4 === undefined) return { problem: { code: 'UNKNOWN_SYMBOL' } };
    const state = stateOf(symbol);
    const output: SymbolReport = { symbol, state, seq: 0, referencePriceE4, auditSeq: null };
    return { output };
  };

  const stateOf = (symbol: string): 'HALTED' | 'OPEN' =>
    risk.tripped.has(symbol) ? 'HALTED' : 'OPEN';

  const getPositions = (account: string): Answer => {
    const output: Positions = {
      account,
      positions: [...(risk.positions.get(account) ?? [])].map(([symbol, netQty]) => ({
        symbol,
        netQty,
        openBuyQty: 0,
        openSellQty: 0,
        realizedNotionalE4: 0,
      })),
      asOfAuditSeq: null,
    };
    return { output };
  };

  const listAlerts = (account: string): Answer => {
    const output: Alerts = {
      account,
      alerts: risk.alerts
        .filter((alert) => alert.account === account)
        .map(({ symbol, current, limit }) => ({
          auditSeq: null,
          timeMs: clockMs,
          account,
          symbol,
          reason: 'RISK_POSITION_LIMIT',
          current,
          attempted: current,
          limit,
        })),
    };
    return { output };
  };

  const getBook = ({ symbol, depth }: { symbol: string; depth?: number }): Answer => {
    if (!referencePrices.has(symbol)) return { problem: { code: 'UNKNOWN_SYMBOL' } };
    const { buyOrders, sellOrders } = bookOf(engine, symbol);
    const output: Book = {
      symbol,
      seq: null,
      state: stateOf(symbol),
      bids: levels(buyOrders.toArray(), 'highest first').slice(0, depth),
      asks: levels(sellOrders.toArray(), 'lowest first').slice(0, depth),
    };
    return { output };
  };

  return {
    call: async (operation: string, input: unknown): Promise<Answer> => {
      const { symbol, account } = input as { symbol: string; account: string };
      switch (operation) {
        case 'submitOrder':
          return submitOrder(input as SubmitOrder);
        case 'getOrder':
          return getOrder(input as GetOrder);
        case 'putLimits':
          return putLimits(input as PutLimits);
        case 'putSymbol':
          return putSymbol(input as PutSymbol);
        case 'getSymbol':
          return symbolReport(symbol);
        case 'haltSymbol':
          risk.tripped.add(symbol);
          return symbolReport(symbol);
        case 'resumeSymbol':
          risk.tripped.delete(symbol);
          return symbolReport(symbol);
        case 'getPositions':
          return getPositions(account);
        case 'listAlerts':
          return listAlerts(account);
        case 'getBook':
          return getBook(input as { symbol: string; depth?: number });
        default:
          return NOT_SUPPORTED;
      }
    },
    subscribe: async (): Promise<{ problem: Problem }> => NOT_SUPPORTED,
    close: async (): Promise<void> => undefined,
  };
}

function levels(orders: readonly Order[], sorting: 'highest first' | 'lowest first'): BookLevel[] {
  const byPrice = new Map<number, BookLevel>();
  for (const { priceE4, openQty } of orders) {
    const { qty, orders: count } = byPrice.get(priceE4!) ?? { qty: 0, orders: 0 };
    byPrice.set(priceE4!, { priceE4: priceE4!, qty: qty + openQty, orders: count + 1 });
  }
  const sign = sorting === 'highest first' ? -1 : 1;
  return [...byPrice.values()].sort((a, b) => sign * (a.priceE4 - b.priceE4));
}
