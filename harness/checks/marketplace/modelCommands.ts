/** Commands that are drawn, sent to a marketplace and to the plain model of it, and compared one after the other. */
import fc from 'fast-check';
import type { Line, Order, Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Market } from './market.ts';
import { countsOf } from './outcomes.ts';
import type { ModelReservation, Refusals, StockModel } from './stockModel.ts';

const KINDS = {
  ...{
    put: 3,
    adjust: 3,
    reserve: 8,
    reserveSeveral: 3,
    reserveTwice: 1,
    confirm: 3,
    release: 3,
    extend: 1,
  },
  ...{ order: 5, decline: 2, ship: 2, cancel: 2 },
} as const;
type Kind = keyof typeof KINDS;

/** The numbers choose among what is there when the command's turn has come. */
export interface DrawnCommand {
  readonly kind: Kind;
  readonly product: number;
  readonly customer: number;
  readonly pick: number;
  readonly units: number;
}

export const drawnCommand: fc.Arbitrary<DrawnCommand> = fc.record({
  kind: fc.oneof(
    ...Object.entries(KINDS).map(([kind, weight]) => ({
      ...{ arbitrary: fc.constant(kind as Kind), weight },
    })),
  ),
  ...{ product: fc.nat(2), customer: fc.nat(2), pick: fc.nat(999) },
  units: fc.integer({ min: 1, max: 8 }),
});

export interface Walk {
  readonly market: Market;
  readonly model: StockModel;
  readonly productIds: readonly string[];
  readonly customerIds: readonly string[];
}

/** What a command became: `idle` where there was nothing to choose from. */
export type Became = 'carried out' | 'refused' | 'idle';

/** @throws Violation when it is refused although nothing speaks against it, with another code, or carried out although it must not be */
export function perform(walk: Walk, drawn: DrawnCommand): Promise<Became> {
  const { market, model } = walk;
  const productId = chosen(walk.productIds, drawn.product);
  const customerId = chosen(walk.customerIds, drawn.customer);
  switch (drawn.kind) {
    case 'put': {
      const onHand = 2 * drawn.units;
      const limit = drawn.pick % 3 === 0 ? 6 : null;
      return expected(
        'putStock',
        model.refusePut(productId, onHand),
        market.putStock({ productId, onHand, ...(limit && { perCustomerLimit: limit }) }),
        () => model.put(productId, onHand, limit),
      );
    }
    case 'adjust': {
      const delta = drawn.pick % 2 === 0 ? drawn.units : -drawn.units;
      return expected(
        'adjustStock',
        model.refuseAdjust(productId, delta),
        market.adjust({ productId, delta }),
        () => model.adjust(productId, delta),
      );
    }
    case 'reserve':
      return reserve(walk, customerId, [{ productId, quantity: Math.ceil(drawn.units / 2) }]);
    case 'reserveSeveral':
      return reserve(
        walk,
        customerId,
        walk.productIds.map((each) => ({ productId: each, quantity: 1 + (drawn.pick % 3) })),
      );
    case 'reserveTwice': {
      const lines = [1, drawn.units].map((quantity) => ({ productId, quantity }));
      return reserve(walk, customerId, lines);
    }
    case 'ship':
    case 'cancel':
      return endOrder(walk, drawn);
    default:
      return withReservation(walk, drawn.kind, drawn, customerId);
  }
}

async function expected<T>(
  operation: string,
  refusals: Refusals,
  sent: Promise<Reply<T>>,
  apply: (output: T) => void,
): Promise<Became> {
  const reply = await sent;
  if (refusals.length > 0) {
    refusedWith(operation, reply, ...refusals);
    return 'refused';
  }
  apply(okOutput(operation, reply));
  return 'carried out';
}

async function reserve({ market, model }: Walk, customerId: string, lines: Line[]) {
  const refusals = model.refuseReserve(customerId, lines);
  const idempotencyKey = market.freshKey();
  const sent = market.attempt<Reservation>('reserve', { idempotencyKey, customerId, lines });
  const reply = await sent;
  const became = await expected('reserve', refusals, sent, (made) => model.reserve(made));
  if (reply.kind === 'refused' && reply.problem.code === 'OUT_OF_STOCK') {
    const { productId, available } = reply.problem;
    const left = model.stock(String(productId))?.available;
    const line = lines.find((each) => each.productId === productId && each.quantity > (left ?? 0));
    hold(
      line !== undefined && available === left,
      'OUT_OF_STOCK should name in "productId" a line that cannot be held, and in "available" what is left of it.',
      { lines, available: left },
      reply.problem,
    );
  }
  return became;
}

/** The newest are chosen more often: old ones are mostly ended. */
function recent<T>(items: readonly T[], pick: number): T | undefined {
  return items.at(-1 - (pick % Math.min(items.length, 4)));
}

