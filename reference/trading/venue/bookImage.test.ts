import fc from 'fast-check';
import { expect, test } from 'vitest';
import { addOrder, emptyBookImage, moveOrder, setLeaves } from './bookImage.ts';
import { ordersOf } from './marketData.ts';

type Step =
  | { kind: 'add'; side: 'BUY' | 'SELL'; priceE4: number; leavesQty: number }
  | { kind: 'leaves' | 'move'; pick: number; priceE4: number; leavesQty: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('add' as const),
    side: fc.constantFrom('BUY', 'SELL'),
    priceE4: fc.integer({ min: 1, max: 6 }),
    leavesQty: fc.integer({ min: 1, max: 9 }),
  }),
  fc.record({
    kind: fc.constantFrom('leaves', 'move'),
    pick: fc.nat(30),
    priceE4: fc.integer({ min: 1, max: 6 }),
    leavesQty: fc.integer({ min: 0, max: 9 }),
  }),
);

test('the image has every order at its place in price-time priority, and levels that add up', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
      const image = emptyBookImage();
      // The oracle: all orders in the order in which they got their place.
      let orders: { orderId: string; side: 'BUY' | 'SELL'; priceE4: number; leavesQty: number }[] =
        [];
      let last = 0;
      for (const { kind, ...how } of steps) {
        if (kind === 'add' && 'side' in how) {
          const orderId = `O${++last}`;
          orders.push({ orderId, ...how });
          addOrder(image, orderId, how.side, how.priceE4, how.leavesQty);
          continue;
        }
        const order = orders['pick' in how ? how.pick % Math.max(1, orders.length) : 0];
        if (!order) continue;
        const { orderId, side } = order;
        if (kind === 'leaves') {
          order.leavesQty = how.leavesQty;
          setLeaves(image, orderId, how.leavesQty);
        } else {
          const leavesQty = how.leavesQty + 1;
          orders = orders.filter((other) => other !== order);
          orders.push({ orderId, side, priceE4: how.priceE4, leavesQty });
          moveOrder(image, orderId, how.priceE4, leavesQty);
        }
        orders = orders.filter(({ leavesQty }) => leavesQty > 0);
      }
      const expected = (side: 'BUY' | 'SELL', sign: number) =>
        orders
          .filter((order) => order.side === side)
          .sort((a, b) => sign * (a.priceE4 - b.priceE4))
          .map(({ orderId, priceE4, leavesQty }) => ({ orderId, priceE4, leavesQty }));
      expect(ordersOf(image.bids)).toEqual(expected('BUY', -1));
      expect(ordersOf(image.asks)).toEqual(expected('SELL', 1));
      for (const level of [...image.bids, ...image.asks]) {
        expect(level.qty).toBe([...level.orders.values()].reduce((sum, qty) => sum + qty, 0));
        expect(level.orders.size).toBeGreaterThan(0);
      }
    }),
    { numRuns: 300 },
  );
});
