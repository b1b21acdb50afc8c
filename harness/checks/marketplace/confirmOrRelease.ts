/** MKT-RES-03.c: of concurrent confirmations and releases exactly one kind wins, and the units are counted once. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts } from './reservationStates.ts';

const END_OF = { confirm: 'CONFIRMED', release: 'RELEASED' } as const;
type Kind = keyof typeof END_OF;

const RACES = 6;
const RACERS: Kind[] = ['confirm', 'release', 'confirm', 'release', 'confirm', 'release'];
const QUANTITIES = [1, 2] as const;

export const confirmOrRelease: Check = {
  id: 'confirm-or-release',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.array(fc.shuffledSubarray(RACERS, { minLength: RACERS.length }), {
        minLength: RACES,
        maxLength: RACES,
      }),
      async (racers, session) => {
        const market = openMarket(session);
        const productIds = await Promise.all(
          QUANTITIES.map((quantity) => market.stocked(RACES * quantity)),
        );
        const lines = productIds.map((productId, index) => ({
          ...{ productId, quantity: QUANTITIES[index]! },
        }));
        const reservations = await together(RACES, () => market.reserve(productIds[0]!, { lines }));
        const races = reservations.map((each, index) => race(market, each, racers[index]!));
        const confirmed = (await Promise.all(races)).filter((end) => end === 'CONFIRMED').length;
        context.hit('races', RACES);

        for (const { productId, quantity } of lines) {
          const counts = { held: 0, confirmed: confirmed * quantity };
          const available = (RACES - confirmed) * quantity;
          const when = `when ${confirmed} of ${RACES} reservations of ${quantity} were confirmed and the others released`;
          await holdCounts(market, productId, { ...counts, available }, when);
          const tooMuch = await market.tryReserve(productId, { quantity: available + 1 });
          refusedWith('reserve of more than there is', tooMuch, 'OUT_OF_STOCK');
          if (available > 0) await market.reserve(productId, { quantity: available });
        }
      },
      { runs: 3 },
    ),
};

async function race(
  market: Market,
  reservation: Reservation,
  racers: readonly Kind[],
): Promise<Reservation['state']> {
  const send = (kind: Kind): Promise<Reply<Reservation>> => market[kind](reservation);
  const replies = await Promise.all(racers.map(send));
  const { state } = await market.reservation(reservation.reservationId);
  const what = 'when confirmations and releases of one reservation came at once';
  hold(
    state === 'CONFIRMED' || state === 'RELEASED',
    `A reservation is ${state} ${what}.`,
    'CONFIRMED or RELEASED',
    state,
  );
  for (const [index, reply] of replies.entries()) {
    const kind = racers[index]!;
    const operation = `${kind}Reservation`;
    if (END_OF[kind] === state) holdAnswered(operation, reply, state, what);
    else refusedWith(`${operation}, when the reservation is ${state},`, reply, 'INVALID_STATE');
  }
  return state;
}
