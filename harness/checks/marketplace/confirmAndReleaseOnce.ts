/** MKT-RES-03.a: repeated confirmations and releases change nothing; those that the states do not allow are refused. */
import fc from 'fast-check';
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { holdAnswered, holdCounts, holdState } from './reservationStates.ts';

const END_OF = { confirmReservation: 'CONFIRMED', releaseReservation: 'RELEASED' } as const;
type Ending = keyof typeof END_OF;
type Command = Ending | 'extendReservation';

const ENDINGS: readonly Ending[] = ['confirmReservation', 'releaseReservation'];
const COMMANDS: readonly Command[] = [...ENDINGS, 'extendReservation'];
const EXTENSION_MS = 3_600_000;
/** Of a command that is sent again: at once. */
const TIMES = 2;

export const confirmAndReleaseOnce: Check = {
  id: 'confirm-and-release-once',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.record({
        quantity: fc.integer({ min: 1, max: 50 }),
        commands: fc.array(fc.constantFrom(...COMMANDS), { maxLength: 3 }),
      }),
      async ({ quantity, commands }, session) => {
        const market = openMarket(session);
        const walk = async (ending: Ending): Promise<void> => {
          const holdEnded = await endedBy(market, ending, quantity);
          // Each of them at least once.
          for (const command of [...COMMANDS, ...commands]) {
            await holdEnded(command);
            context.hit(command === ending ? 'repeats' : 'refused', TIMES);
          }
        };
        await Promise.all(ENDINGS.map(walk));
      },
      { runs: 3 },
    ),
};

/**
 * A reservation that has come to its end, beside another one on the same product.
 * @returns sends it a command and holds that nothing changes
 */
async function endedBy(
  market: Market,
  ending: Ending,
  quantity: number,
): Promise<(command: Command) => Promise<void>> {
  const end = END_OF[ending];
  const productId = await market.stocked(3 * quantity);
  await market.reserve(productId, { quantity });
  const reservation = await market.reserve(productId, { quantity });
  const first = await send(market, ending, reservation);
  holdAnswered(ending, first, end, 'for what is held');
  const ended = await holdState(market, reservation, end, `after ${ending}`);
  const confirmed = end === 'CONFIRMED' ? quantity : 0;
  const counts = { available: 2 * quantity - confirmed, held: quantity, confirmed };
  await holdCounts(market, productId, counts, `after ${ending}`);

  return async (command) => {
    const replies = await together(TIMES, () => send(market, command, reservation));
    for (const reply of replies) {
      if (command !== ending) refusedWith(`${command} of what is ${end}`, reply, 'INVALID_STATE');
      else
        holdSame(contentOf(holdAnswered(command, reply, end, 'once more')), contentOf(ended), SAME);
    }
    const when = `after another ${command} of what is ${end}`;
    const read = await holdState(market, reservation, end, when);
    holdSame(contentOf(read), contentOf(ended), `A reservation that is ${end} changed ${when}.`);
    await holdCounts(market, productId, counts, when);
  };
}

const SAME = 'What is repeated should be answered with the reservation as it stands.';

function contentOf(reservation: Reservation): object {
  const { reservationId, state, customerId, lines, expiresAtMs, orderId } = reservation;
  return { reservationId, state, customerId, lines, expiresAtMs, orderId };
}

function send(
  market: Market,
  command: Command,
  reservation: Reservation,
): Promise<Reply<Reservation>> {
  switch (command) {
    case 'confirmReservation':
      return market.confirm(reservation);
    case 'releaseReservation':
      return market.release(reservation);
    case 'extendReservation':
      return market.extend(reservation, EXTENSION_MS);
  }
}
