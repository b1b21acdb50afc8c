/** For tests: a venue in a temporary directory, with a symbol and accounts that may do much. */
import type { ExecutionReport, SubmitOrder } from '../../spec/trading/messages.d.ts';
import { temporaryDir } from '../kit/temporaryDir.ts';
import { openTrading } from './tradingService.ts';
import type { TradingOptions } from './tradingService.ts';

export const SYMBOL = {
  symbol: 'ACME',
  tickSizeE4: 100,
  lotSize: 1,
  referencePriceE4: 1_000_000,
  collarBps: 2000,
};

export const LIMITS = {
  maxPosition: 1_000_000,
  maxOrderQty: 1_000_000,
  maxNotionalE4: 10 ** 15,
  maxOpenOrders: 1000,
  maxOrdersPerSec: 1000,
  creditLimitE4: 10 ** 15,
  restrictedSymbols: [],
};

export interface TestVenue {
  /** The output; fails the test on a refusal. */
  ok<T = Record<string, unknown>>(operation: string, input: object): Promise<T>;
  /** The code of the refusal; fails the test on an output. */
  refused(operation: string, input: object): Promise<string>;
  /** Submits with a fresh clOrdId unless one is given. */
  order(order: Partial<SubmitOrder> & { account: string }): Promise<ExecutionReport>;
  messages(symbol: string, fromSeq?: number): Promise<Record<string, unknown>[]>;
  /** Closes and opens again on the same data. */
  reopen(options?: Partial<TradingOptions>): Promise<void>;
  close(): Promise<void>;
}

/** With SYMBOL and the accounts ann, bob and cat. */
export async function openTestVenue(options: Partial<TradingOptions> = {}): Promise<TestVenue> {
  const dir = temporaryDir();
  const defaults: TradingOptions = {
    dataDir: dir.path,
    clockMs: 1_000_000,
    testMode: 'on',
    durability: 'D1',
    shards: 0,
  };
  let { service } = await openTrading({ ...defaults, ...options });
  let lastId = 0;
  const venue: TestVenue = {
    async ok<T>(operation: string, input: object) {
      const answer = await service.call(operation, input);
      if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
      return answer.output as T;
    },
    async refused(operation, input) {
      const answer = await service.call(operation, input);
      if ('output' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.output)}`);
      return answer.problem.code;
    },
    order: (order) =>
      venue.ok<ExecutionReport>('submitOrder', {
        clOrdId: `c${++lastId}`,
        symbol: 'ACME',
        type: 'LIMIT',
        ...order,
      }),
    async messages(symbol, fromSeq) {
      const heard: Record<string, unknown>[] = [];
      const input = { symbol, ...(fromSeq === undefined ? {} : { fromSeq }) };
      const subscription = await service.subscribe('feed', input, (message) => {
        heard.push(message as Record<string, unknown>);
      });
      if ('problem' in subscription) throw new Error(subscription.problem.code);
      return heard;
    },
    async reopen(again = {}) {
      await service.close();
      ({ service } = await openTrading({ ...defaults, ...options, ...again }));
    },
    async close() {
      await service.close();
      dir.remove();
    },
  };
  await venue.ok('putSymbol', SYMBOL);
  for (const account of ['ann', 'bob', 'cat']) await venue.ok('putLimits', { account, ...LIMITS });
  return venue;
}
