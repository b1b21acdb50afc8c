/** Commands that have an idempotency key, each made ready and not yet sent. */
import type { Order, Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun } from '../check.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Market } from './market.ts';
import { bodyOf, codeOf, counted, countsOf } from './outcomes.ts';
import type { Counts } from './outcomes.ts';
import { inForce } from './worldQuestions.ts';
import type { MarketWorld } from './worldQuestions.ts';

export type Made = Stock | Reservation | Order;

export interface KeyedCommand {
  readonly operation: 'reserve' | 'adjustStock' | 'placeOrder';
  /** With its key. */
  readonly input: { readonly idempotencyKey: string };
  /** Whose stock it changes. */
  readonly productId: string;
  /** Who pays; undefined where nobody does. */
  readonly customerId?: string;
  /** What there should be once it was carried out. */
  expected(market: Market, reply: Reply<Made>): Promise<Expected>;
  /** What it made, as it stands now. */
  present(market: Market, reply: Reply<Made>): Promise<unknown>;
  /** Changes what it made, where something can. */
  moveOn(market: Market, reply: Reply<Made>): Promise<void>;
}

const UNITS = 20;
/** As long as a reservation can live. */
export const LONGEST_TTL_MS = 86_400_000;

export const KEYED_COMMANDS = {
  async reserve(market: Market, quantity: number): Promise<KeyedCommand> {
    const productId = await market.stocked(UNITS);
    const input = {
      ...{ idempotencyKey: market.freshKey(), customerId: market.freshKey() },
      ...{ lines: [{ productId, quantity }], ttlMs: LONGEST_TTL_MS },
    };
    return {
      ...{ operation: 'reserve', input, productId },
      expected: async () => ({ counts: counted({ onHand: UNITS, held: quantity }), inForce: 0 }),
      present: (market, reply) => market.reservation(reservationOf(reply).reservationId),
      async moveOn(market, reply) {
        okOutput('confirmReservation', await market.confirm(reservationOf(reply)));
      },
    };
  },

  async adjustStock(market: Market, delta: number): Promise<KeyedCommand> {
    const productId = await market.stocked(UNITS);
    const input = { idempotencyKey: market.freshKey(), productId, delta, reason: 'found' };
    return {
      ...{ operation: 'adjustStock', input, productId },
      expected: async () => ({ counts: counted({ onHand: UNITS + delta }), inForce: 0 }),
      present: (market) => market.stock(productId),
      moveOn: async (market) => void (await market.reserve(productId)),
    };
  },

  placeOrder: (market: Market, quantity: number): Promise<KeyedCommand> =>
    order(market, quantity, 'm-good'),

  'placeOrder that is declined': (market: Market, quantity: number): Promise<KeyedCommand> =>
    order(market, quantity, 'm-decline'),
} satisfies Record<string, (market: Market, units: number) => Promise<KeyedCommand>>;

async function order(market: Market, quantity: number, method: string): Promise<KeyedCommand> {
  const productId = await market.stocked(UNITS);
  const { reservationId, customerId } = await market.reserve(productId, { quantity });
  const input = {
    ...{ idempotencyKey: market.freshKey(), customerId, reservationIds: [reservationId] },
    payment: { methodId: market.id(method), amountMinor: 1_000 + quantity },
  };
  return {
    ...{ operation: 'placeOrder', input, productId, customerId },
    async expected(market, reply) {
      // A payment service that took too long may have left it cancelled.
      const isPaid =
        reply.kind === 'ok' && (await market.resolved(orderOf(reply))).state !== 'CANCELLED';
      return {
        counts: counted({ onHand: UNITS, confirmed: isPaid ? quantity : 0 }),
        inForce: isPaid ? 1 : 0,
      };
    },
    present: (market, reply) =>
      reply.kind === 'ok' ? market.getOrder(orderOf(reply)) : Promise.resolve(undefined),
    async moveOn(market, reply) {
      if (reply.kind !== 'ok') return;
      const { orderId, state } = await market.resolved(orderOf(reply));
      if (state === 'PAID') okOutput('shipOrder', await market.ship(orderId));
    },
  };
}

