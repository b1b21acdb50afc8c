/** A conversation with a marketplace: typed calls, fresh ids and keys, and patience with what says "not now". */
import { setTimeout as sleep } from 'node:timers/promises';
import type {
  AdjustStock,
  KeyRecord,
  Order,
  PlaceOrder,
  Product,
  PutStock,
  Reservation,
  Reserve,
  Stock,
} from '../../../spec/marketplace/messages.d.ts';
import { CouldNotRun, Violation } from '../check.ts';
import type { CheckContext, Session } from '../check.ts';
import type { JsonObject, Problem } from '../../target/target.ts';
import { MAX_NOT_NOW_MS, MAX_RESOLVE_MS } from './patience.ts';
import { marketWorld } from './worldQuestions.ts';
import type { MarketWorld } from './worldQuestions.ts';
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';

/** What is refused for the moment is sent again for as long as patience.ts says, so often at least, after a pause that grows up to the longest. */
const MIN_RETRIES = 20;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;
const FOR_THE_MOMENT = new Set(['CONFLICT_RETRY', 'OVERLOADED', 'IDEMPOTENCY_IN_PROGRESS']);
/** A pending order is looked at so often. */
const RESOLVE_POLL_MS = 50;

type Optional<T, K extends keyof T> = Omit<T, K> & Partial<Pick<T, K>>;

export interface Market {
  readonly session: Session;
  /** `name` made unique in this session. */
  id(name: string): string;
  freshKey(): string;
  /** A product with so many units, of a fresh id. */
  stocked(onHand: number, more?: Partial<PutStock>): Promise<string>;
  stock(productId: string): Promise<Stock>;
  putStock(input: PutStock): Promise<Reply<Stock>>;
  adjust(input: Optional<AdjustStock, 'idempotencyKey'>): Promise<Reply<Stock>>;
  /** One line of one unit of `productId` for a fresh customer, but for what is given. */
  tryReserve(
    productId: string,
    more?: Partial<Reserve> & { quantity?: number },
  ): Promise<Reply<Reservation>>;
  /** A Violation unless it is answered. */
  reserve(productId: string, more?: Partial<Reserve> & { quantity?: number }): Promise<Reservation>;
  /** By the reservation's own customer, unless another is given. */
  confirm(reservation: Reservation, customerId?: string): Promise<Reply<Reservation>>;
  release(reservation: Reservation, customerId?: string): Promise<Reply<Reservation>>;
  extend(reservation: Reservation, ttlMs: number, customerId?: string): Promise<Reply<Reservation>>;
  reservation(reservationId: string): Promise<Reservation>;
  /** Pays 1 000 with a fresh method for the reservations, which are one customer's; but for what is given. */
  tryOrder(reservations: readonly Reservation[], more?: Partial<PlaceOrder>): Promise<Reply<Order>>;
  order(reservations: readonly Reservation[], more?: Partial<PlaceOrder>): Promise<Order>;
  getOrder(orderId: string): Promise<Order>;
  /** Waits until it is no longer PENDING: at most 20 s. A Violation when it stays so. */
  resolved(orderId: string): Promise<Order>;
  ship(orderId: string): Promise<Reply<Order>>;
  cancel(orderId: string): Promise<Reply<Order>>;
  findKey(idempotencyKey: string): Promise<Reply<KeyRecord>>;
  tryProduct(productId: string): Promise<Reply<Product>>;
  product(productId: string): Promise<Product>;
  /** A Violation unless it is answered. */
  call<T = JsonObject>(operation: string, input: object): Promise<T>;
  /**
   * Sends again what is refused for the moment: CONFLICT_RETRY, OVERLOADED, IDEMPOTENCY_IN_PROGRESS.
   * @throws Violation when it is refused so for too long: sent again, it has to succeed in the end
   */
  attempt<T = JsonObject>(operation: string, input: object): Promise<Reply<T>>;
  /** The same market in another conversation, as after a restart or on another session; keys go on, ids are the session's. */
  in(session: Session): Market;
}

/** @throws CouldNotRun where there is no world */
export function worldOf({ world }: CheckContext): MarketWorld {
  if (world) return marketWorld(world);
  throw new CouldNotRun(
    'It needs the outside services that casemark plays: start the implementation with --impl.',
  );
}

