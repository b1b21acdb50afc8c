/** MKT-RES-01.a: a reservation holds until its deadline, and what was confirmed before it stays confirmed. */
import fc from 'fast-check';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';

const DEFAULT_TTL_MS = 900_000;
const MIN_TTL_MS = 1_000;
const MAX_TTL_MS = 86_400_000;
const QUANTITY = 2;
const LAST_MOMENT = 'one millisecond before its deadline';

export const heldUntilTheDeadline: Check = {
  id: 'held-until-the-deadline',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  run(context) {
    const clock = frozenClock(context);
    return context.property(
      fc.record({
        ttlsMs: fc.array(fc.integer({ min: MIN_TTL_MS, max: MAX_TTL_MS }), {
          ...{ minLength: 3, maxLength: 5 },
        }),
        waitMs: fc.integer({ min: 1, max: 100_000 }),
      }),
      async ({ ttlsMs, waitMs }, session) => {
        const market = openMarket(session);
        await clock.setTo(market, clock.nowMs() + waitMs);
        const startMs = clock.nowMs();
        // Left out, the shortest, and what was drawn.
        const all = [undefined, MIN_TTL_MS, ...ttlsMs];
        const onHand = QUANTITY * all.length;
        const productId = await market.stocked(onHand);
        const reserved = all.map(async (ttlMs) => {
          const more = { quantity: QUANTITY, ...(ttlMs !== undefined && { ttlMs }) };
          const reservation = await market.reserve(productId, more);
          const deadlineMs = startMs + (ttlMs ?? DEFAULT_TTL_MS);
          const asked = ttlMs === undefined ? 'no ttlMs' : `ttlMs ${ttlMs}`;
          hold(
            reservation.state === 'HELD' && reservation.expiresAtMs === deadlineMs,
            `A reservation made at ${startMs} with ${asked} should be HELD until ${deadlineMs}, but is ${reservation.state} until ${reservation.expiresAtMs}.`,
            deadlineMs,
            reservation,
          );
          return reservation;
        });
        const inTime = (await Promise.all(reserved)).sort((a, b) => a.expiresAtMs - b.expiresAtMs);

        for (const [index, reservation] of inTime.entries()) {
          await clock.setTo(market, reservation.expiresAtMs - 1);
          await holdState(market, reservation, 'HELD', LAST_MOMENT);
          const counts = {
            ...{ available: 0, held: onHand - QUANTITY * index, confirmed: QUANTITY * index },
          };
          await holdCounts(market, productId, counts, `${LAST_MOMENT} of one reservation on it`);
          const confirmed = await market.confirm(reservation);
          holdAnswered('confirmReservation', confirmed, 'CONFIRMED', LAST_MOMENT);
          context.hit('confirmed');
        }

        await clock.setTo(market, clock.nowMs() + DEFAULT_TTL_MS);
        const when = 'when the deadline passes after its confirmation';
        await Promise.all(inTime.map((each) => holdState(market, each, 'CONFIRMED', when)));
        await holdCounts(market, productId, { available: 0, held: 0, confirmed: onHand }, when);
      },
      { runs: 2 },
    );
  },
};
