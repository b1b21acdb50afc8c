/** MKT-RES-01.b: from its deadline on a reservation is EXPIRED, whoever is the first to look. */
import { refusedWith } from '../kit/replies.ts';
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';

const HOUR_MS = 3_600_000;
const EXTENSION_MS = 60_000;

type Look = (market: Market, reservation: Reservation, when: string) => Promise<unknown>;

/** What the contract asks of each that comes too late. */
const LOOKS: readonly Look[] = [
  (market, reservation, when) => holdState(market, reservation, 'EXPIRED', when),
  async (market, reservation) =>
    refusedWith('confirmReservation', await market.confirm(reservation), 'RESERVATION_EXPIRED'),
  async (market, reservation) =>
    refusedWith(
      'extendReservation',
      await market.extend(reservation, EXTENSION_MS),
      'RESERVATION_EXPIRED',
    ),
  async (market, reservation, when) => {
    const reply = await market.release(reservation);
    if (reply.kind === 'ok') holdAnswered('releaseReservation', reply, 'EXPIRED', when);
    else refusedWith('releaseReservation', reply, 'RESERVATION_EXPIRED');
  },
];

export const expiredAtTheDeadline: Check = {
  id: 'expired-at-the-deadline',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  run(context) {
    const clock = frozenClock(context);
    return context.property(
      fc.record({
        ttlMs: fc.integer({ min: 1_000, max: 86_400_000 }),
        quantity: fc.integer({ min: 1, max: 1_000 }),
      }),
      async ({ ttlMs, quantity }, session) => {
        const market = openMarket(session);
        // One for each that may be the first to look.
        const held = await Promise.all(
          LOOKS.map(async () => {
            const productId = await market.stocked(quantity + 1);
            return market.reserve(productId, { quantity, ttlMs });
          }),
        );
        const deadlineMs = clock.nowMs() + ttlMs;
        await clock.setTo(market, deadlineMs);
        await lookAll(context, market, held, 'at its deadline');
        await clock.setTo(market, deadlineMs + HOUR_MS);
        await lookAll(context, market, held, 'an hour after its deadline');
      },
      { runs: 2 },
    );
  },
};

/** Each is looked at in an order that begins with another look, and twice in each way. */
async function lookAll(
  { hit }: CheckContext,
  market: Market,
  held: readonly Reservation[],
  when: string,
): Promise<void> {
  const walks = held.map(async (reservation, first) => {
    for (let step = 0; step < 2 * LOOKS.length; step += 1) {
      const look = LOOKS[(first + step) % LOOKS.length]!;
      await look(market, reservation, when);
      if (look !== LOOKS[0]) hit('refused');
    }
    const { productId, quantity } = reservation.lines[0]!;
    const counts = { available: quantity + 1, held: 0, confirmed: 0 };
    await holdCounts(market, productId, counts, `${when}, of its only reservation,`);
  });
  await Promise.all(walks);
}
