/**
 * What the packages do, shown by calling them directly: no adapter, no casemark. Each demonstration is the shortest conversation
 * with the package that breaks the named clauses.
 */
import type { PackageBook, PackageBookClass } from './packageBook.ts';

export interface Demonstration {
  readonly clauses: readonly string[];
  /** What the package does, and what the contract asks for instead. */
  readonly says: string;
  /** Talks to a new book; `said` prints a call and what came back. */
  readonly run: (book: PackageBook, said: (call: string, came: unknown) => void) => void;
}

const ALICE = { accountId: 'alice', stpMode: 'EXPIRE_TAKER' } as const;
const BOB = { accountId: 'bob', stpMode: 'EXPIRE_TAKER' } as const;

export const replaceLosesItsPlace: Demonstration = {
  clauses: ['HFT-EXEC-01.a'],
  says: 'modify to a smaller size at the same price puts the order last in its queue; the contract lets it keep its place',
  run(book, said) {
    book.limit({ id: 'first', side: 'sell', size: 10, price: 100 });
    book.limit({ id: 'second', side: 'sell', size: 10, price: 100 });
    book.modify('first', { size: 9 });
    said(
      "limit sell first 10@100, second 10@100; modify('first', { size: 9 }); market buy 5",
      traded(book.market({ side: 'buy', size: 5 })),
    );
  },
};

export const replaceForgetsTheAccount: Demonstration = {
  clauses: ['HFT-MATCH-08.a'],
  says: 'modify makes a new order without its accountId, so it trades with its own account afterwards',
  run(book, said) {
    book.limit({ id: 'a1', side: 'sell', size: 10, price: 101, ...ALICE });
    book.modify('a1', { price: 100 });
    said(
      "alice: limit sell a1 10@101; modify('a1', { price: 100 }); alice: limit buy a2 10@100",
      traded(book.limit({ id: 'a2', side: 'buy', size: 10, price: 100, ...ALICE })),
    );
  },
};

export const noSelfTradePrevention: Demonstration = {
  clauses: [
    'HFT-MATCH-08.a',
    'HFT-MATCH-08.b',
    'HFT-MATCH-08.c',
    'HFT-MATCH-08.d',
    'HFT-MATCH-08.e',
    'HFT-MATCH-08.f',
  ],
  says: 'the package knows no accounts: both orders of one account trade with each other',
  run(book, said) {
    book.limit({ id: 'a1', side: 'sell', size: 10, price: 100, ...ALICE });
    said(
      'alice: limit sell a1 10@100; alice: limit buy a2 10@100',
      traded(book.limit({ id: 'a2', side: 'buy', size: 10, price: 100, ...ALICE })),
    );
  },
};

export const refusedReplaceRemovesTheOrder: Demonstration = {
  clauses: ['HFT-EXEC-01'],
  says: 'modify of a post-only order to a marketable price is refused, but the order has left the book; a refused replace must leave it unchanged',
  run(book, said) {
    book.limit({ id: 'bid', side: 'buy', size: 5, price: 100, ...BOB });
    book.limit({ id: 'ask', side: 'sell', size: 5, price: 101, postOnly: true, ...ALICE });
    const { err } = book.modify('ask', { price: 100 });
    said(
      "limit buy bid 5@100; limit sell ask 5@101 postOnly; modify('ask', { price: 100 })",
      err?.message,
    );
    said("order('ask')", book.order('ask') ?? null);
  },
};

export const fokFillsInPart: Demonstration = {
  clauses: ['HFT-MATCH-08.f'],
  says: 'the FOK test counts liquidity that self-trade prevention will not let it have: it trades in part',
  run(book, said) {
    book.limit({ id: 'b1', side: 'sell', size: 4, price: 100, ...BOB });
    book.limit({ id: 'a1', side: 'sell', size: 6, price: 101, ...ALICE });
    const reply = book.limit({
      ...{ id: 'a2', side: 'buy', size: 10, price: 101, timeInForce: 'FOK' },
      ...ALICE,
    });
    said('bob: limit sell b1 4@100; alice: limit sell a1 6@101; alice: limit buy a2 10@101 FOK', {
      ...traded(reply),
      err: reply.err?.message,
    });
  },
};

export const resendIsANewOrder: Demonstration = {
  clauses: ['HFT-EXEC-03.a', 'HFT-EXEC-03.b', 'HFT-EXEC-03.c', 'HFT-EXEC-05.b'],
  says: 'an id is known only while its order rests: resent later it makes another order, and while it rests the resend is an error',
  run(book, said) {
    const order = { id: 'a1', side: 'sell', size: 10, price: 100 } as const;
    book.limit(order);
    said('limit sell a1 10@100, the same again', book.limit(order).err?.message);
    book.cancel('a1');
    said("cancel('a1'), the same again", book.limit(order).err);
    said("order('a1').size", book.order('a1')?.size);
  },
};

export const cancelKnowsNoAccount: Demonstration = {
  clauses: ['HFT-EXEC-02.b', 'HFT-SEC-01.a'],
  says: 'cancel and modify take an id and nothing else: whoever knows or guesses it may use it',
  run(book, said) {
    book.limit({ id: 'a1', side: 'sell', size: 10, price: 100, ...ALICE });
    said("alice: limit sell a1 10@100; anybody: cancel('a1')", book.cancel('a1')?.order.size);
  },
};

export const halvesAreAccepted: Demonstration = {
  clauses: ['HFT-RISK-04.h'],
  says: 'sizes and prices are any positive number: there is no tick and no lot',
  run(book, said) {
    const { err } = book.limit({ id: 'a1', side: 'sell', size: 10.5, price: 100.123 });
    said('limit sell a1 10.5@100.123', err);
    said("order('a1').size", book.order('a1')?.size);
  },
};

export const marketHasNoCollar: Demonstration = {
  clauses: ['HFT-RISK-04.c'],
  says: 'market takes any price that stands in the book; the contract stops at the collar',
  run(book, said) {
    book.limit({ id: 'silly', side: 'sell', size: 1, price: 1_000_000_000 });
    said(
      'limit sell silly 1@1000000000; market buy 1',
      traded(book.market({ side: 'buy', size: 1 })),
    );
  },
};

export function show(
  name: string,
  OrderBook: PackageBookClass,
  all: readonly Demonstration[],
): void {
  for (const { clauses, says, run } of all) {
    console.log(`\n${clauses.join(', ')}: ${name}: ${says}`);
    run(new OrderBook(), (call, came) => console.log(`  ${call}\n    -> ${JSON.stringify(came)}`));
  }
}

function traded(reply: ReturnType<PackageBook['market']>): object {
  const { done, partial, partialQuantityProcessed } = reply;
  return {
    done: done.map(({ id, size, price }) => `${id} ${size}@${price}`),
    partial: partial && `${partial.id}, ${partialQuantityProcessed} filled`,
  };
}
