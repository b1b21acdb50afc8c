/** MKT-RES-02.b: deadlines are kept across a kill, and pass while the system is down. */
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';

const TTL_MS = 600_000;
const QUANTITY = 2;
const FREE = { available: QUANTITY, held: 0, confirmed: 0 };
const HELD = { available: 0, held: QUANTITY, confirmed: 0 };
const SOLD = { available: 0, held: 0, confirmed: QUANTITY };

/** A reservation of all that there is of its product. */
interface Whole {
  readonly productId: string;
  readonly reservation: Reservation;
}

export const deadlinesSurviveAKill: Check = {
  id: 'deadlines-survive-a-kill',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'restart'],
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const market = openMarket(context.session());
    const startMs = target.startClockMs + 1_000;
    await setClock(market, startMs);
    const deadlineMs = startMs + TTL_MS;
    const [read, bought, refused, adjusted, confirmed, later, shortened] = await Promise.all([
      whole(market, TTL_MS),
      whole(market, TTL_MS),
      whole(market, TTL_MS),
      whole(market, TTL_MS),
      whole(market, TTL_MS),
      whole(market, TTL_MS, 2 * TTL_MS),
      whole(market, 2 * TTL_MS, TTL_MS),
    ]);
    // Expired and sold again before the kill.
    const gone = await whole(market, TTL_MS - 1);

    await setClock(market, deadlineMs - 1);
    const resold = await market.reserve(gone.productId, { quantity: QUANTITY, ttlMs: 4 * TTL_MS });
    okOutput('confirmReservation', await market.confirm(resold));
    await killed(context, deadlineMs - 1);
    const waiting = [read, bought, refused, adjusted, confirmed, later, shortened];
    await Promise.all(waiting.map((each) => holdStillHeld(market, each)));
    await holdResold(market, gone, resold);
    const when = 'after a restart, one millisecond before its deadline';
    const reply = await market.confirm(confirmed.reservation);
    holdAnswered('confirmReservation', reply, 'CONFIRMED', when);

    // Nobody has looked at any of them at or after the deadline when the system comes up.
    await killed(context, deadlineMs);
    const passed = 'when its deadline passed while the system was down';
    await holdCounts(market, read.productId, FREE, passed);
    await market.reserve(bought.productId, { quantity: QUANTITY });
    const late = await market.confirm(refused.reservation);
    refusedWith(`confirmReservation ${passed}`, late, 'RESERVATION_EXPIRED');
    const taken = { productId: adjusted.productId, delta: -QUANTITY };
    okOutput('adjustStock', await market.adjust(taken));
    for (const { reservation } of [read, bought, refused, adjusted, shortened]) {
      await holdState(market, reservation, 'EXPIRED', passed);
      context.hit('expired');
    }
    await Promise.all([
      holdCounts(market, bought.productId, HELD, `${passed} and the next buyer came`),
      holdCounts(market, refused.productId, FREE, passed),
      holdCounts(market, adjusted.productId, { ...FREE, available: 0 }, passed),
      holdCounts(market, shortened.productId, FREE, passed),
    ]);
    const sold = 'after it was confirmed and its deadline passed';
    await holdState(market, confirmed.reservation, 'CONFIRMED', sold);
    await holdCounts(market, confirmed.productId, SOLD, sold);
    await holdResold(market, gone, resold);

    await holdStillHeld(market, later);
    await setClock(market, startMs + 2 * TTL_MS - 1);
    await holdStillHeld(market, later);
    await setClock(market, startMs + 2 * TTL_MS);
    await holdCounts(market, later.productId, FREE, 'at a deadline after two restarts');
  },
};

async function setClock(market: Market, nowMs: number): Promise<void> {
  await market.call('setClock', { nowMs });
}

/** @param extendedMs the ttl to which it is extended at once */
async function whole(market: Market, ttlMs: number, extendedMs?: number): Promise<Whole> {
  const productId = await market.stocked(QUANTITY);
  const reserved = await market.reserve(productId, { quantity: QUANTITY, ttlMs });
  if (extendedMs === undefined) return { productId, reservation: reserved };
  const reservation = okOutput('extendReservation', await market.extend(reserved, extendedMs));
  return { productId, reservation };
}

async function killed({ target, hit }: CheckContext, nowMs: number): Promise<void> {
  await killAndRestart(target, nowMs);
  hit('kills');
}

async function holdStillHeld(market: Market, { productId, reservation }: Whole): Promise<void> {
  const when = 'before its deadline, after a restart';
  const { expiresAtMs } = await holdState(market, reservation, 'HELD', when);
  hold(
    expiresAtMs === reservation.expiresAtMs,
    `A reservation expires at ${reservation.expiresAtMs}, and after a restart at ${expiresAtMs}.`,
    reservation.expiresAtMs,
    expiresAtMs,
  );
  await holdCounts(market, productId, HELD, when);
}

async function holdResold(market: Market, gone: Whole, resold: Reservation): Promise<void> {
  await holdState(market, gone.reservation, 'EXPIRED', 'when it had expired before a restart');
  await holdState(market, resold, 'CONFIRMED', 'when it was confirmed before a restart');
  await holdCounts(market, gone.productId, SOLD, 'when what had expired was sold before a restart');
}
