/** PAY-EVT-02: what cannot be recorded is not done. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Payment } from '../../../spec/payments/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import type { Check } from '../check.ts';
import { findBrokenLink } from '../kit/hashChain.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { sendUnwritable, untilWritable } from '../kit/unwritableStore.ts';
import type { Command, LimitFiles, Sent } from '../kit/unwritableStore.ts';
import { openShop, worldOf } from './shop.ts';
import type { Shop } from './shop.ts';
import { inForce } from './worldQuestions.ts';

/** What was charged and is not wanted may be voided behind the reply. */
const MAX_VOID_MS = 3_000;
const ASK_AGAIN_MS = 25;

export function storeDown(limitFiles: LimitFiles): Check {
  return {
    id: 'store-down-refuses',
    isolation: 'exclusive',
    needs: ['restart'],
    async run(context) {
      const { target, hit } = context;
      holdCanRestart(target);
      const shop = await openShop(context.session(), worldOf(context));
      const { paymentId: earlier } = await shop.pay();

      const sent = await sendUnwritable({
        ...{ session: shop.session, target, limitFiles, code: 'EVENT_STORE_UNAVAILABLE' },
        waveOf: () => waveOf(shop),
      });
      const refused = sent.filter(({ answer }) => answer.kind === 'refused');
      hit('refused', refused.length);
      const probes: string[] = [];
      await untilWritable(
        () => takesPayments(shop, probes),
        () => killAndRestart(target),
      );
      const acknowledged = [earlier, ...probes, ...acknowledgedIn(sent)];
      await holdCharged(shop, acknowledged, 'While no file could be written');

      for (const { input } of refused) {
        const reply = await shop.attempt<Payment>('createPayment', input);
        hold(
          reply.kind === 'ok',
          `A payment was refused with EVENT_STORE_UNAVAILABLE; sent again when files could be written, it is refused with ${reply.kind === 'refused' ? reply.problem.code : ''}.`,
          'a reply',
          reply,
        );
        acknowledged.push(reply.output.paymentId);
      }
      await killAndRestart(target);
      for (const paymentId of acknowledged) await holdStored(shop, paymentId);
      await holdCharged(shop, acknowledged, 'After a time without a writable store');
    },
  };
}

/** Payments against which nothing speaks. */
function waveOf(shop: Shop): Command[] {
  const request = (captureMethod: Payment['captureMethod']): Command => ({
    operation: 'createPayment',
    input: shop.payment({ captureMethod }) as unknown as JsonObject,
  });
  return [request('automatic'), request('manual'), request('automatic')];
}

function acknowledgedIn(sent: readonly Sent[]): string[] {
  return sent.flatMap(({ answer }) =>
    answer.kind === 'ok' ? [(answer.output as unknown as Payment).paymentId] : [],
  );
}

/** @param taken gets the payment that it made, if one was made */
async function takesPayments(shop: Shop, taken: string[]): Promise<boolean> {
  const answer = await shop.session.raw('createPayment', {
    ...(shop.payment() as unknown as JsonObject),
  });
  if (answer.kind !== 'ok') return false;
  taken.push((answer.output as unknown as Payment).paymentId);
  return true;
}

/** Those that were acknowledged have one charge in force each, and nothing else has. */
async function holdCharged(shop: Shop, paymentIds: readonly string[], when: string): Promise<void> {
  const expected = [...paymentIds].sort();
  const deadlineMs = performance.now() + MAX_VOID_MS;
  let charged: string[];
  do {
    charged = inForce(await shop.charges()).map(({ paymentId }) => paymentId);
    if (charged.length === expected.length) break;
    await sleep(ASK_AGAIN_MS);
  } while (performance.now() < deadlineMs);
  const unasked = charged.filter((paymentId) => !expected.includes(paymentId));
  hold(
    unasked.length === 0,
    `${when} ${unasked.length} charges were made for payments that were refused with EVENT_STORE_UNAVAILABLE, and are still in force.`,
    [],
    unasked,
  );
  holdSame(
    charged.sort(),
    expected,
    `${when} ${expected.length} payments were acknowledged, and ${charged.length} charges are in force for them.`,
  );
}

async function holdStored(shop: Shop, paymentId: string): Promise<void> {
  const payment = await shop.attempt<Payment>('getPayment', { paymentId });
  hold(
    payment.kind === 'ok',
    `The payment ${paymentId} was acknowledged around a time without a writable store, and is gone after SIGKILL and a restart.`,
    'the payment',
    payment,
  );
  const events = await shop.events(paymentId);
  const { version } = payment.output;
  holdSame(
    events.map(({ seq }) => seq),
    Array.from({ length: version }, (_, index) => index + 1),
    `The payment ${paymentId} has version ${version} after a time without a writable store, and its stream does not count from 1 to it.`,
  );
  const broken = findBrokenLink(events);
  hold(
    broken === undefined,
    `After a time without a writable store the chain of ${paymentId} is broken at event ${broken?.event.seq}.`,
    broken?.expected,
    broken?.event,
  );
}
