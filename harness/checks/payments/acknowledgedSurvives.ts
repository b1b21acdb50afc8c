/** PAY-EVT-01.d: what was acknowledged before a crash is there after it. */
import type { KeyRecord, Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { killedWaves } from './killedWaves.ts';
import type { Acknowledged } from './killedWaves.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';

const KILLS = 5;
const BEFORE = 'was acknowledged before SIGKILL';

export const acknowledgedSurvives: Check = {
  id: 'acknowledged-survives',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const shop = await openShop(context.session(), worldOf(context));
    const earlier: Payment[] = [];
    await killedWaves(context, shop, KILLS, async (acknowledged) => {
      for (const each of acknowledged) {
        await holdKey(shop, each);
        if (each.kind === 'refund') await holdRefund(shop, each.refund);
        else await holdPayment(shop, each.payment);
        context.hit('acknowledged');
      }
      for (const payment of earlier) await holdStream(shop, payment);
      earlier.push(
        ...acknowledged.flatMap((each) => (each.kind === 'payment' ? [each.payment] : [])),
      );
    });
  },
};

async function holdKey(shop: Shop, { idempotencyKey }: Acknowledged): Promise<void> {
  const found = await shop.findKey(idempotencyKey);
  const state = found.kind === 'ok' ? (found.output satisfies KeyRecord).state : found.problem.code;
  holdSame(
    state,
    'completed',
    `The command with the key ${idempotencyKey} ${BEFORE}, and afterwards findKey answers ${state}.`,
  );
}

async function holdPayment(shop: Shop, payment: Payment): Promise<void> {
  const { paymentId } = payment;
  await holdStream(shop, payment);
  const read = await shop.get(paymentId);
  for (const field of [
    ...(['status', 'amountMinor', 'currency', 'amountCapturableMinor'] as const),
    ...(['amountReceivedMinor', 'settlement'] as const),
  ]) {
    holdSame(
      read[field],
      payment[field],
      `The payment ${paymentId} ${BEFORE} with ${field} ${JSON.stringify(payment[field])}, and afterwards it has ${JSON.stringify(read[field])}.`,
    );
  }
}

/** The stream goes at least as far as the reply said. */
async function holdStream(shop: Shop, { paymentId, version }: Payment): Promise<void> {
  const reply = await shop.attempt<{ events: { seq: number }[] }>('listPaymentEvents', {
    paymentId,
  });
  const last = reply.kind === 'ok' ? (reply.output.events.at(-1)?.seq ?? 0) : 0;
  hold(
    last >= version,
    `The payment ${paymentId} ${BEFORE} with version ${version}, and afterwards its stream ends at ${last}.`,
    version,
    last,
  );
}

async function holdRefund(shop: Shop, refund: Refund): Promise<void> {
  const { refundId, paymentId, amountMinor } = refund;
  const read = await shop.attempt<Refund>('getRefund', { refundId });
  const told =
    read.kind === 'ok' ? `${read.output.status} of ${read.output.amountMinor}` : read.problem.code;
  holdSame(
    told,
    `succeeded of ${amountMinor}`,
    `The refund ${refundId} of ${amountMinor} ${BEFORE}, and afterwards getRefund answers ${told}.`,
  );
  const { amountRefundedMinor } = await shop.get(paymentId);
  hold(
    amountRefundedMinor >= amountMinor,
    `The refund ${refundId} of ${amountMinor} ${BEFORE}, and afterwards its payment has amountRefundedMinor ${amountRefundedMinor}.`,
    amountMinor,
    amountRefundedMinor,
  );
}
