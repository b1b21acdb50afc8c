/**
 * The published `TradingEngine.ProcessOrder`, step by step. Where Go runs in parallel, a step here gives the event loop a turn:
 * what two threads could do between two steps, two requests can do here.
 */
import { setImmediate as turn } from 'node:timers/promises';
import type { Execution, ExecutionResult, Match, Order } from './order.ts';
import { findMatches, orderBook } from './orderBook.ts';
import type { OrderBook } from './orderBook.ts';
import { riskManager, trackPositions, validateOrder } from './riskManager.ts';
import type { RiskManager } from './riskManager.ts';

export interface TradingEngine {
  readonly books: Map<string, OrderBook>;
  readonly risk: RiskManager;
}

export function tradingEngine(): TradingEngine {
  return { books: new Map(), risk: riskManager() };
}

export function bookOf({ books }: TradingEngine, symbol: string): OrderBook {
  const book = books.get(symbol) ?? orderBook();
  books.set(symbol, book);
  return book;
}

export async function processOrder(engine: TradingEngine, order: Order): Promise<ExecutionResult> {
  // Step 1: Pre-trade risk check
  if (!validateOrder(engine.risk, order)) {
    return { status: 'REJECTED', reason: 'RISK_LIMIT', executions: [], latencyMs: since(order) };
  }

  // Step 2: Match order in order book
  const book = bookOf(engine, order.symbol);
  const matches = findMatches(book, order);

  // Step 3: Execute trades
  const executions: Execution[] = [];
  for (const match of matches) {
    try {
      executions.push(await executeTrade(book, order, match));
    } catch {
      continue; // Skip failed executions
    }
  }

  // Step 4: Post-trade processing (async)
  void turn().then(() => trackPositions(engine.risk, executions));

  return { status: 'EXECUTED', executions, latencyMs: since(order) };
}

async function executeTrade(
  book: OrderBook,
  order: Order,
  { resting, qty }: Match,
): Promise<Execution> {
  await turn();
  if (resting.openQty < qty) throw new Error(`order ${resting.id} has been taken by another order`);
  resting.openQty -= qty;
  if (resting.openQty === 0) {
    (resting.side === 'BUY' ? book.buyOrders : book.sellOrders).remove(resting);
  }
  return { order, resting, priceE4: resting.priceE4!, qty };
}

/** `time.Since(order.ReceivedAt)`: the wall clock. */
function since({ receivedAtMs }: Order): number {
  return Date.now() - receivedAtMs;
}
