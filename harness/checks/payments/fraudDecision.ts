/** PAY-FRAUD-01: the score decides. */
import type { Payment } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { holdCharged, holdDeclined, holdNothingCharged, holdUnavailable } from './decisionReply.ts';
import { holdRefused } from './refusals.ts';
import { scoreIsPrivate } from './scoreIsPrivate.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';

interface Policy {
  readonly reviewFrom: number;
  readonly blockAbove: number;
}

/** The default, one of its own, and one whose band is a single score. */
const POLICIES: readonly Policy[] = [
  { reviewFrom: 0.65, blockAbove: 0.8 },
  { reviewFrom: 0.3, blockAbove: 0.55 },
  { reviewFrom: 0.5, blockAbove: 0.5 },
];

async function shopWith(context: CheckContext, policy: Policy): Promise<Shop> {
  const isDefault = policy === POLICIES[0];
  return openShop(context.session(), worldOf(context), {
    ...(!isDefault && { network: { fraud: policy } }),
  });
}

/** A payment whose device has this score. */
async function payScored(
  shop: Shop,
  score: number,
  request: PaymentRequest = {},
): Promise<Reply<Payment>> {
  const deviceId = shop.id(`device at ${score}`);
  await shop.world.script('scoreFraud', deviceId, [], { kind: 'answer', body: { score } });
  return shop.tryPay({ ...request, customer: { deviceId } });
}

function told(score: number, { reviewFrom, blockAbove }: Policy): string {
  return `A payment with the score ${score} (review from ${reviewFrom}, block above ${blockAbove})`;
}

const blocksAbove: Check = {
  id: 'blocks-above',
  isolation: 'shared',
  run: (context) =>
    forEachPolicy(context, async (shop, policy) => {
      const { blockAbove } = policy;
      const above = [blockAbove + 0.000_001, (blockAbove + 1) / 2, 1];
      for (const score of above) {
        const reply = await payScored(shop, score);
        await holdDeclined(shop, reply, 'FRAUD_SUSPECTED', told(score, policy));
        context.hit('blocked');
      }
      const payment = okOutput(told(blockAbove, policy), await payScored(shop, blockAbove));
      hold(
        payment.declineCode === null && payment.status !== 'requires_payment_method',
        `${told(blockAbove, policy)} should not be declined, but is in ${payment.status}.`,
        'requires_review',
        payment,
      );
      context.hit('atThreshold');
    }),
};

const reviewsInTheBand: Check = {
  id: 'reviews-in-the-band',
  isolation: 'shared',
  run: (context) =>
    forEachPolicy(context, async (shop, policy) => {
      const { reviewFrom, blockAbove } = policy;
      await Promise.all([
        approvedAfterReview(context, shop, reviewFrom, policy),
        rejectedAfterReview(context, shop, blockAbove, policy),
        approvedAfterReview(context, shop, (reviewFrom + blockAbove) / 2, policy, 'manual'),
      ]);
      const below = reviewFrom - 0.000_001;
      const payment = okOutput(told(below, policy), await payScored(shop, below));
      await holdCharged(shop, payment, 'succeeded', told(below, policy));
    }),
};

async function payIntoReview(
  context: CheckContext,
  shop: Shop,
  score: number,
  policy: Policy,
  request: PaymentRequest,
): Promise<Payment> {
  const what = told(score, policy);
  const payment = okOutput(what, await payScored(shop, score, request));
  const { status, paymentId } = payment;
  hold(
    status === 'requires_review',
    `${what} should wait for review, but is in ${status}.`,
    'requires_review',
    payment,
  );
  for (const operation of ['confirmPayment', 'capturePayment'] as const) {
    holdRefused(
      await shop.command(operation, paymentId),
      ['INVALID_STATE'],
      `${operation} of a payment in review`,
    );
  }
  await holdNothingCharged(shop, paymentId, `${what}, before anybody approved it,`);
  context.hit('reviewed');
  return payment;
}

async function approvedAfterReview(
  context: CheckContext,
  shop: Shop,
  score: number,
  policy: Policy,
  captureMethod: 'automatic' | 'manual' = 'automatic',
): Promise<void> {
  const { paymentId } = await payIntoReview(context, shop, score, policy, { captureMethod });
  const reply = await shop.command('reviewPayment', paymentId, { decision: 'approve' });
  const status = captureMethod === 'manual' ? 'requires_capture' : 'succeeded';
  const what = `${told(score, policy)}, approved after review,`;
  await holdCharged(shop, okOutput(what, reply), status, what);
}

async function rejectedAfterReview(
  context: CheckContext,
  shop: Shop,
  score: number,
  policy: Policy,
): Promise<void> {
  const { paymentId } = await payIntoReview(context, shop, score, policy, {});
  const reply = await shop.command('reviewPayment', paymentId, { decision: 'reject' });
  const { status, cancellationReason } = okOutput('reviewPayment', reply);
  hold(
    status === 'canceled' && cancellationReason === 'rejected',
    `A payment that was rejected in review should be canceled with reason rejected, but is ${status} with reason ${cancellationReason}.`,
    { status: 'canceled', cancellationReason: 'rejected' },
    { status, cancellationReason },
  );
  await holdNothingCharged(shop, paymentId, 'A payment that was rejected in review');
}

async function forEachPolicy(
  context: CheckContext,
  judge: (shop: Shop, policy: Policy) => Promise<void>,
): Promise<void> {
  await Promise.all(POLICIES.map(async (policy) => judge(await shopWith(context, policy), policy)));
}

/** A document of the scorer, or a text that it sends in its place. */
const NONSENSE_SCORES: readonly (JsonObject | string)[] = [
  {},
  { score: null },
  { score: '0.1' },
  { score: true },
  { score: [0.1] },
  { score: { value: 0.1 } },
  { score: -0.01 },
  { score: 1.01 },
  { result: 0.1 },
  '{"score": NaN}',
  '{"score": 1e400}',
  '{"score": 0.1',
  '0.1',
  'null',
  '',
];

const nonsenseIsNoScore: Check = {
  id: 'nonsense-is-no-score',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    await Promise.all(
      NONSENSE_SCORES.map(async (body, index) => {
        const deviceId = shop.id(`odd device ${index}`);
        await shop.world.script(
          'scoreFraud',
          deviceId,
          [],
          typeof body === 'string' ? { kind: 'text', body } : { kind: 'answer', body },
        );
        const shown = typeof body === 'string' ? body : JSON.stringify(body);
        const what = `A payment for which the scorer answers ${shown || 'an empty text'}`;
        const reply = await shop.tryPay({ customer: { deviceId } });
        await holdUnavailable(shop, reply, 'FRAUD_UNAVAILABLE', what);
        context.hit('nonsense');
      }),
    );
  },
};

export const fraudDecision: readonly Check[] = [
  blocksAbove,
  reviewsInTheBand,
  nonsenseIsNoScore,
  scoreIsPrivate,
];
