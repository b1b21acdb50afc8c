/** MKT-RES-01.d: extendReservation moves the deadline to now + ttlMs, later or earlier. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { frozenClock } from './frozenClock.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';

const QUANTITY = 3;
const HELD = { available: 0, held: QUANTITY, confirmed: 0 };
const FREE = { available: QUANTITY, held: 0, confirmed: 0 };

interface Life {
  readonly ttlMs: number;
  /** From its beginning. */
  readonly extendedAfterMs: number;
  readonly extensionMs: number;
  readonly end: 'CONFIRMED' | 'EXPIRED';
}

/** Something that is done or looked at when the clock stands there. */
interface Moment {
  readonly atMs: number;
  act(): Promise<unknown>;
}

const ttlMs = fc.integer({ min: 10_000, max: 60_000 });
const longer = fc.integer({ min: 120_000, max: 1_000_000 });
/** Less than half of the shortest. */
const shorter = fc.integer({ min: 1_000, max: 4_000 });

const lives = fc
  .tuple(...[1, 2, 3, 4].map(() => ttlMs), longer, longer, shorter, shorter)
  .map(([a, b, c, d, ...extensions]): Life[] => [
    { ttlMs: a!, extendedAfterMs: a! - 1, extensionMs: extensions[0]!, end: 'EXPIRED' },
    { ttlMs: b!, extendedAfterMs: 1, extensionMs: extensions[1]!, end: 'CONFIRMED' },
    { ttlMs: c!, extendedAfterMs: c! >> 1, extensionMs: extensions[2]!, end: 'EXPIRED' },
    { ttlMs: d!, extendedAfterMs: d! >> 2, extensionMs: extensions[3]!, end: 'CONFIRMED' },
  ]);

export const extendedDeadline: Check = {
  id: 'extended-deadline',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  run(context) {
    const clock = frozenClock(context);
    return context.property(
      lives,
      async (drawn, session) => {
        const market = openMarket(session);
        const startMs = clock.nowMs();
        const moments = await Promise.all(
          drawn.map((life) => momentsOf(context, market, life, startMs)),
        );
        for (const { atMs, act } of moments.flat().sort((a, b) => a.atMs - b.atMs)) {
          await clock.setTo(market, atMs);
          await act();
        }
      },
      { runs: 2 },
    );
  },
};

async function momentsOf(
  { hit }: CheckContext,
  market: Market,
  life: Life,
  startMs: number,
): Promise<Moment[]> {
  const productId = await market.stocked(QUANTITY);
  const reservation = await market.reserve(productId, { quantity: QUANTITY, ttlMs: life.ttlMs });
  const extendedMs = startMs + life.extendedAfterMs;
  const deadlineMs = extendedMs + life.extensionMs;
  const firstDeadlineMs = startMs + life.ttlMs;
  const isLater = deadlineMs > firstDeadlineMs;
  const ended = `after it was extended from ${firstDeadlineMs} to ${deadlineMs} and was ${life.end}`;
  return [
    { atMs: extendedMs, act: () => extend(market, reservation, life.extensionMs, deadlineMs) },
    {
      atMs: firstDeadlineMs,
      act: () =>
        isLater
          ? holdHeld(market, reservation, 'at the deadline that it had before it was extended')
          : holdState(market, reservation, life.end, ended),
    },
    {
      atMs: deadlineMs - 1,
      async act() {
        const when = 'one millisecond before the deadline to which it was extended';
        await holdHeld(market, reservation, when);
        if (life.end === 'EXPIRED') return;
        const reply = await market.confirm(reservation);
        holdAnswered('confirmReservation', reply, 'CONFIRMED', when);
        hit('extended');
      },
    },
    {
      atMs: deadlineMs,
      async act() {
        await holdState(market, reservation, life.end, ended);
        if (life.end === 'CONFIRMED') return;
        await holdCounts(market, productId, FREE, 'at the deadline to which it was extended');
        const reply = await market.confirm(reservation);
        refusedWith('confirmReservation', reply, 'RESERVATION_EXPIRED');
        hit('extended');
      },
    },
  ];
}

async function extend(
  market: Market,
  reservation: Reservation,
  extensionMs: number,
  deadlineMs: number,
): Promise<void> {
  const answered = okOutput('extendReservation', await market.extend(reservation, extensionMs));
  const read = await market.reservation(reservation.reservationId);
  for (const { state, expiresAtMs } of [answered, read]) {
    hold(
      state === 'HELD' && expiresAtMs === deadlineMs,
      `A reservation extended by ${extensionMs} at ${deadlineMs - extensionMs} should be HELD until ${deadlineMs}, but is ${state} until ${expiresAtMs}.`,
      deadlineMs,
      { answered, read },
    );
  }
  await holdCounts(market, reservation.lines[0]!.productId, HELD, 'when what is held was extended');
}

async function holdHeld(market: Market, reservation: Reservation, when: string): Promise<void> {
  const { productId } = reservation.lines[0]!;
  refusedWith(`reserve ${when}`, await market.tryReserve(productId), 'OUT_OF_STOCK');
  await holdState(market, reservation, 'HELD', when);
  await holdCounts(market, productId, HELD, when);
}
