/** MKT-INV-05.c: a key belongs to one request. */
import fc from 'fast-check';
import type { Order, Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { holdFirst } from './keyedCommands.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { countsOf } from './outcomes.ts';

export const keyWithAnotherRequest: Check = {
  id: 'key-with-another-request',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.integer({ min: 1, max: 5 }),
      async (quantity, session) => {
        const world = worldOf(context);
        const market = openMarket(session);
        const scene = await prepare(market, quantity);
        const firsts = await sendFirsts(market, scene);
        const look = async () => ({
          stocks: await Promise.all(
            scene.productIds.map(async (each) => countsOf(await market.stock(each))),
          ),
          held: (await market.reservation(scene.held.reservationId)).state,
          charges: (await world.charges({ customerId: scene.customerId })).length,
        });
        const before = await look();
        for (const [what, operation, input] of otherRequests(scene)) {
          const reply = await market.attempt(operation, input);
          refusedWith(`${operation} under the key of ${what}`, reply, 'IDEMPOTENCY_KEY_REUSED');
          context.hit('conflicts');
        }
        holdSame(await look(), before, 'A request under the key of another one changed something.');
        const { reservationId } = await market.call<Reservation>('reserve', scene.reserve);
        const { orderId } = await market.call<Order>('placeOrder', scene.order);
        holdSame(
          { reservationId, orderId },
          firsts,
          'After other requests under its key the first one no longer gets its own reply.',
        );
      },
      { runs: 2 },
    ),
};

type Scene = Awaited<ReturnType<typeof prepare>>;

async function prepare(market: Market, quantity: number) {
  const productIds = [await market.stocked(50), await market.stocked(50)] as const;
  const [productId] = productIds;
  const customerId = market.id('customer');
  const [paid, held] = [
    await market.reserve(productId, { customerId }),
    await market.reserve(productId, { customerId }),
  ];
  return {
    ...{ quantity, productIds, customerId, held, stranger: market.id('stranger') },
    otherMethodId: market.id('m-other'),
    reserve: {
      ...{ idempotencyKey: market.freshKey(), customerId, ttlMs: 600_000 },
      lines: [{ productId, quantity }],
    },
    adjust: { idempotencyKey: market.freshKey(), productId, delta: quantity, reason: 'found' },
    order: {
      ...{ idempotencyKey: market.freshKey(), customerId },
      reservationIds: [paid.reservationId],
      payment: { methodId: market.id('m-good'), amountMinor: 1_000 },
    },
  };
}

async function sendFirsts(market: Market, { reserve, adjust, order }: Scene) {
  const { reservationId } = await market.call<Reservation>('reserve', reserve);
  await market.call<Stock>('adjustStock', adjust);
  const reply = await market.attempt<Order>('placeOrder', order);
  holdFirst(reply, 'placeOrder');
  const { orderId } = okOutput('placeOrder', reply);
  await market.resolved(orderId);
  return { reservationId, orderId };
}

/** Each would be carried out under a key of its own, but those for the reservation that is sold: only the key is looked at. */
function otherRequests(scene: Scene): (readonly [string, string, object])[] {
  const { reserve, adjust, order, quantity, productIds, held, stranger, otherMethodId } = scene;
  const [productId, other] = productIds;
  const withoutTtl = { ...reserve, ttlMs: undefined };
  const withoutReason = { ...adjust, reason: undefined };
  const lines = [{ productId, quantity }];
  const fresh = { ...order, reservationIds: [held.reservationId] };
  const under = <T extends object>(key: { idempotencyKey: string }, input: T) => ({
    ...{ ...input, idempotencyKey: key.idempotencyKey },
  });
  return [
    [
      'one of another quantity',
      'reserve',
      { ...reserve, lines: [{ productId, quantity: quantity + 1 }] },
    ],
    ['one of another product', 'reserve', { ...reserve, lines: [{ productId: other, quantity }] }],
    [
      'one of a line less',
      'reserve',
      { ...reserve, lines: [...lines, { productId: other, quantity }] },
    ],
    ['one of another customer', 'reserve', { ...reserve, customerId: stranger }],
    ['one of another ttlMs', 'reserve', { ...reserve, ttlMs: 700_000 }],
    ['one with a ttlMs', 'reserve', withoutTtl],
    ['one of another delta', 'adjustStock', { ...adjust, delta: quantity + 1 }],
    ['one of another product', 'adjustStock', { ...adjust, productId: other }],
    ['one for another reason', 'adjustStock', { ...adjust, reason: 'bought' }],
    ['one with a reason', 'adjustStock', withoutReason],
    ['one of another reservation', 'placeOrder', fresh],
    [
      'one of another amount',
      'placeOrder',
      { ...order, payment: { ...order.payment, amountMinor: 2_000 } },
    ],
    [
      'one of another method',
      'placeOrder',
      { ...order, payment: { ...order.payment, methodId: otherMethodId } },
    ],
    ['one of another customer', 'placeOrder', { ...order, customerId: stranger }],
    ['a reserve', 'adjustStock', under(reserve, adjust)],
    ['a reserve', 'placeOrder', under(reserve, fresh)],
    ['an adjustStock', 'reserve', under(adjust, reserve)],
    ['a placeOrder', 'reserve', under(order, reserve)],
    ['a placeOrder', 'adjustStock', under(order, adjust)],
  ];
}
