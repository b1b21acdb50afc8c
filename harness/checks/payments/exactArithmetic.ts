/** PAY-MONEY-02: fees, splits and conversions add up. */
import fc from 'fast-check';
import type { Payment, Settlement } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { exponentOf } from './currencyTable.ts';
import { acceptedConversions, acceptedFees, isSameDecimal, splitFault } from './expectedMoney.ts';
import { imbalanceOf } from './ledgerSums.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';

/** Large and small, and those at which fractions of a fee begin. */
const amounts = fc.oneof(
  fc.integer({ min: 1, max: 1_000 }),
  fc.integer({ min: 1, max: 2_000_000_000 }),
  fc.constantFrom(1, 50, 100, 5_000, 10_000, 999_999_999_999),
);
const fees = fc.record({
  bps: fc.oneof(fc.constantFrom(0, 1, 250, 290, 5_000, 10_000), fc.integer({ min: 0, max: 1_000 })),
  fixedMinor: fc.constantFrom(0, 1, 30, 500),
});

/** Captures at once, or by a second command: all of it or a part. */
async function capture(
  shop: Shop,
  how: 'automatic' | 'whole' | 'part',
  request: PaymentRequest & { amountMinor: number },
): Promise<Payment & { settlement: Settlement }> {
  const paid =
    how === 'automatic'
      ? await shop.pay(request)
      : await captureHeld(shop, request, how === 'part' ? { amountMinor: partOf(request) } : {});
  hold(
    paid.status === 'succeeded' && paid.settlement !== null,
    'A payment that was captured should have succeeded and have its settlement.',
    'succeeded',
    paid,
  );
  const { settlement } = paid;
  const captured = how === 'part' ? partOf(request) : request.amountMinor;
  holdSame(
    paid.amountReceivedMinor,
    captured,
    `A capture of ${captured} left the payment with amountReceivedMinor ${paid.amountReceivedMinor}.`,
  );
  return { ...paid, settlement };
}

async function captureHeld(shop: Shop, request: PaymentRequest, more: object): Promise<Payment> {
  const { paymentId } = await shop.authorize(request);
  return okOutput('capturePayment', await shop.command('capturePayment', paymentId, more));
}

function partOf({ amountMinor }: { amountMinor: number }): number {
  return Math.ceil(amountMinor / 3);
}

function holdFee(
  { settlement }: { settlement: Settlement },
  fee: typeof fees extends fc.Arbitrary<infer T> ? T : never,
): void {
  const { grossMinor, feeMinor, netMinor } = settlement;
  hold(
    grossMinor === feeMinor + netMinor,
    `A settlement has grossMinor ${grossMinor}, but feeMinor ${feeMinor} and netMinor ${netMinor} add up to ${feeMinor + netMinor}.`,
    grossMinor,
    settlement,
  );
  const expected = acceptedFees(grossMinor, fee);
  holdOneOf(
    feeMinor,
    expected,
    `With ${fee.bps} bps and ${fee.fixedMinor} fixed, the fee of ${grossMinor} is`,
  );
}

const feeAndNet: Check = {
  id: 'fee-and-net',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({ fee: fees, amountsMinor: fc.array(amounts, { minLength: 3, maxLength: 3 }) }),
      async ({ fee, amountsMinor }, session) => {
        const shop = await openShop(session, worldOf(context), { network: { fee } });
        const ways = ['automatic', 'whole', 'part'] as const;
        for (const [index, amountMinor] of amountsMinor.entries()) {
          const way = ways[index % ways.length] ?? 'automatic';
          const paid = await capture(shop, way, { amountMinor });
          const { settlement, amountReceivedMinor, currency } = paid;
          holdSame(
            [settlement.currency, settlement.grossMinor, settlement.rate],
            [currency, amountReceivedMinor, null],
            'Nothing was converted: the settlement should have the payment’s currency, the captured amount as grossMinor, and no rate.',
          );
          holdFee(paid, fee);
          context.hit('captures');
        }
      },
      { runs: 8 },
    ),
};

const splitPlans = fc.record({
  fee: fees,
  amountMinor: amounts,
  weights: fc.array(
    fc.oneof(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 1_000_000 })),
    {
      minLength: 2,
      maxLength: 6,
    },
  ),
  /** The last split is the first merchant's, too. */
  isNamedTwice: fc.boolean(),
  way: fc.constantFrom('automatic', 'whole', 'part'),
});

