/** MKT-RES-02.c: of a confirmation and the deadline exactly one wins, and the units are counted once. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts } from './reservationStates.ts';

const RACES = 10;
/** Of those nobody confirms in time. */
const LATE = 2;
const BUYERS = 6;
/** Held by somebody else, and longer. */
const BESIDE = 5;
const ON_HAND = RACES + LATE + BESIDE;
const TTL_MS = 60_000;

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
        const productId = await market.stocked(ON_HAND);
        await market.reserve(productId, { quantity: BESIDE, ttlMs: 2 * TTL_MS });
        const deadlineMs = clock.nowMs() + TTL_MS;
        const reserve = (): Promise<Reservation> => market.reserve(productId, { ttlMs: TTL_MS });
        const raced = await together(RACES, reserve);
        const late = await together(LATE, reserve);
        await clock.setTo(market, deadlineMs - 1);

        const confirm = (each: Reservation): Promise<Reply<Reservation>> => market.confirm(each);
        const early = raced.slice(0, before).map(confirm);
        const moved = clock.setTo(market, deadlineMs);
        const buyers = together(BUYERS, () => market.tryReserve(productId));
        // The others, and some for the second time.
        const meanwhile = raced.map(confirm);
        await moved;
        const replies = await Promise.all([...early, ...meanwhile]);
        const reservations = [...raced.slice(0, before), ...raced];
        for (const [index, reply] of replies.entries()) {
          await holdReplyAgrees(market, reservations[index]!, reply);
        }
        for (const each of [...raced, ...late]) {
          await holdReplyAgrees(market, each, await market.confirm(each));
        }
        await holdUnitsOnce(market, productId, [...raced, ...late], await buyers);
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
  const [operation, when] = ['confirmReservation', 'when its deadline came'] as const;
  if (reply.kind === 'ok') holdAnswered(operation, reply, 'CONFIRMED', when);
  else refusedWith(`${operation} ${when}`, reply, 'RESERVATION_EXPIRED');
  const { state } = await market.reservation(reservationId);
  const [expected, told] = reply.kind === 'ok' ? ['CONFIRMED', 'answered'] : ['EXPIRED', 'refused'];
  hold(
    state === expected,
    `A confirmation was ${told} when its deadline came, and the reservation is ${state}.`,
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
  hold(
    reads.slice(-LATE).every(({ state }) => state === 'EXPIRED'),
    'A reservation that nobody confirmed before its deadline should be EXPIRED.',
    'EXPIRED',
    reads.slice(-LATE),
  );
  for (const buyer of buyers) {
    if (buyer.kind === 'refused') refusedWith('reserve at the deadline', buyer, 'OUT_OF_STOCK');
  }
  const bought = buyers.filter(({ kind }) => kind === 'ok').length;
  const held = BESIDE + bought;
  const available = ON_HAND - confirmed - held;
  const when = `when ${confirmed} of ${reservations.length} reservations were confirmed and the others expired, ${BESIDE} units are held beside them and ${bought} buyers came`;
  await holdCounts(market, productId, { available, held, confirmed }, when);
  if (available > 0) await market.reserve(productId, { quantity: available });
  const tooMuch = await market.tryReserve(productId);
  refusedWith('reserve when all is held or sold', tooMuch, 'OUT_OF_STOCK');
}
