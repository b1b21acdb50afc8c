/** For tests: commands that hit every rule, the same for the same seed. */
import fc from 'fast-check';
import { LIMITS, SYMBOL } from './testVenue.ts';

export interface SeededCommand {
  readonly operation: string;
  readonly input: object;
}

const SYMBOLS = ['ACME', 'BETA', 'GAMMA', 'DELTA', 'EPSILON', 'ZETA', 'ETA', 'THETA'];
const ACCOUNTS = ['ann', 'bob', 'cat', 'dan'];

const symbol = fc.constantFrom(...SYMBOLS);
const account = fc.constantFrom(...ACCOUNTS);
const side = fc.constantFrom('BUY', 'SELL');
const priceE4 = fc.integer({ min: -9, max: 9 }).map((ticks) => 1_000_000 + ticks * 5_000);
const qty = fc.integer({ min: 1, max: 30 });
const orderId = fc.integer({ min: 1, max: 500 }).map((number) => `O${number}`);
/** Few enough that some are used twice. */
const clOrdId = fc.integer({ min: 1, max: 3000 }).map((number) => `c${number}`);
const stp = fc.constantFrom('CANCEL_TAKER', 'CANCEL_MAKER', 'CANCEL_BOTH');

const submit = fc.record({
  clOrdId,
  account,
  symbol,
  side,
  type: fc.constant('LIMIT'),
  priceE4,
  qty,
  tif: fc.constantFrom('GTC', 'GTC', 'DAY', 'IOC', 'FOK'),
  postOnly: fc.constantFrom(false, false, false, true),
  stp,
});
const market = fc.record({ clOrdId, account, symbol, side, type: fc.constant('MARKET'), qty, stp });
const cancel = fc.record({ orderId, account });
const replace = fc.record(
  { orderId, account, newClOrdId: clOrdId, priceE4, qty },
  { requiredKeys: ['orderId', 'account', 'newClOrdId'] },
);

const weighted = (weight: number, operation: string, input: fc.Arbitrary<object>) => ({
  weight,
  arbitrary: input.map((value): SeededCommand => ({ operation, input: value })),
});

const command = fc.oneof(
  weighted(60, 'submitOrder', submit),
  weighted(5, 'submitOrder', market),
  weighted(10, 'cancelOrder', cancel),
  weighted(20, 'replaceOrder', replace),
  weighted(
    1,
    'cancelAll',
    fc.record({
      account,
      reason: fc.constant('test'),
      disable: fc.constantFrom(true, false, false, false),
    }),
  ),
  weighted(
    2,
    'putLimits',
    account.map((name) => limitsOf(name, 60)),
  ),
  weighted(
    1,
    'putSymbol',
    symbol.map((name) => parametersOf(name)),
  ),
  weighted(
    1,
    'haltSymbol',
    symbol.map((name) => ({ symbol: name, reason: 'test', haltMs: 30 })),
  ),
  weighted(
    1,
    'resumeSymbol',
    symbol.map((name) => ({ symbol: name, reason: 'test' })),
  ),
  weighted(
    1,
    'endSession',
    symbol.map((name) => ({ symbol: name })),
  ),
);

/** What makes the symbols and accounts, and then `count` commands. */
export function seededCommands(seed: number, count: number): SeededCommand[] {
  return [
    ...SYMBOLS.map((name) => ({ operation: 'putSymbol', input: parametersOf(name) })),
    ...ACCOUNTS.map((name) => ({ operation: 'putLimits', input: limitsOf(name, 100) })),
    // Without bias: the edges of the ranges would make most commands copies of each other.
    ...fc.sample(fc.noBias(command), { seed, numRuns: count }),
  ];
}

/** Tight, so that what an account may do in one symbol hangs on what it has in the others. */
function limitsOf(account: string, maxPosition: number): object {
  const creditLimitE4 = 60 * SYMBOL.referencePriceE4;
  return { account, ...LIMITS, maxPosition, maxOpenOrders: 5, creditLimitE4 };
}

function parametersOf(symbol: string): object {
  const band = { bandBps: 400, limitStateMs: 30, haltMs: 30 };
  return { ...SYMBOL, symbol, band };
}
