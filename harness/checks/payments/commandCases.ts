/** Commands of every kind, each made ready on a payment of its own and not yet sent. */
import type { Reply } from '../kit/replies.ts';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import { paymentIdOf } from './refusals.ts';
import type { PaymentRequest, Shop } from './shop.ts';
import { DECLINED_CARD, oddDevice, OTHER_CARD, paymentIn } from './stages.ts';
import type { Stage } from './stages.ts';

export interface Command {
  readonly operation: CommandName;
  /** With its idempotency key. */
  readonly input: object;
}

export type CommandName =
  | 'createPayment'
  | 'confirmPayment'
  | 'reviewPayment'
  | 'capturePayment'
  | 'cancelPayment'
  | 'createRefund';

type Prepare = (shop: Shop, amountMinor: number) => Promise<Command>;

/** Those that act on a payment which is there. */
export const FOLLOWING_COMMANDS = {
  confirm: on('confirmPayment', 'requires_confirmation'),
  'confirm with another card': on('confirmPayment', 'requires_payment_method', () => ({
    paymentMethod: OTHER_CARD,
  })),
  approve: on('reviewPayment', 'requires_review', () => ({ decision: 'approve' })),
  reject: on('reviewPayment', 'requires_review', () => ({ decision: 'reject' })),
  capture: on('capturePayment', 'requires_capture'),
  'capture a part': on('capturePayment', 'requires_capture', (amountMinor) => ({
    amountMinor: Math.ceil(amountMinor / 3),
  })),
  cancel: on('cancelPayment', 'requires_capture'),
  'cancel a recorded one': on('cancelPayment', 'requires_confirmation'),
  refund: on('createRefund', 'succeeded', (amountMinor) => ({
    amountMinor: Math.ceil(amountMinor / 4),
  })),
} satisfies Record<string, Prepare>;

/** All of them. */
export const COMMANDS: Readonly<Record<string, Prepare>> = {
  pay: create(() => ({})),
  authorize: create(() => ({ captureMethod: 'manual' })),
  record: create(() => ({ confirm: false })),
  'pay by a declined card': create(() => ({ paymentMethod: DECLINED_CARD })),
  'pay from an odd device': create((shop) => ({ customer: { deviceId: oddDevice(shop) } })),
  ...FOLLOWING_COMMANDS,
};

export function prepare(shop: Shop, kind: string, amountMinor: number): Promise<Command> {
  const ready = COMMANDS[kind];
  if (!ready) throw new Error(`There is no command "${kind}".`);
  return ready(shop, amountMinor);
}

function create(request: (shop: Shop) => PaymentRequest): Prepare {
  return async (shop, amountMinor) => ({
    operation: 'createPayment',
    input: shop.payment({ amountMinor, ...request(shop) }),
  });
}

function on(
  operation: CommandName,
  stage: Stage,
  more: (amountMinor: number) => object = () => ({}),
): Prepare {
  return async (shop, amountMinor) => {
    const { paymentId } = await paymentIn(shop, stage, { amountMinor });
    return {
      operation,
      input: { idempotencyKey: shop.freshKey(), paymentId, ...more(amountMinor) },
    };
  };
}

export function send(shop: Shop, { operation, input }: Command): Promise<Reply<Payment | Refund>> {
  return shop.attempt(operation, input);
}

/** The payment that a reply, or a 402, is about. */
export function aboutWhich(reply: Reply<Payment | Refund>): string {
  return reply.kind === 'ok' ? reply.output.paymentId : paymentIdOf(reply.problem);
}

/** A reply that may not change any more. */
export function isFinal(reply: Reply<Payment | Refund>): boolean {
  return (
    reply.kind === 'refused' ||
    (reply.output.status !== 'processing' && reply.output.status !== 'pending')
  );
}

/** Whatever its status allows, so that its present state is no longer that of an earlier reply; `false`: it is final. */
export async function moveOn(shop: Shop, paymentId: string): Promise<boolean> {
  const { status } = await shop.get(paymentId);
  switch (status) {
    case 'requires_confirmation':
    case 'requires_payment_method':
    case 'requires_review':
      return (await shop.command('cancelPayment', paymentId)).kind === 'ok';
    case 'requires_capture':
      return (await shop.command('capturePayment', paymentId)).kind === 'ok';
    case 'succeeded':
      return (await shop.refund(paymentId, { amountMinor: 1 })).kind === 'ok';
    case 'processing':
    case 'canceled':
      return false;
  }
}
