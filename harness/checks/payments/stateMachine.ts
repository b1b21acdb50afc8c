/** PAY-STATE-01: a payment moves along the declared edges only. */
import fc from 'fast-check';
import type { Payment, Refund } from '../../../spec/payments/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { EDGES } from './declaredEdges.ts';
import type { Edge } from './declaredEdges.ts';
import { holdCarriedOut, holdRefused, holdUnchanged, look } from './refusals.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { OTHER_CARD, paymentIn } from './stages.ts';
import type { Stage } from './stages.ts';

const declaredEdges: Check = {
  id: 'declared-edges',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({ amountMinor: fc.integer({ min: 100, max: 90_000 }) }),
      async ({ amountMinor }, session) => {
        const shop = await openShop(session, worldOf(context));
        const walk = async (edge: Edge): Promise<void> => {
          const reply = await edge.walk(shop, amountMinor);
          const expected = edge.leadsTo(amountMinor);
          holdLedTo(reply, expected, `The reply to ${edge.name}`);
          const read = await shop.get(reply.paymentId);
          holdLedTo(read, expected, `getPayment after ${edge.name}`);
          context.hit('edges');
        };
        await Promise.all(EDGES.map(walk));
      },
      { runs: 2 },
    ),
};

function holdLedTo(payment: Payment, expected: Partial<Payment>, what: string): void {
  const names = Object.keys(expected) as (keyof Payment)[];
  const actual = Object.fromEntries(names.map((name) => [name, payment[name]]));
  const wrong = names.filter((name) => payment[name] !== expected[name]);
  const [first] = wrong;
  if (first === undefined) return;
  holdSame(
    actual,
    expected,
    `${what} should say ${first} ${String(expected[first])}, but says ${String(payment[first])}.`,
  );
}

type Send = (shop: Shop, paymentId: string) => Promise<Reply<Payment | Refund>>;

const SENDS = {
  confirm: (shop, paymentId) => shop.command('confirmPayment', paymentId),
  'confirm with a card': (shop, paymentId) =>
    shop.command('confirmPayment', paymentId, { paymentMethod: OTHER_CARD }),
  approve: (shop, paymentId) => shop.command('reviewPayment', paymentId, { decision: 'approve' }),
  reject: (shop, paymentId) => shop.command('reviewPayment', paymentId, { decision: 'reject' }),
  capture: (shop, paymentId) => shop.command('capturePayment', paymentId),
  'capture a part': (shop, paymentId) =>
    shop.command('capturePayment', paymentId, { amountMinor: 50 }),
  cancel: (shop, paymentId) => shop.command('cancelPayment', paymentId),
  refund: (shop, paymentId) => shop.refund(paymentId, { amountMinor: 50 }),
} satisfies Record<string, Send>;

const ILLEGAL: Readonly<Record<Stage, readonly (keyof typeof SENDS)[]>> = {
  requires_confirmation: ['approve', 'reject', 'capture', 'refund'],
  requires_payment_method: ['confirm', 'approve', 'reject', 'capture', 'refund'],
  requires_review: ['confirm', 'confirm with a card', 'capture', 'refund'],
  requires_capture: ['confirm', 'confirm with a card', 'approve', 'reject', 'refund'],
  succeeded: [
    'confirm',
    'confirm with a card',
    'approve',
    'reject',
    'capture',
    'capture a part',
    'cancel',
  ],
  canceled: ['confirm', 'confirm with a card', 'approve', 'reject', 'capture', 'cancel', 'refund'],
};

const illegalEdges: Check = {
  id: 'illegal-edges',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        amountMinor: fc.integer({ min: 100, max: 90_000 }),
        isManual: fc.boolean(),
      }),
      async ({ amountMinor, isManual }, session) => {
        const shop = await openShop(session, worldOf(context));
        const tryAll = async (stage: Stage): Promise<void> => {
          const { paymentId } = await paymentIn(shop, stage, {
            amountMinor,
            ...(isManual && { captureMethod: 'manual' }),
          });
          for (const name of ILLEGAL[stage]) {
            const before = await look(shop, paymentId);
            const what = `A command to ${name} in ${stage}`;
            const reply = await SENDS[name](shop, paymentId);
            holdRefused(reply, ['INVALID_STATE'], what);
            await holdUnchanged(shop, before, `${what}, which was refused,`);
            context.hit('refusals');
          }
        };
        await Promise.all((Object.keys(ILLEGAL) as Stage[]).map(tryAll));
        await holdStillAlive(shop);
      },
      { runs: 2 },
    ),
};

/** Nothing here is refused because everything is. */
async function holdStillAlive(shop: Shop): Promise<void> {
  const { paymentId } = await shop.authorize();
  holdCarriedOut(await shop.command('capturePayment', paymentId), 'A legal capture');
}

export const stateMachine: readonly Check[] = [declaredEdges, illegalEdges];
