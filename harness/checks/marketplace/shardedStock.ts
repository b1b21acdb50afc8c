/** Stock with reservations and orders on it, on many shards, and what goes on there. */
import type { Order, Reservation, Reserve } from '../../../spec/marketplace/messages.d.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdState } from './reservationStates.ts';
import type { StockLedger } from './stockLedger.ts';

/** What is on one product. */
export interface Holding {
  readonly productId: string;
  /** All that one customer may have. */
  readonly reserve: Reserve;
  readonly held: Reservation;
  /** Paid. */
  readonly order: Order;
}

const ON_HAND = 100;
const LIMIT = 10;
const ORDERED = 2;
const ROUNDS = 2;
const DELTA = 3;

/** Stocks the products; neighbours have a reservation in common. */
export async function holdingsOf(
  market: Market,
  ledger: StockLedger,
  productIds: readonly string[],
): Promise<Holding[]> {
  const stocked = productIds.map(async (productId) => {
    await market.stocked(ON_HAND, { productId, perCustomerLimit: LIMIT });
    ledger.onHand.set(productId, ON_HAND);
  });
  await Promise.all(stocked);
  const shared = productIds.slice(1).map(async (productId, index) => {
    const lines = [productIds[index]!, productId].map((each) => ({ productId: each, quantity: 1 }));
    enter(ledger, await market.reserve(productId, { lines }));
  });
  await Promise.all(shared);
  return Promise.all(productIds.map((productId) => holdingOf(market, ledger, productId)));
}

async function holdingOf(market: Market, ledger: StockLedger, productId: string): Promise<Holding> {
  const keyed = { idempotencyKey: market.freshKey(), customerId: market.freshKey() };
  const reserve = { ...keyed, lines: [{ productId, quantity: LIMIT }] };
  const held = await market.call<Reservation>('reserve', reserve);
  enter(ledger, held);
  const { orderId } = await market.order([await market.reserve(productId, { quantity: ORDERED })]);
  const order = await market.resolved(orderId);
  hold(order.state === 'PAID', `An order is ${order.state}, not PAID.`, 'PAID', order);
  await enterNow(market, ledger, order);
  return { productId, reserve, held, order };
}

function enter(ledger: StockLedger, reservation: Reservation): void {
  ledger.reservations.set(reservation.reservationId, reservation);
}

/** As its reservation reads now. */
async function enterNow(
  market: Market,
  ledger: StockLedger,
  { reservationIds }: Order,
): Promise<void> {
  enter(ledger, await market.reservation(reservationIds[0]!));
}

/** Sells, gives back and takes in; all of it can be carried out. */
export async function holdTraffic(
  market: Market,
  ledger: StockLedger,
  { productId, held }: Holding,
  onCommand: () => void,
): Promise<void> {
  const during = 'while a shard is added';
  for (let round = 0; round < ROUNDS; round += 1) {
    const sold = await market.reserve(productId);
    onCommand();
    const confirmed = await market.confirm(sold);
    enter(ledger, holdAnswered('confirmReservation', confirmed, 'CONFIRMED', during));
    onCommand();
    const returned = await market.reserve(productId, { quantity: 2 });
    onCommand();
    const released = await market.release(returned);
    enter(ledger, holdAnswered('releaseReservation', released, 'RELEASED', during));
    onCommand();
    okOutput('adjustStock', await market.adjust({ productId, delta: DELTA }));
    ledger.onHand.set(productId, ledger.onHand.get(productId)! + DELTA);
    onCommand();
    await holdState(market, held, 'HELD', during);
  }
}

/** What was there before is as it was, and is known by its key and to the customer's limit. */
export async function holdEarlier(market: Market, holdings: readonly Holding[]): Promise<void> {
  const when = 'when a shard has been added';
  const looks = holdings.map(async ({ productId, reserve, held, order }) => {
    holdSame(await market.getOrder(order.orderId), order, `An order changed ${when}.`);
    const again = await market.call<Reservation>('reserve', reserve);
    hold(
      again.reservationId === held.reservationId,
      `A reserve that is sent again with its key ${when} should be answered with the reservation that it made.`,
      held.reservationId,
      again,
    );
    const more = await market.tryReserve(productId, { customerId: reserve.customerId });
    refusedWith(`reserve of more than the customer may have, ${when},`, more, 'LIMIT_PER_CUSTOMER');
  });
  await Promise.all(looks);
}

/** Ends some of it; a third is left as it is. */
export async function endSome(
  market: Market,
  ledger: StockLedger,
  holdings: readonly Holding[],
): Promise<void> {
  const ends = holdings.map(async ({ productId, held, order }, index) => {
    switch (index % 3) {
      case 0:
        enter(ledger, okOutput('confirmReservation', await market.confirm(held)));
        okOutput('shipOrder', await market.ship(order.orderId));
        ledger.onHand.set(productId, ledger.onHand.get(productId)! - ORDERED);
        ledger.reservations.delete(order.reservationIds[0]!);
        break;
      case 1:
        enter(ledger, okOutput('releaseReservation', await market.release(held)));
        okOutput('cancelOrder', await market.cancel(order.orderId));
        await enterNow(market, ledger, order);
        break;
    }
  });
  await Promise.all(ends);
}
