/** What a provider has to settle: captures and refunds, and what looks like them and is not theirs to settle. */
import type { Refund, SettlementLine } from '../../../spec/payments/messages.d.ts';
import type { Session } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { openShop } from './shop.ts';
import type { Shop } from './shop.ts';
import type { PaymentsWorld } from './worldQuestions.ts';

/** A capture or a succeeded refund, as a correct line has it. */
export type SettledRecord = Omit<SettlementLine, 'externalId' | 'settledAtMs'>;

export interface Books {
  readonly shop: Shop;
  readonly captures: readonly SettledRecord[];
  /** Of the first captures, one each. */
  readonly refunds: readonly SettledRecord[];
  /** Known, but not captured by the provider: held only, captured by another provider; and a refund that failed. */
  readonly unsettled: readonly SettledRecord[];
  /** Of the first of their events. */
  readonly firstMs: number;
  readonly lastMs: number;
}

export const CAPTURES = 7;
export const REFUNDS = 5;
/** The captures take them in turn. */
const CURRENCIES = ['EUR', 'JPY'] as const;

/** @param amountsMinor at least 10 each; the captures take them in turn */
export async function openBooks(
  session: Session,
  world: PaymentsWorld,
  amountsMinor: readonly number[],
): Promise<Books> {
  const main = session.id('main');
  const providers = [
    { providerId: main, priority: 0 },
    { providerId: session.id('other'), priority: 1 },
  ];
  const shop = await openShop(session, world, { region: { providers } });
  const requests = Array.from({ length: CAPTURES }, (_, index) => ({
    amountMinor: amountsMinor[index % amountsMinor.length] ?? 1_000,
    currency: CURRENCIES[index % CURRENCIES.length] ?? 'EUR',
  }));
  const captures = await Promise.all(requests.map((request) => captured(shop, request)));
  const refunds = await Promise.all(
    captures.slice(0, REFUNDS).map((capture) => refunded(shop, capture)),
  );
  const unsettled = [await heldOnly(shop), await failedRefund(shop), await byTheOther(shop)];
  const [failedOf] = unsettled.filter(({ type }) => type === 'refund');
  const timesMs = await eventTimes(shop, [...captures, ...refunds]);
  return {
    shop,
    captures: [...captures, ...(failedOf ? [await captureOf(shop, failedOf.paymentId)] : [])],
    refunds,
    unsettled,
    firstMs: Math.min(...timesMs),
    lastMs: Math.max(...timesMs),
  };
}

async function captured(
  shop: Shop,
  request: { amountMinor: number; currency: string },
): Promise<SettledRecord> {
  const { paymentId } = await shop.pay(request);
  return captureOf(shop, paymentId);
}

/** As the provider has it. */
async function captureOf(shop: Shop, paymentId: string): Promise<SettledRecord> {
  const charges = await shop.chargesOf(paymentId);
  const charge = charges.find(({ status }) => status === 'captured');
  hold(charge !== undefined, 'A payment has succeeded, and no provider has captured it.');
  const { capturedMinor, currency, feeMinor } = charge;
  return { paymentId, type: 'charge', amountMinor: capturedMinor, currency, feeMinor };
}

async function refunded(shop: Shop, capture: SettledRecord): Promise<SettledRecord> {
  const { paymentId, currency } = capture;
  const amountMinor = Math.ceil(capture.amountMinor / 3);
  const refund = await refundOf(shop, paymentId, amountMinor);
  hold(refund.status === 'succeeded', 'A refund that the provider took should have succeeded.');
  const { refundId } = refund;
  return { paymentId, refundId, type: 'refund', amountMinor, currency, feeMinor: 0 };
}

async function refundOf(shop: Shop, paymentId: string, amountMinor: number): Promise<Refund> {
  return okOutput('createRefund', await shop.refund(paymentId, { amountMinor }));
}

async function heldOnly(shop: Shop): Promise<SettledRecord> {
  const { paymentId, amountMinor, currency } = await shop.authorize();
  return { paymentId, type: 'charge', amountMinor, currency, feeMinor: 10 };
}

async function byTheOther(shop: Shop): Promise<SettledRecord> {
  const failing = { kind: 'error', status: 503 } as const;
  await shop.world.script('createCharge', shop.providerId, [], failing);
  const { paymentId } = await shop.pay();
  await shop.world.script('createCharge', shop.providerId, []);
  return captureOf(shop, paymentId);
}

async function failedRefund(shop: Shop): Promise<SettledRecord> {
  const { paymentId, amountMinor, currency } = await shop.pay();
  const declining = { kind: 'decline', declineCode: 'CARD_DECLINED' } as const;
  await shop.world.script('refundCharge', shop.providerId, [], declining);
  const { refundId, status } = await refundOf(shop, paymentId, amountMinor);
  await shop.world.script('refundCharge', shop.providerId, []);
  hold(status === 'failed', `A refund that the provider declined should have failed: ${status}.`);
  return { paymentId, refundId, type: 'refund', amountMinor, currency, feeMinor: 0 };
}

async function eventTimes(shop: Shop, records: readonly SettledRecord[]): Promise<number[]> {
  const timesMs: number[] = [];
  for (const paymentId of new Set(records.map((record) => record.paymentId))) {
    const events = await shop.events(paymentId);
    const settled = events.filter(({ type }) =>
      ['payment.captured', 'payment.refunded'].includes(type),
    );
    timesMs.push(...settled.map(({ atMs }) => atMs));
  }
  return timesMs;
}
