/** MKT-RES-02.c: of a confirmation and the deadline exactly one wins, and the units are counted once. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket, refusedWith } from './market.ts';
import type { Market, Reply } from './market.ts';
import { holdAnswered, holdCounts } from './reservationStates.ts';

const RACES = 10;
const BUYERS = 4;
const TTL_MS = 60_000;
const RACED = 'that was confirmed while its deadline came';

export const confirmOrExpire: Check = {
  id: 'confirm-or-expire',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  run(context) {
    const clock = frozenClock(context);
    return context.property(
      // How many confirmations are sent before the clock is moved.
      fc.integer({ min: 1, max: RACES - 1 }),
      async (before, session) => {
        const market = openMarket(session);
        const productId = await market.stocked(RACES);
        const deadlineMs = clock.nowMs() + TTL_MS;
        const reservations = await together(RACES, () =>
          market.reserve(productId, { ttlMs: TTL_MS }),
        );
        await clock.setTo(market, deadlineMs - 1);
        const confirm = (each: Reservation): Promise<Reply<Reservation>> => market.confirm(each);
        const early = reservations.slice(0, before).map(confirm);
        const moved = clock.setTo(market, deadlineMs);
        // The others, and some for the second time.
        const late = reservations.map(confirm);
        const buyers = together(BUYERS, () => market.tryReserve(productId));
        await moved;
        const replies = await Promise.all([...early, ...late]);
        const raced = [...reservations.slice(0, before), ...reservations];
        for (const [index, reply] of replies.entries()) {
          await holdReplyAgrees(market, raced[index]!, reply);
        }
        await holdUnitsOnce(market, productId, reservations, await buyers);
        context.hit('races', RACES);
      },
      { runs: 3 },
    );
  },
};

async function holdReplyAgrees(
  market: Market,
  { reservationId }: Reservation,
  reply: Reply<Reservation>,
): Promise<void> {
  if (reply.kind === 'ok')
    holdAnswered('confirmReservation', reply, 'CONFIRMED', 'at the deadline');
  else refusedWith('confirmReservation at the deadline', reply, 'RESERVATION_EXPIRED');
  const { state } = await market.reservation(reservationId);
  const expected = reply.kind === 'ok' ? 'CONFIRMED' : 'EXPIRED';
  hold(
    state === expected,
    `A reservation ${RACED} is ${state}, and a confirmation of it was ${reply.kind === 'ok' ? 'answered' : 'refused'}.`,
    expected,
    state,
  );
}

/** What is confirmed is sold, what expired is free for the buyers, then and later. */
async function holdUnitsOnce(
  market: Market,
  productId: string,
  reservations: readonly Reservation[],
  buyers: readonly Reply<Reservation>[],
): Promise<void> {
  const reads = await Promise.all(
    reservations.map(({ reservationId }) => market.reservation(reservationId)),
  );
  const confirmed = reads.filter(({ state }) => state === 'CONFIRMED').length;
  for (const buyer of buyers) {
    if (buyer.kind === 'refused') refusedWith('reserve at the deadline', buyer, 'OUT_OF_STOCK');
  }
  const held = buyers.filter(({ kind }) => kind === 'ok').length;
  const available = RACES - confirmed - held;
  const when = `when ${confirmed} of ${RACES} reservations were confirmed at their deadline, the others expired and ${held} buyers came`;
  await holdCounts(market, productId, { available, held, confirmed }, when);
  if (available > 0) await market.reserve(productId, { quantity: available });
  const tooMuch = await market.tryReserve(productId);
  refusedWith('reserve when all is held or sold', tooMuch, 'OUT_OF_STOCK');
}
