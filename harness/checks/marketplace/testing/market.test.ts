import { okOutput, refusedWith } from '../../kit/replies.ts';
import { expect, test } from 'vitest';
import { smoke } from '../../../run/smoke.ts';
import type { Check } from '../../check.ts';
import { openMarket, worldOf } from '../market.ts';
import type { Market } from '../market.ts';
import { inForce } from '../worldQuestions.ts';
import type { MarketWorld } from '../worldQuestions.ts';
import { chooseFreedoms, DEFAULT_FREEDOMS } from './freedoms.ts';
import type { Freedoms } from './freedoms.ts';
import { marketplace, runCheckOn } from './judgeMarket.ts';

const markets = [0, 1, 2].map((choice) =>
  chooseFreedoms((_name, choices) => Math.min(choice, choices - 1)),
);

type Talk = (
  market: Market,
  world: MarketWorld,
  context: Parameters<Check['run']>[0],
) => Promise<void>;

async function on(freedoms: Freedoms, talk: Talk): Promise<void> {
  const check: Check = {
    id: 'a conversation',
    isolation: 'exclusive',
    async run(context) {
      await talk(openMarket(context.session()), worldOf(context), context);
      expect(await context.world?.complaints()).toEqual([]);
    },
  };
  await runCheckOn(check, { freedoms });
}

async function counted(market: Market, productId: string): Promise<object> {
  const { available, held, confirmed, shipped } = await market.stock(productId);
  return { available, held, confirmed, shipped };
}

test('every operation answers, but that a node of no cluster is not known', async () => {
  await on(DEFAULT_FREEDOMS, async (_market, _world, { target }) => {
    const lines = await smoke(marketplace, target);
    const broken = lines.filter(({ outcome }) => outcome === 'broken');
    expect(broken.map(({ name }) => name)).toEqual(['cutReplica']);
  });
});

test.each(markets)('units are held, sold, shipped and given back once', async (freedoms) => {
  await on(freedoms, async (market, world) => {
    const p = await market.stocked(10);
    const [one, two, three] = [
      await market.reserve(p),
      await market.reserve(p),
      await market.reserve(p),
    ];
    expect(await counted(market, p)).toEqual({ available: 7, held: 3, confirmed: 0, shipped: 0 });
    await market.release(one);
    await market.release(one);
    const order = await market.order([two]);
    expect(order.state).toBe('PAID');
    await market.ship(order.orderId);
    await market.ship(order.orderId);
    const other = await market.order([three]);
    await market.cancel(other.orderId);
    await market.cancel(other.orderId);
    expect(await counted(market, p)).toEqual({ available: 9, held: 0, confirmed: 0, shipped: 1 });
    await expect
      .poll(async () => inForce(await world.charges({ reference: other.orderId })))
      .toEqual([]);
    expect(inForce(await world.charges({ reference: order.orderId }))).toHaveLength(1);
  });
});

test.each(markets)('a hold ends at its deadline, also across a kill', async (freedoms) => {
  await on(freedoms, async (market, _world, { target }) => {
    const p = await market.stocked(1);
    const held = await market.reserve(p, { ttlMs: 5_000 });
    refusedWith('reserve', await market.tryReserve(p), 'OUT_OF_STOCK');
    await target.kill();
    await target.restart(held.expiresAtMs - 1);
    expect((await market.reservation(held.reservationId)).state).toBe('HELD');
    await market.call('setClock', { nowMs: held.expiresAtMs });
    expect((await market.reservation(held.reservationId)).state).toBe('EXPIRED');
    refusedWith('confirm', await market.confirm(held), 'RESERVATION_EXPIRED');
    await market.reserve(p);
    expect(await counted(market, p)).toEqual({ available: 0, held: 1, confirmed: 0, shipped: 0 });
  });
});

test.each(markets)('a decline gives the units back, a failure keeps them', async (freedoms) => {
  await on(freedoms, async (market, world) => {
    const p = await market.stocked(5);
    const [one, two] = [await market.reserve(p), await market.reserve(p)];
    const methodId = market.id('m-decline');
    const declined = await market.tryOrder([one], { payment: { methodId, amountMinor: 5 } });
    const { orderId } = refusedWith('placeOrder', declined, 'PAYMENT_DECLINED');
    expect((await market.getOrder(String(orderId))).cancelReason).toBe('payment-declined');
    const failing = { methodId: market.id('failing'), amountMinor: 5 };
    await world.script('createCharge', failing.methodId, [{ kind: 'error', status: 503 }]);
    const request = { payment: failing, idempotencyKey: market.freshKey() };
    refusedWith('placeOrder', await market.tryOrder([two], request), 'PAYMENTS_UNAVAILABLE');
    expect(await counted(market, p)).toEqual({ available: 4, held: 1, confirmed: 0, shipped: 0 });
    expect((await market.order([two], request)).state).toBe('PAID');
  });
});

