/** MKT-RES-03.b: another customer can neither confirm, release, extend nor pay for a reservation. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';
import { inForce, marketWorld } from './worldQuestions.ts';

const REFUSALS = ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'] as const;
const EXTENSION_MS = 3_600_000;

interface Foreign {
  readonly customerId: string;
  readonly methodId: string;
  /** A reservation of this customer's own. */
  readonly own: Reservation;
}

type Attempt = (
  market: Market,
  reservation: Reservation,
  foreign: Foreign,
) => Promise<Reply<unknown>>;

const ATTEMPTS = {
  confirmReservation: (market, reservation, { customerId }) =>
    market.confirm(reservation, customerId),
  releaseReservation: (market, reservation, { customerId }) =>
    market.release(reservation, customerId),
  extendReservation: (market, reservation, { customerId }) =>
    market.extend(reservation, EXTENSION_MS, customerId),
  placeOrder: (market, reservation, foreign) => pay(market, [reservation], foreign),
  'placeOrder beside an own reservation': (market, reservation, foreign) =>
    pay(market, [foreign.own, reservation], foreign),
} satisfies Record<string, Attempt>;
const NAMES = Object.keys(ATTEMPTS) as (keyof typeof ATTEMPTS)[];

function pay(
  market: Market,
  reservations: readonly Reservation[],
  { customerId, methodId }: Foreign,
): Promise<Reply<unknown>> {
  return market.tryOrder(reservations, { customerId, payment: { methodId, amountMinor: 1_000 } });
}

export const foreignHoldsRefused: Check = {
  id: 'foreign-holds-refused',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        quantity: fc.integer({ min: 1, max: 50 }),
        attempts: fc.shuffledSubarray(NAMES, { minLength: NAMES.length }),
      }),
      async ({ quantity, attempts }, session) => {
        const market = openMarket(session);
        const productId = await market.stocked(3 * quantity);
        const reservation = await market.reserve(productId, { quantity });
        const own = await market.reserve(productId, { quantity });
        const foreign = {
          ...{ own, customerId: own.customerId, methodId: market.id('foreign-method') },
        };
        const counts = { available: quantity, held: 2 * quantity, confirmed: 0 };
        for (const name of attempts) {
          const when = `when another customer tried ${name}`;
          refusedWith(
            `${name}, of another customer's reservation,`,
            await ATTEMPTS[name](market, reservation, foreign),
            ...REFUSALS,
          );
          const read = await holdState(market, reservation, 'HELD', when);
          holdSame(
            [read.customerId, read.expiresAtMs, read.orderId],
            [reservation.customerId, reservation.expiresAtMs, null],
            `A reservation changed ${when}.`,
          );
          await holdState(market, own, 'HELD', when);
          await holdCounts(market, productId, counts, when);
          context.hit('refused');
        }
        await holdNothingCharged(context, foreign.methodId);
        await holdOwnersCan(market, reservation, own);
      },
      { runs: 2 },
    ),
};

async function holdNothingCharged({ world }: CheckContext, methodId: string): Promise<void> {
  if (!world) return;
  const charges = await marketWorld(world).charges({ methodId });
  hold(
    inForce(charges).length === 0,
    'An order for the reservation of another customer was refused, and charged all the same.',
    0,
    charges,
  );
}

/** What they hold is still theirs; what has ended is answered again to them only. */
async function holdOwnersCan(
  market: Market,
  confirmed: Reservation,
  released: Reservation,
): Promise<void> {
  const owners = 'by the customer whose it is';
  holdAnswered('confirmReservation', await market.confirm(confirmed), 'CONFIRMED', owners);
  holdAnswered('releaseReservation', await market.release(released), 'RELEASED', owners);
  refusedWith(
    'confirmReservation of what another customer has confirmed',
    await market.confirm(confirmed, released.customerId),
    ...REFUSALS,
  );
  refusedWith(
    'releaseReservation of what another customer has released',
    await market.release(released, confirmed.customerId),
    ...REFUSALS,
  );
}
