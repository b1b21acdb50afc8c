/** What a reservation, and the stock beneath it, should say. */
import type { Reservation, ReservationState, Stock } from '../../../spec/marketplace/messages.d.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Market } from './market.ts';

export type Counts = Pick<Stock, 'available' | 'held' | 'confirmed'>;

/** @param when as in `at its deadline` */
export async function holdState(
  market: Market,
  { reservationId }: Pick<Reservation, 'reservationId'>,
  state: ReservationState,
  when: string,
): Promise<Reservation> {
  const read = await market.reservation(reservationId);
  hold(
    read.state === state,
    `A reservation should be ${state} ${when}, but is ${read.state}.`,
    state,
    read,
  );
  return read;
}

export async function holdCounts(
  market: Market,
  productId: string,
  expected: Counts,
  when: string,
): Promise<Stock> {
  const stock = await market.stock(productId);
  holdSame(
    countsOf(stock),
    expected,
    `The stock should have ${told(expected)} ${when}, but has ${told(stock)}.`,
  );
  return stock;
}

/** @throws Violation unless it is answered with the reservation in that state */
export function holdAnswered(
  operation: string,
  reply: Reply<Reservation>,
  state: ReservationState,
  when: string,
): Reservation {
  const answered = okOutput(operation, reply);
  hold(
    answered.state === state,
    `${operation} ${when} should answer the reservation ${state}, but it is ${answered.state}.`,
    state,
    answered,
  );
  return answered;
}

function countsOf({ available, held, confirmed }: Counts): Counts {
  return { available, held, confirmed };
}

function told({ available, held, confirmed }: Counts): string {
  return `${available} available, ${held} held and ${confirmed} confirmed`;
}
