/** MKT-RES-01.c: what expired is available in the next read and to the next buyer. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdCounts, holdState } from './reservationStates.ts';

const BEFORE = 'one millisecond before the deadline';
const AFTER = 'from the deadline on';

/** Units of a product that are held until the deadline, and what it takes to see that they are not and then are free. */
interface Scene {
  /** At the last moment. */
  before?(): Promise<unknown>;
  /** At the deadline: the first that looks at this product. @returns how many buyers found what they wanted */
  after(): Promise<number>;
}

type Setting = (market: Market, ttlMs: number, quantity: number) => Promise<Scene>;

const nextRead: Setting = async (market, ttlMs, quantity) => {
  const productId = await market.stocked(quantity);
  await market.reserve(productId, { quantity, ttlMs });
  return {
    async before() {
      await holdCounts(market, productId, { available: 0, held: quantity, confirmed: 0 }, BEFORE);
    },
    async after() {
      await holdCounts(market, productId, { available: quantity, held: 0, confirmed: 0 }, AFTER);
      return 0;
    },
  };
};

const nextBuyer: Setting = async (market, ttlMs, quantity) => {
  const productId = await market.stocked(quantity);
  const expiring = await market.reserve(productId, { quantity, ttlMs });
  return {
    async before() {
      const reply = await market.tryReserve(productId, { quantity });
      refusedWith(`reserve, ${BEFORE},`, reply, 'OUT_OF_STOCK');
    },
    async after() {
      const bought = await market.reserve(productId, { quantity });
      okOutput('confirmReservation', await market.confirm(bought));
      await holdState(market, expiring, 'EXPIRED', 'when its units are sold to the next buyer');
      const counts = { available: 0, held: 0, confirmed: quantity };
      await holdCounts(market, productId, counts, 'when what had expired is sold');
      return 1;
    },
  };
};

const sameCustomer: Setting = async (market, ttlMs, quantity) => {
  const productId = await market.stocked(10 * quantity, { perCustomerLimit: quantity });
  const mine = { quantity, customerId: market.id(`limited${quantity}`) };
  await market.reserve(productId, { ...mine, ttlMs });
  return {
    async before() {
      const reply = await market.tryReserve(productId, mine);
      refusedWith(`reserve, ${BEFORE},`, reply, 'LIMIT_PER_CUSTOMER');
    },
    async after() {
      await market.reserve(productId, mine);
      return 1;
    },
  };
};

const crowd: Setting = async (market, ttlMs, quantity) => {
  const units = quantity + 2;
  const productId = await market.stocked(units);
  await together(units, () => market.reserve(productId, { ttlMs }));
  return {
    async after() {
      const replies = await together(2 * units, () => market.tryReserve(productId));
      const served = replies.filter(({ kind }) => kind === 'ok').length;
      hold(
        served === units,
        `${units} units are free ${AFTER}, and of ${2 * units} buyers who come at once ${served} get one.`,
        units,
        served,
      );
      for (const reply of replies) {
        if (reply.kind === 'refused') refusedWith('reserve', reply, 'OUT_OF_STOCK');
      }
      await holdCounts(market, productId, { available: 0, held: units, confirmed: 0 }, AFTER);
      return served;
    },
  };
};

const stocktaking: Setting = async (market, ttlMs, quantity) => {
  const productId = await market.stocked(quantity);
  await market.reserve(productId, { quantity, ttlMs });
  return {
    async before() {
      const reply = await market.adjust({ productId, delta: -1 });
      refusedWith(`adjustStock, ${BEFORE},`, reply, 'NEGATIVE_STOCK');
    },
    async after() {
      okOutput('adjustStock', await market.adjust({ productId, delta: -quantity }));
      await holdCounts(market, productId, { available: 0, held: 0, confirmed: 0 }, AFTER);
      return 0;
    },
  };
};

/** The one reservation has two lines, and another on its first product lasts longer. */
const onlyWhatExpired: Setting = async (market, ttlMs, quantity) => {
  const [shared, alone] = await Promise.all([
    market.stocked(2 * quantity),
    market.stocked(quantity),
  ]);
  const lines = [shared, alone].map((productId) => ({ productId, quantity }));
  await market.reserve(shared, { lines, ttlMs });
  const longer = await market.reserve(shared, { quantity, ttlMs: ttlMs + 1 });
  return {
    async after() {
      const reply = await market.tryReserve(shared, { quantity: quantity + 1 });
      refusedWith('reserve of more than what expired', reply, 'OUT_OF_STOCK');
      await market.reserve(shared, { lines });
      await holdState(market, longer, 'HELD', 'when only another one has expired');
      const when = 'when what had expired is held again';
      const counts = { available: 0, confirmed: 0 };
      await holdCounts(market, shared, { ...counts, held: 2 * quantity }, when);
      await holdCounts(market, alone, { ...counts, held: quantity }, when);
      return 2;
    },
  };
};

const SETTINGS: readonly Setting[] = [
  ...[nextRead, nextBuyer, sameCustomer],
  ...[crowd, stocktaking, onlyWhatExpired],
];

export const expiredUnitsAreFree: Check = {
  id: 'expired-units-are-free',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  run(context) {
    const clock = frozenClock(context);
    return context.property(
      fc.record({
        ttlMs: fc.integer({ min: 1_000, max: 900_000 }),
        quantity: fc.integer({ min: 1, max: 5 }),
      }),
      async ({ ttlMs, quantity }, session) => {
        const market = openMarket(session);
        const scenes = await Promise.all(SETTINGS.map((set) => set(market, ttlMs, quantity)));
        const deadlineMs = clock.nowMs() + ttlMs;
        await clock.setTo(market, deadlineMs - 1);
        await Promise.all(scenes.map((scene) => scene.before?.()));
        await clock.setTo(market, deadlineMs);
        const sold = await Promise.all(scenes.map((scene) => scene.after()));
        context.hit(
          'sold',
          sold.reduce((sum, each) => sum + each, 0),
        );
      },
      { runs: 2 },
    );
  },
};