export function openMarket(session: Session, counter = { next: 0 }): Market {
  const fresh = (name: string): string => session.id(`${name}${(counter.next += 1)}`);

  const attempt = async <T>(operation: string, input: object): Promise<Reply<T>> => {
    let pauseMs = FIRST_PAUSE_MS;
    const startedMs = performance.now();
    for (let retries = 0; ; retries += 1) {
      const answer = await session.attempt(operation, input as JsonObject);
      if (answer.kind === 'ok') return { ...answer, output: answer.output as T };
      if (!FOR_THE_MOMENT.has(answer.problem.code)) return answer;
      const passedMs = performance.now() - startedMs;
      if (retries >= MIN_RETRIES && passedMs >= MAX_NOT_NOW_MS) {
        throw neverCarriedOut(operation, retries, passedMs, answer.problem);
      }
      await sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  };
  const call = async <T>(operation: string, input: object): Promise<T> =>
    okOutput(operation, await attempt<T>(operation, input));
  const reservationCall =
    (operation: string) =>
    (
      { reservationId, customerId: owner }: Reservation,
      customerId = owner,
    ): Promise<Reply<Reservation>> =>
      attempt(operation, { reservationId, customerId });

  const reserveInput = (
    productId: string,
    { quantity = 1, ...more }: Partial<Reserve> & { quantity?: number } = {},
  ): Reserve => ({
    idempotencyKey: fresh('k'),
    customerId: fresh('c'),
    lines: [{ productId, quantity }],
    ...more,
  });
  const orderInput = (
    reservations: readonly Reservation[],
    more: Partial<PlaceOrder> = {},
  ): PlaceOrder => ({
    idempotencyKey: fresh('k'),
    customerId: reservations[0]?.customerId ?? fresh('c'),
    reservationIds: reservations.map(({ reservationId }) => reservationId),
    payment: { methodId: fresh('m'), amountMinor: 1_000 },
    ...more,
  });
  const getOrder = (orderId: string): Promise<Order> => call('getOrder', { orderId });

  return {
    session,
    id: (name) => session.id(name),
    freshKey: () => fresh('k'),
    async stocked(onHand, more) {
      const productId = more?.productId ?? fresh('p');
      await call('putStock', { onHand, ...more, productId });
      return productId;
    },
    stock: (productId) => call('getStock', { productId }),
    putStock: (input) => attempt('putStock', input),
    adjust: (input) => attempt('adjustStock', { idempotencyKey: fresh('k'), ...input }),
    tryReserve: (productId, more) => attempt('reserve', reserveInput(productId, more)),
    reserve: (productId, more) => call('reserve', reserveInput(productId, more)),
    confirm: reservationCall('confirmReservation'),
    release: reservationCall('releaseReservation'),
    extend: ({ reservationId, customerId: owner }, ttlMs, customerId = owner) =>
      attempt('extendReservation', { reservationId, customerId, ttlMs }),
    reservation: (reservationId) => call('getReservation', { reservationId }),
    tryOrder: (reservations, more) => attempt('placeOrder', orderInput(reservations, more)),
    order: (reservations, more) => call('placeOrder', orderInput(reservations, more)),
    getOrder,
    async resolved(orderId) {
      const until = performance.now() + MAX_RESOLVE_MS;
      for (;;) {
        const read = await getOrder(orderId);
        if (read.state !== 'PENDING') return read;
        if (performance.now() > until) {
          throw new Violation(
            `The order is still PENDING ${MAX_RESOLVE_MS / 1000} s after the payment service could be asked.`,
            'another state',
            read,
          );
        }
        await sleep(RESOLVE_POLL_MS);
      }
    },
    ship: (orderId) => attempt('shipOrder', { orderId }),
    cancel: (orderId) => attempt('cancelOrder', { orderId }),
    findKey: (idempotencyKey) => attempt('findKey', { idempotencyKey }),
    tryProduct: (productId) => attempt('getProduct', { productId }),
    product: (productId) => call('getProduct', { productId }),
    call,
    attempt,
    in: (other) => openMarket(other, counter),
  };
}

function neverCarriedOut(
  operation: string,
  retries: number,
  passedMs: number,
  problem: Problem,
): Violation {
  return new Violation(
    `${operation} is still refused with ${problem.code} after it was sent again ${retries} times in ${Math.round(passedMs / 1000)} s.`,
    'in the end a reply, or a refusal for good',
    problem,
  );
}
