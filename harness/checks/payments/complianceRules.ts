/** PAY-COMP-01: the rules of the region decide. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Payment, PaymentMethod } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { holdDecisionRecorded } from './decisionEvents.ts';
import {
  holdCharged,
  holdDeclined,
  holdNothingCharged,
  holdUnavailable,
  paymentOf,
} from './decisionReply.ts';
import { lateAnswersCame, OUTAGES } from './outages.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { oddDevice } from './stages.ts';
import type { Behaviour } from './worldQuestions.ts';

const IBAN: PaymentMethod = { type: 'iban', iban: 'DE89370400440532013000' };
const WALLET: PaymentMethod = { type: 'wallet', walletToken: 'wallet-of-ann' };
const MAX_AMOUNT_MINOR = 50_000;
const LARGEST_MINOR = Number.MAX_SAFE_INTEGER;

/** A shop with rules of every kind: two countries, wallets, a limit. */
function strictShop(context: CheckContext): Promise<Shop> {
  return openShop(context.session(), worldOf(context), {
    region: {
      compliance: {
        sanctionedCountries: ['KP', 'SY'],
        blockedMethods: ['wallet'],
        maxAmountMinor: MAX_AMOUNT_MINOR,
        dataResidency: false,
      },
    },
  });
}

/** A customer whom the sanctions list answers like that, always. */
async function screened(shop: Shop, behaviour: Behaviour, index = 0): Promise<{ name: string }> {
  const name = `Ann ${shop.id(`name ${index}`)}`;
  await shop.world.script('screenSanctions', name, [], behaviour);
  return { name };
}

const MATCH: Behaviour = { kind: 'answer', body: { match: true } };

type Violating = (shop: Shop) => PaymentRequest | Promise<PaymentRequest>;

const VIOLATIONS: Readonly<Record<string, Violating>> = {
  'a customer of a sanctioned country': () => ({ customer: { country: 'KP' } }),
  'a customer of another sanctioned country': () => ({ customer: { country: 'SY' } }),
  'a customer whom the sanctions list matches': async (shop) => ({
    customer: await screened(shop, MATCH),
  }),
  'a blocked payment method': () => ({ paymentMethod: WALLET }),
  'one more than the largest amount': () => ({ amountMinor: MAX_AMOUNT_MINOR + 1 }),
  'the largest amount that there is': () => ({ amountMinor: LARGEST_MINOR }),
  'an amount in yen above the limit': () => ({
    amountMinor: MAX_AMOUNT_MINOR + 1,
    currency: 'JPY',
  }),
  'a sanctioned customer whose score is in the review band': (shop) => ({
    customer: { country: 'KP', deviceId: oddDevice(shop) },
  }),
};

const violationsAreDeclined: Check = {
  id: 'violations-are-declined',
  isolation: 'shared',
  async run(context) {
    const shop = await strictShop(context);
    const judge = async (what: string, reply: Reply<Payment>): Promise<void> => {
      await holdDeclined(shop, reply, 'COMPLIANCE_VIOLATION', `A payment with ${what}`);
      context.hit('violations');
    };
    await Promise.all(
      Object.entries(VIOLATIONS).map(async ([what, violating]) => {
        await judge(what, await shop.tryPay(await violating(shop)));
      }),
    );
    const { paymentId } = await shop.pay({ confirm: false, amountMinor: MAX_AMOUNT_MINOR + 1 });
    const confirmed = await shop.command('confirmPayment', paymentId);
    await judge('too large an amount, confirmed later,', confirmed);
  },
};

const PASSING: Readonly<Record<string, Violating>> = {
  'exactly the largest amount': () => ({ amountMinor: MAX_AMOUNT_MINOR }),
  'exactly the largest amount in yen': () => ({ amountMinor: MAX_AMOUNT_MINOR, currency: 'JPY' }),
  'a customer of a country that is not sanctioned': () => ({ customer: { country: 'KR' } }),
  'a method that is not blocked': () => ({ paymentMethod: IBAN }),
  'a customer whom the sanctions list does not match': async (shop) => ({
    customer: await screened(shop, { kind: 'answer', body: { match: false } }),
  }),
};

const limitsAreExact: Check = {
  id: 'limits-are-exact',
  isolation: 'shared',
  async run(context) {
    const strict = await strictShop(context);
    const free = await openShop(context.session(), worldOf(context));
    const judge = async (shop: Shop, what: string, request: PaymentRequest): Promise<void> => {
      const sentence = `A payment with ${what}`;
      const payment = okOutput(sentence, await shop.tryPay(request));
      await holdCharged(shop, payment, 'succeeded', sentence);
      context.hit('passed');
    };
    await Promise.all([
      ...Object.entries(PASSING).map(async ([what, request]) =>
        judge(strict, what, await request(strict)),
      ),
      judge(free, 'a large amount, where no limit is set,', {
        amountMinor: 1_000_000_000_000,
      }),
      judge(free, 'a wallet, where no method is blocked,', { paymentMethod: WALLET }),
    ]);
  },
};

/** A document of the sanctions list, or a text that it sends in its place. */
const NONSENSE_ANSWERS: readonly (JsonObject | string)[] = [
  {},
  { match: null },
  { match: 'false' },
  { match: 0 },
  { match: [] },
  { result: false },
  '{"match": fals',
  'false',
  '',
];

const outageIsNoVerdict: Check = {
  id: 'outage-is-no-verdict',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const nonsense = NONSENSE_ANSWERS.map((body) => {
      const shown = typeof body === 'string' ? body || 'an empty text' : JSON.stringify(body);
      const behaviour: Behaviour =
        typeof body === 'string' ? { kind: 'text', body } : { kind: 'answer', body };
      return { what: `answers ${shown}`, behaviour };
    });
    const sentMs = performance.now();
    const judged = await Promise.all(
      [...OUTAGES, ...nonsense].map(async ({ what, behaviour }, index) => {
        const reply = await shop.tryPay({ customer: await screened(shop, behaviour, index) });
        const sentence = `A payment for which the sanctions list ${what}`;
        const paymentId = await holdUnavailable(shop, reply, 'COMPLIANCE_UNAVAILABLE', sentence);
        await holdDecisionRecorded(shop, paymentId, 'compliance.decided', 'unavailable', sentence);
        context.hit('outages');
        return { paymentId: paymentOf(reply), sentence };
      }),
    );
    await lateAnswersCame(sentMs);
    for (const { paymentId, sentence } of judged) {
      await holdNothingCharged(shop, paymentId, sentence);
    }
  },
};

export const complianceRules: readonly Check[] = [
  violationsAreDeclined,
  limitsAreExact,
  outageIsNoVerdict,
];
