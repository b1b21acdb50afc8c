/** Some payments and refunds that are looked at one by one: the unusual ones first, the others by chance. */
import type { Payment, Refund } from '../../../../spec/payments/messages.d.ts';
import type { Ask } from '../../askHealed.ts';
import type { Random } from '../../../load/seededRandom.ts';
import type { Feed, Stream } from './feed.ts';

export interface Sample {
  readonly paymentIds: readonly string[];
  readonly refundIds: readonly string[];
}

export interface Views {
  readonly payments: ReadonlyMap<string, Payment>;
  readonly refunds: ReadonlyMap<string, Refund>;
}

const MAX_ODD = 200;
const MAX_PAYMENTS = 300;
const MAX_REFUNDS = 100;

/** @param first always among them, as far as they fit */
export function drawSample({ streams }: Feed, first: Iterable<string>, random: Random): Sample {
  const odd: string[] = [];
  const usual: string[] = [];
  const refundIds: string[] = [];
  for (const stream of streams.values()) {
    (isUsual(stream) ? usual : odd).push(stream.paymentId);
    refundIds.push(...(stream.refunds?.keys() ?? []));
  }
  const paymentIds = new Set([...first].slice(0, MAX_ODD));
  for (const id of drawn(odd, MAX_ODD - paymentIds.size, random)) paymentIds.add(id);
  for (const id of drawn(usual, MAX_PAYMENTS - paymentIds.size, random)) paymentIds.add(id);
  return { paymentIds: [...paymentIds], refundIds: drawn(refundIds, MAX_REFUNDS, random) };
}

export async function readViews(ask: Ask, sample: Sample): Promise<Views> {
  const payments = new Map<string, Payment>();
  const refunds = new Map<string, Refund>();
  for (const paymentId of sample.paymentIds) {
    payments.set(paymentId, await ask<Payment>('getPayment', { paymentId }));
  }
  for (const refundId of sample.refundIds) {
    refunds.set(refundId, await ask<Refund>('getRefund', { refundId }));
  }
  return { payments, refunds };
}

function isUsual({ payment, refunds, declines, wasRefused }: Stream): boolean {
  return payment?.status === 'succeeded' && !refunds && !declines && !wasRefused;
}

/** So many of them at most, each as likely; the list is used up. */
function drawn(from: string[], most: number, random: Random): string[] {
  const taken: string[] = [];
  while (taken.length < most) {
    const index = Math.floor(random() * from.length);
    const last = from.pop();
    if (last === undefined) break;
    taken.push(index < from.length ? from[index]! : last);
    if (index < from.length) from[index] = last;
  }
  return taken;
}