async function withReservation(
  { market, model }: Walk,
  kind: 'confirm' | 'release' | 'extend' | 'order' | 'decline',
  { pick, units }: DrawnCommand,
  stranger: string,
): Promise<Became> {
  const reservation = recent(model.reservations, pick);
  if (!reservation) return 'idle';
  // Somebody else's one time in eight, unless the stranger is the customer.
  const customerId = units === 8 ? stranger : reservation.customerId;
  const { reservationId } = reservation;
  const input = { reservationId, customerId };
  switch (kind) {
    case 'confirm':
    case 'release': {
      const end = kind === 'confirm' ? 'CONFIRMED' : 'RELEASED';
      const operation = kind === 'confirm' ? 'confirmReservation' : 'releaseReservation';
      return expected(
        operation,
        model.refuseEnd(reservation, customerId, end),
        market.attempt<Reservation>(operation, input),
        ({ state }) => {
          holdSame(state, end, `${operation} should answer the reservation as ${end}.`);
          model.end(reservation, end);
        },
      );
    }
    case 'extend':
      return expected(
        'extendReservation',
        model.refuseOrder([reservation], customerId),
        market.attempt('extendReservation', { ...input, ttlMs: 1_000 * (900 + pick) }),
        () => undefined,
      );
    case 'order':
    case 'decline':
      return order({ market, model }, kind, ordered(model, reservation, pick), customerId);
  }
}

/** It, and now and then another one of the same customer. */
function ordered(
  { reservations }: StockModel,
  reservation: ModelReservation,
  pick: number,
): ModelReservation[] {
  if (pick % 3 !== 0) return [reservation];
  const other = reservations.findLast(
    (each) => each !== reservation && each.customerId === reservation.customerId,
  );
  return other ? [reservation, other] : [reservation];
}

async function order(
  { market, model }: Pick<Walk, 'market' | 'model'>,
  kind: 'order' | 'decline',
  reservations: readonly ModelReservation[],
  customerId: string,
): Promise<Became> {
  const refusals = model.refuseOrder(reservations, customerId);
  const reply = await market.attempt<Order>('placeOrder', {
    ...{ idempotencyKey: market.freshKey(), customerId },
    reservationIds: reservations.map(({ reservationId }) => reservationId),
    payment: {
      methodId: market.id(kind === 'order' ? 'm-good' : 'm-decline'),
      amountMinor: 1_000,
    },
  });
  const release = (): void => reservations.forEach((each) => model.end(each, 'RELEASED'));
  if (kind === 'decline' && refusals.length === 0 && reply.kind === 'refused') {
    refusedWith('placeOrder', reply, 'PAYMENT_DECLINED');
    release();
    return 'refused';
  }
  let orderId: string | undefined;
  const sent = Promise.resolve(reply);
  const became = await expected('placeOrder', refusals, sent, (made) => (orderId = made.orderId));
  if (orderId === undefined) return became;
  // A payment that was not answered in time ends as PAID or CANCELLED; only a declined one may not be PAID.
  const { state } = await market.resolved(orderId);
  const wasPending = reply.kind === 'ok' && reply.output.state === 'PENDING';
  const should = kind === 'decline' || (wasPending && state === 'CANCELLED') ? 'CANCELLED' : 'PAID';
  holdSame(state, should, `The order should be ${should}, and is ${state}.`);
  if (state === 'PAID') model.pay(orderId, reservations);
  else release();
  return became;
}

async function endOrder({ market, model }: Walk, { kind, pick }: DrawnCommand): Promise<Became> {
  const order = recent(model.orders, pick);
  if (!order) return 'idle';
  const end = kind === 'ship' ? 'FULFILLED' : 'CANCELLED';
  const { orderId } = order;
  return expected(
    kind === 'ship' ? 'shipOrder' : 'cancelOrder',
    model.refuseOrderEnd(order, end),
    kind === 'ship' ? market.ship(orderId) : market.cancel(orderId),
    ({ state }) => {
      holdSame(state, end, `The order should be ${end}, and is ${state}.`);
      model.endOrder(order, end);
    },
  );
}

/** Compares each product's record with the model's. @throws Violation when they differ */
export async function holdLikeModel(walk: Walk, after: string): Promise<void> {
  await Promise.all(
    walk.productIds.map(async (productId) => {
      const should = walk.model.stock(productId);
      const reply = await walk.market.attempt<Stock>('getStock', { productId });
      if (!should) {
        refusedWith('getStock of a product that never had stock', reply, 'UNKNOWN_PRODUCT');
        return;
      }
      const is = okOutput('getStock', reply);
      holdSame(
        { ...countsOf(is), perCustomerLimit: is.perCustomerLimit },
        should,
        `After ${after} the stock is not what a plain model says.`,
      );
    }),
  );
}

function chosen(items: readonly string[], number: number): string {
  return items[number % items.length] ?? '';
}
