/** PAY-MONEY-01: amounts are integers in the minor units of ISO 4217. */
import fc from 'fast-check';
import type { Answer, JsonObject } from '../../target/target.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { currencyExponents, exponentOf } from './currencyTable.ts';
import { decimalAmount } from './expectedMoney.ts';
import { codeOf } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

/** Decided since 2023, or to be: tables of different dates disagree on them. */
const CHANGING: ReadonlySet<string> = new Set(['ANG', 'BGN', 'CUC', 'HRK', 'SLE', 'VED', 'ZWG']);
/** Of two decimals by ISO 4217, and of another number in the CLDR data that many libraries take. */
const TWO_DECIMALS_HERE = ['AFN', 'ALL', 'COP', 'HUF', 'IDR', 'IRR', 'KPW', 'LAK', 'LBP', 'MGA'];
const USUAL = ['AUD', 'CAD', 'CHF', 'CNY', 'EUR', 'GBP', 'INR', 'MRU', 'MMK', 'PKR', 'TZS', 'USD'];
const AMOUNTS_MINOR = [1, 5, 99, 1_234, 100_000, Number.MAX_SAFE_INTEGER];

const decimalsOfCurrency: Check = {
  id: 'minor-units',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const currencies = testedCurrencies();
    for (const [index, currency] of currencies.entries()) {
      const amountMinor = AMOUNTS_MINOR[(index + context.seed) % AMOUNTS_MINOR.length] ?? 1;
      const made = await shop.pay({ amountMinor, currency, confirm: false });
      const exponent = exponentOf(currency);
      for (const payment of [made, await shop.get(made.paymentId)]) {
        holdSame(
          payment.amountDecimal,
          decimalAmount(amountMinor, exponent),
          `ISO 4217 gives ${currency} ${exponent} decimals: ${amountMinor} minor units should be told as ${decimalAmount(amountMinor, exponent)}, not ${payment.amountDecimal}.`,
        );
      }
      context.hit('currencies');
    }
  },
};

/** Every currency whose exponent is not 2, those that libraries get wrong, and some that they do not. */
function testedCurrencies(): string[] {
  const odd = [...currencyExponents()].filter(([, exponent]) => exponent !== 2);
  return [...odd.map(([code]) => code), ...TWO_DECIMALS_HERE, ...USUAL].filter(
    (code) => !CHANGING.has(code),
  );
}

const WRONG_AMOUNTS = [10.5, 0.5, 1_000.01, '10', '10.00', '', 0, -1, -1_000, 2 ** 53, 1e300];

const integersOnly: Check = {
  id: 'integers-only',
  isolation: 'shared',
  async run(context) {
    const session = context.session();
    const shop = await openShop(session, worldOf(context));
    const held = await shop.authorize();
    const paid = await shop.pay();
    const booked = await shop.charges();
    holdSame(
      booked.map(({ paymentId, amountMinor }) => [paymentId, amountMinor]),
      [held, paid].map(({ paymentId, amountMinor }) => [paymentId, amountMinor]),
      'Two payments of right amounts should each have their charge at the provider.',
    );
    for (const amountMinor of WRONG_AMOUNTS) {
      const { paymentId } = held;
      const requests: [string, object][] = [
        ['createPayment', { ...shop.payment(), amountMinor }],
        ['capturePayment', { idempotencyKey: shop.freshKey(), paymentId, amountMinor }],
        [
          'createRefund',
          { idempotencyKey: shop.freshKey(), paymentId: paid.paymentId, amountMinor },
        ],
      ];
      for (const [operation, input] of requests) {
        const answer = await session.raw(operation, input as JsonObject);
        holdInvalid(answer, `${operation} with the amountMinor ${JSON.stringify(amountMinor)}`);
        context.hit('refused');
      }
    }
    holdSame(await shop.charges(), booked, 'A wrong amount was taken to the provider.');
    for (const before of [held, paid]) {
      holdSame(
        (await shop.get(before.paymentId)).version,
        before.version,
        'A command with a wrong amount was refused, and has changed the payment.',
      );
    }
  },
};