function reservationOf(reply: Reply<Made>): Reservation {
  return okOutput('reserve', reply) as Reservation;
}

function orderOf(reply: Reply<Made>): string {
  return (okOutput('placeOrder', reply) as Order).orderId;
}

export function send(market: Market, { operation, input }: KeyedCommand): Promise<Reply<Made>> {
  return market.attempt<Made>(operation, input);
}

/** The same JSON document, its members in the opposite order: no difference. */
export function reversed({ input, ...command }: KeyedCommand): KeyedCommand {
  const members = Object.entries(input).reverse();
  return { ...command, input: Object.fromEntries(members) as KeyedCommand['input'] };
}

/** @throws Violation unless it is carried out, or declined; CouldNotRun when the payment service was not heard in time */
export function holdFirst(reply: Reply<Made>, what: string): void {
  if (codeOf(reply) === 'PAYMENTS_UNAVAILABLE') {
    throw new CouldNotRun(`${what} was refused: the payment service was not heard in time.`);
  }
  if (reply.kind === 'refused') refusedWith(what, reply, 'PAYMENT_DECLINED');
}

/** @throws Violation unless the repetition is answered like the first, or with what stands there now */
export function holdRepeated(
  first: Reply<Made>,
  again: Reply<Made>,
  present: unknown,
  what: string,
): void {
  if (isDeclinedSince(first, again)) return;
  hold(
    codeOf(again) === codeOf(first),
    `${what} was answered with ${codeOf(first)}; its repetition with the same key with ${codeOf(again)}.`,
    bodyOf(first),
    bodyOf(again),
  );
  if (first.kind === 'refused' || again.kind === 'refused') {
    const ids = [first, again].map((each) => each.kind === 'refused' && each.problem['orderId']);
    holdSame(ids[1], ids[0], `The repetition of ${what} names another order.`);
    return;
  }
  hold(
    sameJson(again.output, first.output) || sameJson(again.output, present),
    `The repetition of ${what} with the same key is answered neither as it was nor as it stands.`,
    sameJson(first.output, present) ? first.output : [first.output, present],
    again.output,
  );
}

/** An order that was PENDING at first, and has been declined: it may be told as it stands. */
function isDeclinedSince(first: Reply<Made>, again: Reply<Made>): boolean {
  if (first.kind === 'refused' || again.kind === 'ok') return false;
  const { orderId, state } = first.output as Partial<Order>;
  const { code, orderId: declinedId } = again.problem;
  return state === 'PENDING' && code === 'PAYMENT_DECLINED' && declinedId === orderId;
}

interface Expected {
  readonly counts: Counts;
  /** Charges of whoever pays. */
  readonly inForce: number;
}

/** What a command acted on, and what a repetition has to leave as it was. */
export interface Effect extends Expected {
  /** Of whoever pays. */
  readonly charges: readonly string[];
}

/**
 * Carries it out for the first time.
 * @throws Violation unless it is carried out, or declined, and has its effect; CouldNotRun when the payment service was not heard in time
 */
export async function sendFirst(
  market: Market,
  world: MarketWorld,
  command: KeyedCommand,
  what: string,
): Promise<{ reply: Reply<Made>; effect: Effect }> {
  const reply = await send(market, command);
  holdFirst(reply, what);
  const expected = await command.expected(market, reply);
  const effect = await effectOf(market, world, command);
  const { counts, inForce } = effect;
  holdSame({ counts, inForce }, expected, `${what} was answered, but did not do what it says.`);
  return { reply, effect };
}

export async function effectOf(
  market: Market,
  world: MarketWorld,
  { productId, customerId }: KeyedCommand,
): Promise<Effect> {
  const counts = countsOf(await market.stock(productId));
  const charges = customerId === undefined ? [] : await world.charges({ customerId });
  return {
    counts,
    charges: charges.map(({ reference }) => reference).sort(),
    inForce: inForce(charges).length,
  };
}
