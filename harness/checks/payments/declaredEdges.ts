/** The edges that the brief declares, but for the deadline's. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Payment } from '../../../spec/payments/messages.d.ts';
import { holdCarriedOut, holdRefused, paymentIdOf } from './refusals.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { badDevice, DECLINED_CARD, oddDevice, OTHER_CARD, paymentIn, POOR_CARD } from './stages.ts';
import type { Stage } from './stages.ts';

export interface Edge {
  readonly name: string;
  /** Brings a payment to where the edge begins and sends the command; answers the payment as the reply, or the refusal's payment, tells it. */
  walk(shop: Shop, amountMinor: number): Promise<Payment>;
  leadsTo(amountMinor: number): Partial<Payment>;
}

const recorded = (): Partial<Payment> => ({
  status: 'requires_confirmation',
  amountCapturableMinor: 0,
  amountReceivedMinor: 0,
  cancellationReason: null,
});
const declined = (declineCode: Payment['declineCode']) => (): Partial<Payment> => ({
  status: 'requires_payment_method',
  declineCode,
  amountCapturableMinor: 0,
  amountReceivedMinor: 0,
});
const inReview = (): Partial<Payment> => ({
  status: 'requires_review',
  amountCapturableMinor: 0,
  amountReceivedMinor: 0,
});
const authorized = (amountMinor: number): Partial<Payment> => ({
  status: 'requires_capture',
  amountCapturableMinor: amountMinor,
  amountReceivedMinor: 0,
  declineCode: null,
});
const captured = (amountMinor: number): Partial<Payment> => ({
  status: 'succeeded',
  amountCapturableMinor: 0,
  amountReceivedMinor: amountMinor,
  declineCode: null,
  cancellationReason: null,
});
const canceled = (cancellationReason: Payment['cancellationReason']) => (): Partial<Payment> => ({
  status: 'canceled',
  cancellationReason,
  amountCapturableMinor: 0,
  amountReceivedMinor: 0,
});
const partOf = (amountMinor: number): number => Math.ceil(amountMinor / 3);

const MANUAL = { captureMethod: 'manual' } as const;