function holdInvalid(answer: Answer, what: string): void {
  switch (answer.kind) {
    case 'indeterminate':
      throw new CouldNotRun(`${what} has no certain answer: ${answer.reason}`);
    case 'malformed':
      throw new Violation(`${what} should be refused with INVALID_REQUEST. ${answer.reason}`);
    case 'ok':
    case 'refused':
      hold(
        answer.kind === 'refused' && answer.problem.code === 'INVALID_REQUEST',
        `${what} should be refused with INVALID_REQUEST, but is ${answer.kind === 'ok' ? 'taken' : `refused with ${answer.problem.code}`}.`,
        'INVALID_REQUEST',
        answer,
      );
  }
}

/** In none of the lists of ISO 4217, also not in that of historic codes (list three). */
const NEVER_ASSIGNED = ['QQQ', 'ZZZ', 'WWW', 'JJJ', 'QXZ', 'VQW'];
const NO_CURRENCY = ['UNSUPPORTED_CURRENCY', 'INVALID_REQUEST'];

const unknownCurrency: Check = {
  id: 'unknown-currency',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const { networkId } = shop;
    for (const code of NEVER_ASSIGNED) {
      const asked = await shop.tryPay({ currency: code });
      holdNoCurrency(codeOf(asked), `A payment in ${code}`);
      context.hit('refused');
    }
    const [code = ''] = NEVER_ASSIGNED;
    const rate = await shop.attempt('putRate', { networkId, from: 'EUR', to: code, rate: '2' });
    holdNoCurrency(codeOf(rate), `A rate from EUR to ${code}`);
    const merchant = await shop.attempt('putMerchant', {
      ...{ merchantId: shop.id('abroad'), networkId, country: 'DE', settlementCurrency: code },
    });
    holdNoCurrency(codeOf(merchant), `A merchant who settles in ${code}`);
    holdSame(await shop.charges(), [], 'A payment in no currency was taken to the provider.');
  },
};

function holdNoCurrency(code: string, what: string): void {
  hold(
    NO_CURRENCY.includes(code),
    `${what}, which is no code of ISO 4217, should be refused with UNSUPPORTED_CURRENCY, but is ${code === 'ok' ? 'taken' : `refused with ${code}`}.`,
    NO_CURRENCY,
    code,
  );
}

const prices = fc.record({
  currency: fc.constantFrom('EUR', 'JPY', 'KWD', 'CLF', 'HUF', 'USD'),
  settlementCurrency: fc.constantFrom('USD', 'JPY', 'KWD', 'EUR'),
  amountMinor: fc.integer({ min: 1, max: 100_000_000 }),
});

const noImplicitConversion: Check = {
  id: 'no-implicit-conversion',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.array(prices, { minLength: 5, maxLength: 5 }),
      async (payments, session) => {
        const shop = await openShop(session, worldOf(context));
        for (const [index, price] of payments.entries()) {
          await holdChargedAsAsked(shop, index, price);
          context.hit('charges');
        }
      },
      { runs: 5 },
    ),
};

/** The merchant settles in a currency that may be another one. */
async function holdChargedAsAsked(
  shop: Shop,
  index: number,
  {
    currency,
    settlementCurrency,
    amountMinor,
  }: typeof prices extends fc.Arbitrary<infer T> ? T : never,
): Promise<void> {
  const merchantId = shop.id(`m${index}`);
  await shop.putMerchant({ merchantId, settlementCurrency });
  if (currency !== settlementCurrency) {
    const { networkId } = shop;
    const rate = '3.7';
    await shop.call('putRate', { networkId, from: currency, to: settlementCurrency, rate });
  }
  const captureMethod = index % 2 === 0 ? 'automatic' : 'manual';
  const request = { merchantId, currency, amountMinor, captureMethod } as const;
  const { paymentId } = await shop.pay(request);
  const charges = await shop.chargesOf(paymentId);
  hold(charges.length > 0, 'The payment was approved, and no provider was asked.');
  for (const charge of charges) {
    holdSame(
      { amountMinor: charge.amountMinor, currency: charge.currency },
      { amountMinor, currency },
      `A payment of ${amountMinor} ${currency} was taken to the provider as ${charge.amountMinor} ${charge.currency}.`,
    );
  }
}

export const minorUnits: readonly Check[] = [
  decimalsOfCurrency,
  integersOnly,
  unknownCurrency,
  noImplicitConversion,
];
