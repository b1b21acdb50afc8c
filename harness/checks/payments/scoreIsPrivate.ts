/** PAY-FRAUD-01.d: the score is for the payment's merchant. */
import type { Payment, Risk, RiskDecision, RiskLevel } from '../../../spec/payments/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import type { Json } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { paymentOf } from './decisionReply.ts';
import { holdRefused } from './refusals.ts';
import { seededDigits } from './seededDigits.ts';
import { GOOD_CARD, openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

interface Case {
  readonly level: RiskLevel;
  readonly decision: RiskDecision;
  readonly base: number;
}

/** One of each decision, with digits that stand nowhere by chance. */
const CASES: readonly Case[] = [
  { level: 'normal', decision: 'allow', base: 0.31 },
  { level: 'elevated', decision: 'review', base: 0.72 },
  { level: 'highest', decision: 'block', base: 0.93 },
];
/** Decimals of a score, fewer than a double holds exactly. */
const DECIMALS = 12;
/** A number this near to the score tells it. Of all fractions in a reply, only a score may be a number. */
const NEAR = 0.005;

export const scoreIsPrivate: Check = {
  id: 'score-is-private',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const shop = await openShop(context.session(), world);
    const stranger = shop.id('stranger');
    await shop.putMerchant({ merchantId: stranger });
    await shop.putMerchant({
      merchantId: shop.merchantId,
      webhook: { url: `${world.url}/webhooks/${shop.merchantId}`, secret: 's'.repeat(32) },
    });
    const scores = CASES.map(({ base }) => distinctScore(base, context.seed));
    await Promise.all(
      CASES.map(async (each, index) => {
        const score = scores[index] ?? each.base;
        const paymentId = await holdScoreHidden(context, shop, each, score);
        await holdHiddenFrom(context, shop, stranger, { paymentId, score });
      }),
    );
    for (const { body } of await world.calls(shop.merchantId, ['receiveWebhook'])) {
      for (const score of scores) holdNoScore(body, score, 'A webhook');
    }
  },
};

/** Has replies of every kind made about a payment with this score. @returns its id */
async function holdScoreHidden(
  context: CheckContext,
  shop: Shop,
  expected: Case,
  score: number,
): Promise<string> {
  const deviceId = shop.id(`device ${score}`);
  await shop.world.script('scoreFraud', deviceId, [], { kind: 'answer', body: { score } });
  const hidden = <T>(reply: Reply<T>, operation: string): Reply<T> => {
    const text = JSON.stringify(reply);
    holdNoScore(text, score, `The reply to ${operation}`);
    context.hit('replies');
    return reply;
  };
  const ask = async (operation: string, input: object): Promise<Reply<unknown>> =>
    hidden(await shop.attempt(operation, input), operation);

  const request = shop.payment({ customer: { deviceId } });
  const first = await shop.attempt<Payment>('createPayment', request);
  const paymentId = paymentOf(hidden(first, 'createPayment'));
  await holdOwnRisk(shop, paymentId, expected, score);
  await ask('createPayment', request);
  await ask('getPayment', { paymentId });
  await ask('listPostings', { paymentId });
  await ask('findKey', { idempotencyKey: request.idempotencyKey });
  const command = (more: object): object => ({
    idempotencyKey: shop.freshKey(),
    paymentId,
    ...more,
  });
  await ask('confirmPayment', command({ paymentMethod: GOOD_CARD }));
  await ask('reviewPayment', command({ decision: 'approve' }));
  await ask('createRefund', command({ amountMinor: 1 }));
  await ask('capturePayment', command({ expectedVersion: 1 }));
  return paymentId;
}

async function holdOwnRisk(
  shop: Shop,
  paymentId: string,
  { level, decision }: Case,
  score: number,
): Promise<void> {
  const risk = await shop.risk(paymentId);
  const isScore = risk.score !== null && Math.abs(risk.score - score) < 1e-9;
  hold(
    isScore && risk.level === level && risk.decision === decision,
    `getRisk should tell the payment's own merchant the score ${score}, the level ${level} and the decision ${decision}.`,
    { score, level, decision },
    risk,
  );
}

async function holdHiddenFrom(
  context: CheckContext,
  shop: Shop,
  stranger: string,
  { paymentId, score }: { paymentId: string; score: number },
): Promise<void> {
  const ask = (merchantId: string): Promise<Reply<Risk>> =>
    shop.attempt<Risk>('getRisk', { merchantId, paymentId });
  const what = (who: string): string => `getRisk of a payment, asked by ${who},`;
  const other = await ask(stranger);
  holdRefused(other, ['UNKNOWN_PAYMENT'], what('another merchant of its network'));
  const nobody = await ask(shop.id('nobody'));
  holdRefused(nobody, ['UNKNOWN_PAYMENT', 'UNKNOWN_MERCHANT'], what('a merchant that is unknown'));
  for (const reply of [other, nobody]) {
    holdNoScore(JSON.stringify(reply), score, what('somebody else'));
    context.hit('replies');
  }
}

/** `base`, and behind it decimals that the seed gives; the last one is not 0. */
function distinctScore(base: number, seed: number): number {
  const digits = seededDigits(seed, String(base), DECIMALS - 3);
  return Number(`${base.toFixed(2)}${digits}7`);
}

/** @throws Violation when the text holds the score's digits, or as JSON a number that is nearly the score */
function holdNoScore(text: string, score: number, what: string): void {
  const digits = String(score).slice('0.'.length);
  const value = parsed(text);
  const place = value === undefined ? undefined : placeOfScore(value, score, '');
  hold(
    !text.includes(digits) && place === undefined,
    `${what} holds the fraud score${place === undefined ? '' : ` in ${place}`}; only getRisk may tell it, and only the payment's own merchant.`,
    `no ${score}`,
    text,
  );
}

function parsed(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch {
    return undefined;
  }
}

/** Where a number tells the score, also rounded, or as a percentage in a field that is called score. */
function placeOfScore(value: Json, score: number, path: string): string | undefined {
  if (typeof value === 'number') {
    const isPercent = /score[^/]*$/i.test(path) && Math.abs(value - score * 100) <= 1;
    const isFraction = !Number.isInteger(value) && Math.abs(value - score) <= NEAR;
    return isPercent || isFraction ? path : undefined;
  }
  if (typeof value !== 'object' || value === null) return undefined;
  for (const [key, each] of Object.entries(value)) {
    const place = placeOfScore(each, score, `${path}/${key}`);
    if (place !== undefined) return place;
  }
  return undefined;
}
