/** HFT-EXEC-04: match, positions and audit change together. */
import fc from 'fast-check';
import type { ExecutionReport, Side } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { auditEvent, comparable, witnessOf } from './auditJournal.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { oppositeOf } from './model.ts';
import { orderLedger } from './orderLedger.ts';
import type { OrderLedger } from './orderLedger.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { levelsText, priceAt, sameLevels, told, venueSession } from './venueSession.ts';
import type { OrderRequest, VenueSession } from './venueSession.ts';

type Step =
  | { kind: 'submit'; account: number; side: Side; ticks: number; qty: number }
  | { kind: 'cancel'; pick: number }
  | { kind: 'replace'; pick: number; ticks: number; more: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('submit' as const),
      account: fc.nat(2),
      side: sideArbitrary,
      ticks: fc.integer({ min: -2, max: 2 }),
      qty: qtyArbitrary,
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('cancel' as const), pick: fc.nat(20) }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('replace' as const),
      pick: fc.nat(20),
      ticks: fc.integer({ min: -2, max: 2 }),
      more: qtyArbitrary,
    }),
  },
);

const viewsAgree: Check = {
  id: 'views-agree',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({
        side: sideArbitrary,
        qty: qtyArbitrary,
        steps: fc.array(step, { minLength: 1, maxLength: 6 }),
      }),
      async ({ side, qty, steps }, session) => {
        const venue = venueSession(session);
        const [symbol, ...accounts] = await Promise.all([
          venue.symbol('ACME'),
          venue.account('ann'),
          venue.account('bob'),
          venue.account('cat'),
        ]);
        const ledger = orderLedger(symbol);
        const enter = async (request: Omit<OrderRequest, 'symbol'>): Promise<void> => {
          const report = await venue.submit({ symbol, ...request });
          ledger.submitted(report);
          hit('fills', report.fills.length);
          await holdAgreed(venue, ledger, accounts, report);
        };
        // Two trades for certain: one order meets two others.
        const maker = { side, priceE4: priceAt(0), qty };
        await enter({ account: accounts[0]!, ...maker });
        await enter({ account: accounts[1]!, ...maker });
        await enter({ account: accounts[2]!, ...maker, side: oppositeOf(side), qty: qty + 1 });

        for (const each of steps) {
          if (each.kind === 'submit') {
            const { account, ticks, ...how } = each;
            const request = { side: how.side, qty: how.qty, priceE4: priceAt(ticks) };
            await enter({ account: accounts[account]!, ...request });
            continue;
          }
          const orders = [...ledger.orders.values()].filter(({ leavesQty }) => leavesQty > 0);
          const order = orders[each.pick % Math.max(1, orders.length)];
          if (!order) continue;
          const { orderId, account, orderQty } = order;
          if (each.kind === 'cancel') {
            const answer = await venue.tryCancel(orderId, account);
            if (answer.kind === 'refused') continue;
            ledger.canceled(orderId);
            await holdAgreed(venue, ledger, accounts, answer.output);
          } else {
            const change = { priceE4: priceAt(each.ticks), qty: orderQty + each.more };
            const answer = await venue.tryReplace(orderId, account, change);
            if (answer.kind === 'refused') continue;
            ledger.replaced(orderId, answer.output);
            hit('fills', answer.output.fills.length);
            await holdAgreed(venue, ledger, accounts, answer.output);
          }
        }
      },
      { runs: 12 },
    ),
};

/** Book, positions and audit event are what the reports so far add up to. */
async function holdAgreed(
  venue: VenueSession,
  ledger: OrderLedger,
  accounts: readonly string[],
  report: ExecutionReport,
): Promise<void> {
  const what = `After ${told(report).replace(/^The/, 'the')} (auditSeq ${report.auditSeq})`;
  const event = await auditEvent(venue, witnessOf(report, told(report)));
  hold(
    sameJson(comparable(event.output), comparable(report)),
    `${what} the audit journal has another outcome than the report.`,
    report,
    event.output,
  );
  const { symbol } = ledger;
  const [book, ...positions] = await Promise.all([
    venue.book(symbol),
    ...accounts.map((account) => venue.position(account, symbol)),
  ]);
  const levels = ledger.levels();
  hold(
    sameLevels(book, levels),
    `${what} the book of ${symbol} is not what the reports add up to.`,
    levelsText(levels),
    levelsText(book),
  );
  for (const [index, account] of accounts.entries()) {
    holdSame(
      positions[index],
      ledger.position(account),
      `${what} the position of ${account} is not what the reports add up to.`,
    );
  }
}

export const atomicCommands: readonly Check[] = [viewsAgree];