test.each(markets)('what was not answered is found out', async (freedoms) => {
  await on(freedoms, async (market, world) => {
    const p = await market.stocked(5);
    const held = await market.reserve(p);
    const payment = { methodId: market.id('silent'), amountMinor: 5 };
    await world.script('createCharge', payment.methodId, [{ kind: 'silenceBooked' }], {
      kind: 'silence',
    });
    await world.script('getCharge', payment.methodId, [], { kind: 'silence' });
    await world.script('voidCharge', payment.methodId, [], { kind: 'silence' });
    const { orderId, state } = await market.order([held], { payment });
    expect(state).toBe('PENDING');
    for (const operation of ['createCharge', 'getCharge', 'voidCharge'] as const) {
      await world.script(operation, payment.methodId, []);
    }
    const resolved = await market.resolved(orderId);
    const charges = inForce(await world.charges({ reference: orderId }));
    expect(charges).toHaveLength(resolved.state === 'PAID' ? 1 : 0);
  });
});

test.each(markets)('killed while it is paid, an order ends with its charge', async (freedoms) => {
  await on(freedoms, async (market, world, { target }) => {
    const held = await market.reserve(await market.stocked(5));
    const payment = { methodId: market.id('held'), amountMinor: 5 };
    await world.script('createCharge', payment.methodId, [{ kind: 'hold' }]);
    const request = {
      ...{ idempotencyKey: market.freshKey(), customerId: held.customerId, payment },
      reservationIds: [held.reservationId],
    };
    const lost = market.session.raw('placeOrder', request);
    await expect.poll(() => world.held('createCharge', payment.methodId)).toBe(1);
    await target.kill();
    expect((await lost).kind).toBe('indeterminate');
    await target.restart();
    // What a kill left may be voided: then the key is free again, and its order is known by what asked for the charge.
    const again = await market.attempt<{ orderId: string }>('placeOrder', request);
    const [call] = await world.calls(held.customerId, ['createCharge']);
    const asked = String(call?.input['reference']);
    const resolved = await market.resolved(again.kind === 'ok' ? again.output.orderId : asked);
    const charges = inForce(await world.charges({ customerId: held.customerId }));
    expect(charges).toHaveLength(resolved.state === 'PAID' ? 1 : 0);
  });
});

test.each(markets)('what was acknowledged survives the loss of the primary', async (freedoms) => {
  await on(freedoms, async (market) => {
    const p = await market.stocked(5);
    await market.reserve(p);
    const nodes = async (): Promise<{ nodeId: string; primary: boolean; version: number }[]> =>
      (await market.call<{ replicas: never[] }>('listReplicas', { productId: p })).replicas;
    const primary = (await nodes()).find((node) => node.primary)?.nodeId;
    await market.call('cutReplica', { nodeId: primary ?? '', cut: true });
    await expect.poll(async () => (await market.tryReserve(p)).kind, { timeout: 2_000 }).toBe('ok');
    const second = (await nodes()).find((node) => node.primary)?.nodeId;
    await market.call('cutReplica', { nodeId: second ?? '', cut: true });
    refusedWith('reserve', await market.tryReserve(p), 'STORE_UNAVAILABLE');
    await market.call('cutReplica', { nodeId: primary ?? '', cut: false });
    await market.call('cutReplica', { nodeId: second ?? '', cut: false });
    await expect
      .poll(async () => new Set((await nodes()).map(({ version }) => version)).size)
      .toBe(1);
    expect(await counted(market, p)).toEqual({ available: 3, held: 2, confirmed: 0, shipped: 0 });
  });
});

test.each(markets)('adding a shard moves no unit', async (freedoms) => {
  await on(freedoms, async (market) => {
    const p = await market.stocked(5);
    const held = await market.reserve(p);
    const { shardIds } = await market.call<{ shardIds: string[] }>('getRing', {
      ringId: 'inventory',
    });
    await market.call('putRing', {
      ringId: 'inventory',
      shardIds: [...shardIds, market.id('new')],
    });
    okOutput('confirm', await market.confirm(held));
    expect(await counted(market, p)).toEqual({ available: 4, held: 0, confirmed: 1, shipped: 0 });
  });
});
