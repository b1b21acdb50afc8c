/** PAY-FRAUD-02: without a score no money moves. */
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { holdNothingCharged, holdUnavailable } from './decisionReply.ts';
import { holdDecisionRecorded } from './decisionEvents.ts';
import { lateAnswersCame, OUTAGES } from './outages.ts';
import { openShop, worldOf } from './shop.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import type { Behaviour } from './worldQuestions.ts';

const failsClosed: Check = {
  id: 'fails-closed',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const sentMs = performance.now();
    const paymentIds = await Promise.all(
      OUTAGES.map(async ({ what, behaviour }, index) => {
        const request = await withScorer(shop, behaviour, index);
        const reply = await shop.tryPay(request);
        const sentence = `A payment for which the scorer ${what}`;
        const paymentId = await holdUnavailable(shop, reply, 'FRAUD_UNAVAILABLE', sentence);
        context.hit('refused');
        return paymentId;
      }),
    );
    await lateAnswersCame(sentMs);
    for (const [index, paymentId] of paymentIds.entries()) {
      const what = `A payment for which the scorer ${OUTAGES[index]?.what}`;
      await holdNothingCharged(shop, paymentId, what);
    }
  },
};

const outageIsRecorded: Check = {
  id: 'outage-is-recorded',
  isolation: 'shared',
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const outages: typeof OUTAGES = [
      ...OUTAGES,
      { what: 'answers no number', behaviour: { kind: 'answer', body: { score: 'low' } } },
    ];
    await Promise.all(
      outages.map(async ({ what, behaviour }, index) => {
        const reply = await shop.tryPay(await withScorer(shop, behaviour, index));
        const sentence = `A payment for which the scorer ${what}`;
        const paymentId = await holdUnavailable(shop, reply, 'FRAUD_UNAVAILABLE', sentence);
        await holdDecisionRecorded(shop, paymentId, 'fraud.decided', 'unavailable', sentence);
        const { risk } = await shop.get(paymentId);
        hold(
          risk.decision === 'unavailable' && risk.level === 'unknown',
          `${sentence} should show the risk decision unavailable and the level unknown.`,
          { level: 'unknown', decision: 'unavailable' },
          risk,
        );
        context.hit('recorded');
      }),
    );
  },
};

/** A payment from a device whose every score fails like that. */
async function withScorer(
  shop: Shop,
  behaviour: Behaviour,
  index: number,
): Promise<PaymentRequest> {
  const deviceId = shop.id(`device ${index}`);
  await shop.world.script('scoreFraud', deviceId, [], behaviour);
  return { customer: { deviceId } };
}

export const scorerDown: readonly Check[] = [failsClosed, outageIsRecorded];
