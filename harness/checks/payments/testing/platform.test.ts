import { okOutput } from '../../kit/replies.ts';
import { expect, test, vi } from 'vitest';
import type { PutRegion } from '../../../../spec/payments/messages.d.ts';
import type { Check } from '../../check.ts';
import { openShop, worldOf } from '../shop.ts';
import type { Shop } from '../shop.ts';
import { inForce } from '../worldQuestions.ts';
import { chooseFreedoms } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { runCheckOn } from './judgePayments.ts';
import { memoryPlatform } from './platforms.ts';

const platforms = [0, 1, 2].map((choice) =>
  chooseFreedoms((_name, choices) => Math.min(choice, choices - 1)),
);

async function on(
  freedoms: Freedoms,
  talk: (shop: Shop, context: Parameters<Check['run']>[0]) => Promise<void>,
): Promise<void> {
  await runCheckOn(memoryPlatform({ freedoms }), {
    id: 'a conversation',
    isolation: 'exclusive',
    async run(context) {
      const session = context.session();
      const providers: PutRegion['providers'] = [
        { providerId: session.id('prov0'), priority: 0 },
        { providerId: session.id('prov1'), priority: 1 },
      ];
      const network = { fee: { bps: 100, fixedMinor: 3 } };
      const shop = await openShop(session, worldOf(context), { network, region: { providers } });
      await talk(shop, context);
      const balance = await shop.trialBalance('EUR');
      expect(balance.debitsPostedMinor).toBe(balance.creditsPostedMinor);
      expect(balance.debitsPendingMinor).toBe(balance.creditsPendingMinor);
      expect(await context.world?.complaints()).toEqual([]);
    },
  });
}

test.concurrent.each(platforms)(
  'a payment is captured in part and refunded once',
  async (freedoms) => {
    await on(freedoms, async (shop) => {
      const { paymentId } = await shop.authorize();
      const captured = await shop.command('capturePayment', paymentId, { amountMinor: 600 });
      expect(okOutput('capturePayment', captured).settlement).toMatchObject({
        ...{ grossMinor: 600, feeMinor: 9, netMinor: 591 },
      });
      const request = { amountMinor: 100, idempotencyKey: shop.freshKey() };
      const first = okOutput('createRefund', await shop.refund(paymentId, request));
      const again = await shop.refund(paymentId, request);
      expect(okOutput('createRefund', again)).toEqual(first);
      expect(again.headers).toMatchObject({ 'idempotent-replayed': 'true' });
      const [charge] = await shop.chargesOf(paymentId);
      expect(charge).toMatchObject({ capturedMinor: 600, refundedMinor: 100 });
      expect((await shop.get(paymentId)).version).toBe((await shop.events(paymentId)).length);
    });
  },
);

test.concurrent.each(platforms)(
  'a provider that fails or says nothing is left behind',
  async (freedoms) => {
    await on(freedoms, async (shop) => {
      const failing = { kind: 'error', status: 503 } as const;
      await shop.world.script('createCharge', shop.providerId, [], failing);
      const failed = await shop.pay();
      expect(failed.route.map(({ outcome }) => outcome)).toEqual(['retryable-error', 'approved']);
      await shop.world.script('createCharge', shop.providerId, [{ kind: 'silenceBooked' }]);
      const silent = await shop.pay();
      expect(inForce(await shop.chargesOf(silent.paymentId))).toHaveLength(1);
    });
  },
);

test.concurrent.each(platforms)(
  'what is not known is resolved when the provider answers',
  async (freedoms) => {
    await on(freedoms, async (shop) => {
      const { world, providerId } = shop;
      const silence = { kind: 'silence' } as const;
      await world.script('createCharge', providerId, [{ kind: 'silenceBooked' }]);
      await world.script('getCharge', providerId, [], silence);
      await world.script('voidCharge', providerId, [], silence);
      const idempotencyKey = shop.freshKey();
      await shop.tryPay({ idempotencyKey });
      const { paymentId } = okOutput('findKey', await shop.findKey(idempotencyKey));
      expect((await shop.get(paymentId ?? '')).status).toBe('processing');
      await world.script('getCharge', providerId, []);
      await world.script('voidCharge', providerId, []);
      expect((await shop.resolved(paymentId ?? '')).status).toBe('succeeded');
      expect(inForce(await shop.chargesOf(paymentId ?? ''))).toHaveLength(1);
    });
  },
);

test.concurrent.each(platforms)(
  'without a score nothing is charged, and the key can be used again',
  async (freedoms) => {
    await on(freedoms, async (shop) => {
      const request = shop.payment();
      const { deviceId } = request.customer;
      await shop.world.script('scoreFraud', deviceId, [{ kind: 'error', status: 500 }]);
      const refused = await shop.attempt('createPayment', request);
      expect(refused).toMatchObject({ problem: { code: 'FRAUD_UNAVAILABLE' } });
      expect(await shop.charges()).toEqual([]);
      expect((await shop.findKey(request.idempotencyKey)).kind).toBe('refused');
      expect(await shop.call('createPayment', request)).toMatchObject({ status: 'succeeded' });
    });
  },
);

test.concurrent.each(platforms)(
  'killed while a provider is asked, it ends with one charge',
  async (freedoms) => {
    await on(freedoms, async (shop, { target }) => {
      await shop.world.script('createCharge', shop.providerId, [{ kind: 'hold' }]);
      const request = shop.payment();
      const lost = shop.session.raw('createPayment', { ...request } as never);
      // Tests run beside each other here, so expect does not know which one it polls for.
      await vi.waitFor(async () => {
        expect(await shop.world.held('createCharge', shop.providerId)).toBe(1);
      });
      await target.kill();
      expect((await lost).kind).toBe('indeterminate');
      await target.restart();
      const paid = await shop.call<{ paymentId: string }>('createPayment', request);
      expect((await shop.resolved(paid.paymentId)).status).toBe('succeeded');
      expect(inForce(await shop.charges())).toHaveLength(1);
    });
  },
);
