/** The published engine behind the operations of the trading case. What the design has no step for is not offered. */
import type {
  Alerts,
  Book,
  BookLevel,
  ExecutionReport,
  LimitsReport,
  Positions,
  PutLimits,
  PutSymbol,
  SubmitOrder,
  SymbolReport,
} from '../../../spec/trading/messages.d.ts';
import type { Order } from './order.ts';
import { bookOf, processOrder, tradingEngine } from './tradingEngine.ts';

type Problem = { code: 'NOT_SUPPORTED' | 'UNKNOWN_SYMBOL' };
type Answer = { output: object } | { problem: Problem };

const MS_TO_NS = 1_000_000;

export default async function create({ clockMs }: { clockMs: number }) {
  const engine = tradingEngine();
  const { risk } = engine;
  const referencePrices = new Map<string, number>();
  let orders = 0;
  let trades = 0;

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
    const { status, executions, latencyMs } = await processOrder(engine, order);
    const rejected = status === 'REJECTED';
    const output: ExecutionReport = {
      orderId: order.id,
      clOrdId: input.clOrdId,
      account: order.account,
      symbol: order.symbol,
      side: order.side,
      // EXECUTED is all that the design can say of an order, however much or little of it traded.
      ordStatus: rejected ? 'REJECTED' : 'FILLED',
      execType: rejected ? 'REJECTED' : 'TRADE',
      // RISK_LIMIT stands for every reason; the contract's nearest word is the position limit.
      reason: rejected ? 'RISK_POSITION_LIMIT' : null,
      priceE4: input.priceE4 ?? null,
      orderQty: input.qty,
      cumQty: executions.reduce((sum, { qty }) => sum + qty, 0),
      leavesQty: 0,
      fills: executions.map(({ resting, priceE4, qty }) => ({
        tradeId: `t${++trades}`,
        seq: null,
        priceE4,
        qty,
        makerOrderId: resting.id,
      })),
      auditSeq: null,
      seq: null,
      transactTimeMs: clockMs,
      latencyNs: { risk: 0, match: 0, execute: 0, total: Math.max(0, latencyMs) * MS_TO_NS },
    };
    return { output };
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
    const state = risk.tripped.has(symbol) ? 'HALTED' : 'OPEN';
    const output: SymbolReport = { symbol, state, seq: 0, referencePriceE4, auditSeq: null };
    return { output };
  };

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
      state: risk.tripped.has(symbol) ? 'HALTED' : 'OPEN',
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
          return { problem: { code: 'NOT_SUPPORTED' } };
      }
    },
    subscribe: async (): Promise<{ problem: Problem }> => ({ problem: { code: 'NOT_SUPPORTED' } }),
    close: async (): Promise<void> => undefined,
  };
}

function levels(orders: readonly Order[], sorting: 'highest first' | 'lowest first'): BookLevel[] {
  const byPrice = new Map<number, BookLevel>();
  for (const { priceE4, openQty } of orders) {
    const level = byPrice.get(priceE4!) ?? { priceE4: priceE4!, qty: 0, orders: 0 };
    byPrice.set(priceE4!, {
      priceE4: priceE4!,
      qty: level.qty + openQty,
      orders: level.orders + 1,
    });
  }
  const sign = sorting === 'highest first' ? -1 : 1;
  return [...byPrice.values()].sort((a, b) => sign * (a.priceE4 - b.priceE4));
}