const splitsLoseNothing: Check = {
  id: 'splits-lose-nothing',
  isolation: 'shared',
  run: (context) =>
    context.property(
      splitPlans,
      async ({ fee, amountMinor, weights, isNamedTwice, way }, session) => {
        const shop = await openShop(session, worldOf(context), { network: { fee } });
        const merchants = weights.map((_, index) =>
          shop.id(isNamedTwice && index === weights.length - 1 ? 'part0' : `part${index}`),
        );
        for (const merchantId of new Set(merchants)) await shop.putMerchant({ merchantId });
        const splits = weights.map((weight, index) => ({
          ...{ merchantId: merchants[index] ?? '', weight },
        }));
        const paid = await capture(shop, way, { amountMinor, splits } as PaymentRequest & {
          amountMinor: number;
        });
        const { allocations } = await shop.get(paid.paymentId);
        holdSame(
          allocations,
          paid.allocations,
          'The allocations of a payment are told otherwise when it is read.',
        );
        const fault = splitFault(paid.settlement.netMinor, splits, allocations);
        hold(
          fault === undefined,
          `The allocations of ${paid.settlement.netMinor} by the weights ${weights.join(', ')} are wrong: ${fault}.`,
          splits,
          allocations,
        );
        context.hit('splits');
      },
      { runs: 22 },
    ),
};

const conversions = fc.record({
  from: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF'),
  to: fc.constantFrom('USD', 'KRW', 'BHD', 'UYW'),
  /** Millionths: 0.000 001 to 10. */
  rateMillionths: fc.integer({ min: 1, max: 10_000_000 }),
  amountMinor: fc.oneof(amounts, fc.integer({ min: 1_000, max: 10_000_000 })),
  fee: fees,
  way: fc.constantFrom('automatic', 'whole', 'part'),
});

const conversionInTwoLegs: Check = {
  id: 'conversion-in-two-legs',
  isolation: 'shared',
  run: (context) =>
    context.property(
      conversions,
      async ({ from, to, rateMillionths, amountMinor, fee, way }, session) => {
        const rate = (rateMillionths / 1_000_000).toFixed(6);
        const exponents = { from: exponentOf(from), to: exponentOf(to) };
        const captured = way === 'part' ? partOf({ amountMinor }) : amountMinor;
        const accepted = acceptedConversions(captured, rate, exponents);
        // Below one minor unit there is nothing to post, and what an entry of nothing looks like is free.
        fc.pre(accepted.every((grossMinor) => grossMinor > 0));
        // Beyond what an integer of the contract holds it is refused, by the whole amount or by what is captured.
        fc.pre(acceptedConversions(amountMinor, rate, exponents).every(Number.isSafeInteger));
        const shop = await openShop(session, worldOf(context), {
          network: { fee },
          merchant: { settlementCurrency: to },
        });
        await shop.call('putRate', { networkId: shop.networkId, from, to, rate });
        const paid = await capture(shop, way, { amountMinor, currency: from });
        const { settlement } = paid;
        holdSame(
          settlement.currency,
          to,
          `The merchant settles in ${to}, and the settlement is in ${settlement.currency}.`,
        );
        holdOneOf(
          settlement.grossMinor,
          accepted,
          `${captured} minor units of ${from} at ${rate} ${to} for 1 ${from} are`,
        );
        hold(
          settlement.rate !== null && isSameDecimal(settlement.rate, rate),
          `The settlement states the rate ${settlement.rate}, and it was converted at ${rate}.`,
          rate,
          settlement.rate,
        );
        holdFee(paid, fee);
        await holdTwoLegs(shop, paid.paymentId, [from, to]);
        context.hit('conversions');
      },
      { runs: 14 },
    ),
};

async function holdTwoLegs(
  shop: Shop,
  paymentId: string,
  currencies: readonly string[],
): Promise<void> {
  const entries = (await shop.postings(paymentId)).filter(({ kind }) => kind === 'capture');
  const found = new Set<string>();
  for (const entry of entries) {
    const wrong = imbalanceOf(entry);
    hold(
      wrong === undefined,
      `The capture entry ${entry.entryId} has ${wrong?.layer} debits of ${wrong?.debitsMinor} and credits of ${wrong?.creditsMinor} ${wrong?.currency}: each leg of a conversion should balance in its currency.`,
      'equal sums',
      entry,
    );
    for (const { currency, layer } of entry.lines) if (layer === 'posted') found.add(currency);
  }
  holdSame(
    [...found].sort(),
    [...currencies].sort(),
    `A capture that is converted should have a posted leg in ${currencies.join(' and in ')}, but has ${[...found].join(', ') || 'none'}.`,
  );
}

export const exactArithmetic: readonly Check[] = [
  feeAndNet,
  splitsLoseNothing,
  conversionInTwoLegs,
];