export const EDGES: readonly Edge[] = [
  created('createPayment with confirm: false', () => ({ confirm: false }), recorded),
  created('an automatic createPayment', () => ({}), captured),
  created('a manual createPayment', () => MANUAL, authorized),
  created(
    'createPayment with a declined card',
    () => ({ paymentMethod: DECLINED_CARD }),
    declined('CARD_DECLINED'),
  ),
  created(
    'createPayment with insufficient funds',
    () => ({ paymentMethod: POOR_CARD }),
    declined('INSUFFICIENT_FUNDS'),
  ),
  created(
    'createPayment from a device with a score above the threshold',
    (shop) => ({ customer: { deviceId: badDevice(shop) } }),
    declined('FRAUD_SUSPECTED'),
  ),
  created(
    'createPayment from a device with a score in the review band',
    (shop) => ({ customer: { deviceId: oddDevice(shop) } }),
    inReview,
  ),
  {
    name: 'a createPayment that is refused with 503',
    async walk(shop) {
      const request = await withoutScore(shop);
      return refusedPayment(shop, await shop.tryPay(request), 'FRAUD_UNAVAILABLE');
    },
    leadsTo: recorded,
  },
  {
    name: 'a confirmPayment that is refused with 503',
    async walk(shop) {
      const request = await withoutScore(shop);
      const { paymentId } = await paymentIn(shop, 'requires_confirmation', request);
      const reply = await shop.command('confirmPayment', paymentId);
      return refusedPayment(shop, reply, 'FRAUD_UNAVAILABLE');
    },
    leadsTo: recorded,
  },
  follow('confirmPayment', 'requires_confirmation', captured),
  follow('confirmPayment', 'requires_confirmation', authorized, { request: MANUAL }),
  follow('confirmPayment', 'requires_confirmation', captured, {
    more: { paymentMethod: OTHER_CARD },
  }),
  follow('confirmPayment', 'requires_payment_method', captured, {
    more: { paymentMethod: OTHER_CARD },
  }),
  follow('confirmPayment', 'requires_payment_method', authorized, {
    request: MANUAL,
    more: { paymentMethod: OTHER_CARD },
  }),
  {
    name: 'confirmPayment with another declined card',
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, 'requires_payment_method', { amountMinor });
      const reply = await shop.command('confirmPayment', paymentId, { paymentMethod: POOR_CARD });
      return refusedPayment(shop, reply, 'DECLINED');
    },
    leadsTo: declined('INSUFFICIENT_FUNDS'),
  },
  {
    name: 'confirmPayment from a device with a score in the review band',
    async walk(shop, amountMinor) {
      const customer = { deviceId: oddDevice(shop) };
      const { paymentId } = await paymentIn(shop, 'requires_confirmation', {
        amountMinor,
        customer,
      });
      return okOutput('confirmPayment', await shop.command('confirmPayment', paymentId));
    },
    leadsTo: inReview,
  },
  follow('reviewPayment', 'requires_review', captured, { more: { decision: 'approve' } }),
  follow('reviewPayment', 'requires_review', authorized, {
    request: MANUAL,
    more: { decision: 'approve' },
  }),
  follow('reviewPayment', 'requires_review', canceled('rejected'), {
    more: { decision: 'reject' },
  }),
  {
    name: 'an approved payment with a declined card',
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, 'requires_review', {
        amountMinor,
        paymentMethod: DECLINED_CARD,
      });
      const reply = await shop.command('reviewPayment', paymentId, { decision: 'approve' });
      return refusedPayment(shop, reply, 'DECLINED');
    },
    leadsTo: declined('CARD_DECLINED'),
  },
  follow('capturePayment', 'requires_capture', captured),
  {
    name: 'capturePayment of a part',
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, 'requires_capture', { amountMinor });
      const more = { amountMinor: partOf(amountMinor) };
      return okOutput('capturePayment', await shop.command('capturePayment', paymentId, more));
    },
    leadsTo: (amountMinor) => captured(partOf(amountMinor)),
  },
  follow('cancelPayment', 'requires_confirmation', canceled('requested')),
  follow('cancelPayment', 'requires_payment_method', canceled('requested')),
  follow('cancelPayment', 'requires_review', canceled('requested')),
  follow('cancelPayment', 'requires_capture', canceled('requested')),
  {
    name: 'createRefund of a part',
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, 'succeeded', { amountMinor });
      okOutput('createRefund', await shop.refund(paymentId, { amountMinor: partOf(amountMinor) }));
      return shop.get(paymentId);
    },
    leadsTo: (amountMinor) => ({
      ...captured(amountMinor),
      amountRefundedMinor: partOf(amountMinor),
    }),
  },
  {
    name: 'createRefund of all that was captured',
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, 'succeeded', { amountMinor });
      okOutput('createRefund', await shop.refund(paymentId));
      return shop.get(paymentId);
    },
    leadsTo: (amountMinor) => ({ ...captured(amountMinor), amountRefundedMinor: amountMinor }),
  },
];

function created(
  name: string,
  request: (shop: Shop) => PaymentRequest,
  leadsTo: Edge['leadsTo'],
): Edge {
  return {
    name,
    leadsTo,
    async walk(shop, amountMinor) {
      const reply = await shop.tryPay({ amountMinor, ...request(shop) });
      if (leadsTo(amountMinor).status !== 'requires_payment_method') {
        return holdCarriedOut(reply, name);
      }
      return refusedPayment(shop, reply, 'DECLINED');
    },
  };
}

type FollowingOperation = Parameters<Shop['command']>[0];

function follow(
  operation: FollowingOperation,
  stage: Stage,
  leadsTo: Edge['leadsTo'],
  {
    request = {},
    more = {},
  }: { request?: PaymentRequest; more?: Parameters<Shop['command']>[2] } = {},
): Edge {
  const name = `${operation} in ${stage}`;
  return {
    name,
    leadsTo,
    async walk(shop, amountMinor) {
      const { paymentId } = await paymentIn(shop, stage, { amountMinor, ...request });
      return holdCarriedOut(await shop.command(operation, paymentId, more), name);
    },
  };
}

async function refusedPayment(shop: Shop, reply: Reply<unknown>, code: string): Promise<Payment> {
  return shop.get(paymentIdOf(holdRefused(reply, [code], 'The command')));
}

async function withoutScore(shop: Shop): Promise<PaymentRequest> {
  const deviceId = shop.id('unscored');
  await shop.world.script('scoreFraud', deviceId, [], { kind: 'error', status: 500 });
  return { customer: { deviceId } };
}
