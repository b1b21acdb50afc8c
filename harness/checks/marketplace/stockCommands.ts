/** Commands on stock and reservations that a kill may cut short, and what may have become of each. */
import type {
  AdjustStock,
  PutStock,
  Reservation,
  Reserve,
} from '../../../spec/marketplace/messages.d.ts';
import { Violation } from '../check.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import type { Market } from './market.ts';
import type { StockLedger } from './stockLedger.ts';

export type Command =
  | { readonly kind: 'reserve'; readonly input: Reserve }
  | { readonly kind: 'adjustStock'; readonly input: AdjustStock }
  | { readonly kind: 'putStock'; readonly input: PutStock }
  | {
      readonly kind: 'confirmReservation' | 'releaseReservation' | 'extendReservation';
      readonly reservation: Reservation;
    };

const ON_HAND = 100;
const EXTENSION_MS = 5_000_000;
/** Commands of each kind, each on a product or a reservation of its own, all of which can be carried out. Interleaved. */
export async function prepareCommands(
  market: Market,
  ledger: StockLedger,
  ofEachKind: number,
): Promise<Command[]> {
  const stocked = async (): Promise<string> => {
    const productId = await market.stocked(ON_HAND);
    ledger.onHand.set(productId, ON_HAND);
    return productId;
  };
  const [first, second] = await Promise.all([stocked(), stocked()]);
  const lines = [first, second].map((productId, index) => ({ productId, quantity: 1 + index }));
  const held = async (): Promise<Reservation> => {
    const reservation = await market.reserve(first, { lines });
    ledger.reservations.set(reservation.reservationId, reservation);
    return reservation;
  };
  const rounds = Array.from({ length: ofEachKind }, async (_, index): Promise<Command[]> => {
    const [confirmed, released, extended] = await Promise.all([held(), held(), held()]);
    const [adjusted, put] = await Promise.all([stocked(), stocked()]);
    const keyed = { idempotencyKey: market.freshKey(), customerId: market.freshKey() };
    return [
      { kind: 'reserve', input: { ...keyed, lines } },
      { kind: 'confirmReservation', reservation: confirmed },
      { kind: 'releaseReservation', reservation: released },
      { kind: 'extendReservation', reservation: extended },
      {
        kind: 'adjustStock',
        input: { idempotencyKey: market.freshKey(), productId: adjusted, delta: 7 - 2 * index },
      },
      { kind: 'putStock', input: { productId: put, onHand: ON_HAND + 11 + index } },
    ];
  });
  return (await Promise.all(rounds)).flat();
}

export function sendCommand({ session }: Market, command: Command): Promise<Answer> {
  return session.raw(command.kind, inputOf(command) as unknown as JsonObject);
}

function inputOf(command: Command): object {
  switch (command.kind) {
    case 'reserve':
    case 'adjustStock':
    case 'putStock':
      return command.input;
    case 'confirmReservation':
    case 'releaseReservation':
      return withoutMore(command.reservation);
    case 'extendReservation':
      return { ...withoutMore(command.reservation), ttlMs: EXTENSION_MS };
  }
}

function withoutMore({ reservationId, customerId }: Reservation): object {
  return { reservationId, customerId };
}

/**
 * Enters what became of the command into the ledger. One without a reply is there or not, and what is read says which.
 * @returns whether it was acknowledged
 * @throws Violation for what is neither as before nor as after
 */
export async function holdOutcome(
  market: Market,
  ledger: StockLedger,
  command: Command,
  answer: Answer,
): Promise<boolean> {
  if (answer.kind === 'malformed') throw new Violation(answer.reason);
  const output = answer.kind === 'ok' ? answer.output : undefined;
  switch (command.kind) {
    case 'reserve': {
      const told = output as unknown as Reservation | undefined;
      const reservationId =
        told?.reservationId ?? (await carriedOut(market, command))?.reservationId;
      if (!reservationId) break;
      const read = told ?? (await market.reservation(reservationId));
      hold(
        read.state === 'HELD',
        `A reserve that was in flight at a SIGKILL is completed, and the reservation is ${read.state}.`,
        'HELD',
        read,
      );
      ledger.reservations.set(reservationId, { ...read, ...withInput(command.input) });
      break;
    }
    case 'confirmReservation':
    case 'releaseReservation':
    case 'extendReservation': {
      const { reservationId } = command.reservation;
      const told = output as unknown as Reservation | undefined;
      ledger.reservations.set(reservationId, told ?? (await eitherEnd(market, command)));
      break;
    }
    case 'adjustStock': {
      const { productId, delta } = command.input;
      const isDone = output !== undefined || (await carriedOut(market, command));
      if (isDone) ledger.onHand.set(productId, ON_HAND + delta);
      break;
    }
    case 'putStock': {
      const { productId, onHand } = command.input;
      const now = output ? onHand : (await market.stock(productId)).onHand;
      const sentence = 'The onHand of a product whose putStock was in flight at a SIGKILL is';
      holdOneOf(now, [ON_HAND, onHand], sentence);
      ledger.onHand.set(productId, now);
      break;
    }
  }
  return output !== undefined;
}

function withInput({ customerId, lines }: Reserve): Partial<Reservation> {
  return { customerId, lines: lines.map((line) => ({ ...line, version: 0 })) };
}

/** What findKey keeps of a command without a reply; what is still in progress is waited for. Undefined: it was not carried out. */
async function carriedOut(
  market: Market,
  { kind, input }: Extract<Command, { kind: 'reserve' | 'adjustStock' }>,
): Promise<{ reservationId?: string | null } | undefined> {
  const found = await market.findKey(input.idempotencyKey);
  if (found.kind === 'refused') {
    refusedWith('findKey of a command that was in flight at a SIGKILL', found, 'UNKNOWN_KEY');
    return undefined;
  }
  return found.output.state === 'completed' ? found.output : market.call(kind, input);
}

const ENDS = {
  ...{ confirmReservation: 'CONFIRMED', releaseReservation: 'RELEASED', extendReservation: 'HELD' },
} as const;

async function eitherEnd(
  market: Market,
  { kind, reservation }: Extract<Command, { reservation: Reservation }>,
): Promise<Reservation> {
  const read = await market.reservation(reservation.reservationId);
  const sentence = `A reservation whose ${kind} was in flight at a SIGKILL is`;
  holdOneOf(read.state, ['HELD', ENDS[kind]], sentence);
  return read;
}
