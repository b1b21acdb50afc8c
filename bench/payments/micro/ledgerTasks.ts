/** Double entry in memory: balanced entries of two lines, and now and then a merchant who looks at the balance. */
import assert from 'node:assert/strict';
import { ledger } from '../../../reference/payments/eventStore/ledger.ts';
import type { Ledger } from '../../../reference/payments/eventStore/ledger.ts';
import type { Line } from '../../../reference/payments/eventStore/paymentEvents.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { naiveLedger } from './naiveLedger.ts';

/** What is in the books before a call: a thousand lines a merchant, so that summing them up is seen. */
const ENTRIES_BEFORE = 10_000;
const ENTRIES_A_CALL = 1_000;
const MERCHANTS = 10;
/** One look at a balance for so many entries; no divisor of MERCHANTS, so that each is looked at. */
const LOOK_EVERY = 11;
const NETWORK = 'net';
const PROVIDER = 'provider:net:first:EUR';

const ALL_ENTRIES = ENTRIES_BEFORE + ENTRIES_A_CALL;
const entries: readonly (readonly Line[])[] = Array.from({ length: ALL_ENTRIES }, (_, at) => {
  const rest = { layer: 'posted', amountMinor: amountOf(at), currency: 'EUR' } as const;
  return [
    { accountId: PROVIDER, direction: 'debit', ...rest },
    { accountId: merchantOf(at), direction: 'credit', ...rest },
  ];
});

const before = entries.slice(0, ENTRIES_BEFORE);
const measured = entries.slice(ENTRIES_BEFORE);

function amountOf(at: number): number {
  return 100 + at;
}

function merchantOf(at: number): string {
  return `merchant:shop-${at % MERCHANTS}:EUR`;
}

type Posted = Pick<Ledger, 'account' | 'post'>;

function postings(open: () => Posted): MicroWork {
  let books = open();
  return {
    prepare() {
      books = open();
      for (const lines of before) books.post(NETWORK, lines);
    },
    fn() {
      let seenMinor = 0;
      measured.forEach((lines, at) => {
        books.post(NETWORK, lines);
        if (at % LOOK_EVERY === 0) {
          seenMinor += books.account(merchantOf(at))?.creditsPostedMinor ?? 0;
        }
      });
      return seenMinor;
    },
    check(answer) {
      assert.equal(answer, expectedSeen(), 'a balance was not the sum of its lines');
      const all = entries.map((_, at) => at);
      assert.equal(books.account(PROVIDER)?.debitsPostedMinor, sum(all.map(amountOf)));
      for (let shop = 0; shop < MERCHANTS; shop++) {
        const own = all.filter((at) => at % MERCHANTS === shop).map(amountOf);
        const balance = books.account(merchantOf(shop));
        assert.deepEqual(
          balance,
          {
            currency: 'EUR',
            debitsPostedMinor: 0,
            creditsPostedMinor: sum(own),
            debitsPendingMinor: 0,
            creditsPendingMinor: 0,
          },
          'an account is not the sum of its lines',
        );
      }
    },
  };
}

/** Every look is at the merchant of that entry, who has had every MERCHANTS-th entry until then. */
function expectedSeen(): number {
  let seenMinor = 0;
  for (let at = ENTRIES_BEFORE; at < ALL_ENTRIES; at += LOOK_EVERY) {
    for (let own = at % MERCHANTS; own <= at; own += MERCHANTS) seenMinor += amountOf(own);
  }
  return seenMinor;
}

function sum(amounts: readonly number[]): number {
  return amounts.reduce((total, amount) => total + amount, 0);
}

export const ledgerTasks: MicroTask[] = [
  {
    name: 'ledger: an entry of two lines',
    operations: ENTRIES_A_CALL,
    setup: () => postings(ledger),
  },
  {
    name: 'naive ledger, sums recomputed: the same',
    operations: ENTRIES_A_CALL,
    setup: () => postings(naiveLedger),
  },
];
