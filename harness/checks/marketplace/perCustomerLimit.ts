/** MKT-INV-03.d: nobody gets more than perCustomerLimit. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { counted, holdCounts, outputsOf } from './outcomes.ts';

const RACERS = 20;
const LIMIT = 'LIMIT_PER_CUSTOMER';

export const limitPerCustomer: Check = {
  id: 'limit-per-customer',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        quantity: fc.integer({ min: 1, max: 3 }),
        times: fc.integer({ min: 3, max: 5 }),
      }),
      async ({ quantity, times }, session) => {
        worldOf(context);
        const market = openMarket(session);
        context.hit('refused', await limitOneByOne(market, quantity));
        await raceForTheLimit(market, quantity, times);
        context.hit('races');
      },
      { runs: 3 },
    ),
};

/**
 * Held, confirmed, shipped: each counts; what was given back does not.
 * @returns how many were refused
 */
async function limitOneByOne(market: Market, quantity: number): Promise<number> {
  const perCustomerLimit = 3 * quantity;
  const productId = await market.stocked(100, { perCustomerLimit });
  const customerId = market.id('eager');
  const mine = { customerId, quantity };
  const held = await market.reserve(productId, mine);
  const sale = await market.reserve(productId, mine);
  okOutput('confirmReservation', await market.confirm(sale));
  const order = await market.order([await market.reserve(productId, mine)]);
  const { state } = await market.resolved(order.orderId);
  const refuse = async (what: string, more: Parameters<Market['tryReserve']>[1]) => {
    const reply = await market.tryReserve(productId, { ...mine, quantity: 1, ...more });
    refusedWith(`a reservation beyond perCustomerLimit, of which ${what},`, reply, LIMIT);
  };
  if (state !== 'PAID') return 0;
  await refuse('a third is held, a third confirmed and a third paid for', {});
  okOutput('shipOrder', await market.ship(order.orderId));
  await refuse('a third is held, a third confirmed and a third shipped', {});
  await market.reserve(productId, { customerId: market.id('another'), quantity });
  okOutput('releaseReservation', await market.release(held));
  await refuse('a third was given back', { quantity: quantity + 1 });
  await market.reserve(productId, mine);
  await refuse('nothing is left again', {});
  okOutput('putStock', await market.putStock({ productId, onHand: 100 }));
  await market.reserve(productId, mine);
  return 4;
}

/** One customer, many reservations at once, also of two products in one. */
async function raceForTheLimit(market: Market, quantity: number, times: number): Promise<void> {
  // One unit more would be needed for one reservation more.
  const perCustomerLimit = quantity * (times + 1) - 1;
  const productId = await market.stocked(1_000, { perCustomerLimit });
  const beside = await market.stocked(1_000);
  const customerId = market.id('racer');
  const line = { productId, quantity };
  const replies: Reply<Reservation>[] = await together(RACERS, (index) =>
    market.tryReserve(productId, {
      customerId,
      lines: index % 2 === 0 ? [line] : [line, { productId: beside, quantity: 1 }],
    }),
  );
  const what = `${RACERS} reservations at once by one customer who may have ${perCustomerLimit} units`;
  const made = outputsOf(replies, LIMIT, what);
  hold(
    made.length === times,
    `Of ${what}, of ${quantity} each, ${times} should be held, but ${made.length} are.`,
    times,
    made.length,
  );
  const held = times * quantity;
  await holdCounts(market, productId, counted({ onHand: 1_000, held }), what);
  const heldBeside = made.filter(({ lines }) => lines.length === 2).length;
  await holdCounts(market, beside, counted({ onHand: 1_000, held: heldBeside }), what);
}
