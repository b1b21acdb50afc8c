/** MKT-INV-05.d: what was refused without effect leaves its key as it was. */
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import { Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { bodyOf, codeOf } from './outcomes.ts';
import { sentAsItIs } from './sentAsItIs.ts';
import type { MarketWorld } from './worldQuestions.ts';

/** A command that is refused, and what happens until one with its key can be carried out. */
interface Refusal {
  readonly codes: readonly string[];
  readonly operation: 'reserve' | 'adjustStock' | 'placeOrder';
  readonly refused: { readonly idempotencyKey: string };
  /** Default: nothing has to happen. */
  amend?(): Promise<unknown>;
  /** Default: the same request. */
  readonly then?: object;
}

type Prepare = (market: Market, world: MarketWorld) => Promise<Refusal>;

const REFUSALS: Readonly<Record<string, Prepare>> = {
  async 'too little stock'(market) {
    const productId = await market.stocked(2);
    const refused = reserveOf(market, productId, 3);
    const amend = () => market.adjust({ productId, delta: 1 });
    return { codes: ['OUT_OF_STOCK'], operation: 'reserve', refused, amend };
  },
  async 'a product without stock'(market) {
    const productId = market.id('p-later');
    const refused = reserveOf(market, productId, 1);
    const amend = () => market.stocked(1, { productId });
    return { codes: ['UNKNOWN_PRODUCT'], operation: 'reserve', refused, amend };
  },
  async 'a limit'(market) {
    const productId = await market.stocked(5, { perCustomerLimit: 2 });
    const refused = reserveOf(market, productId, 3);
    const amend = () => market.stocked(5, { productId });
    return { codes: ['LIMIT_PER_CUSTOMER'], operation: 'reserve', refused, amend };
  },
  async 'a wrong quantity'(market) {
    const productId = await market.stocked(5);
    const right = reserveOf(market, productId, 1);
    const refused = { ...right, lines: [{ productId, quantity: 0 }] };
    return { codes: ['INVALID_REQUEST'], operation: 'reserve', refused, then: right };
  },
  async 'an adjustment of a product without stock'(market) {
    const productId = market.id('p-adjusted-later');
    const refused = { idempotencyKey: market.freshKey(), productId, delta: 3 };
    const amend = () => market.stocked(1, { productId });
    return { codes: ['UNKNOWN_PRODUCT'], operation: 'adjustStock', refused, amend };
  },
  async 'an adjustment below what is there'(market) {
    const productId = await market.stocked(2);
    const refused = { idempotencyKey: market.freshKey(), productId, delta: -3 };
    const amend = () => market.adjust({ productId, delta: 1 });
    return { codes: ['NEGATIVE_STOCK'], operation: 'adjustStock', refused, amend };
  },
  async 'a reservation that was released'(market) {
    const { own, productId } = await ownReservation(market);
    const released = await market.reserve(productId, { customerId: own.customerId });
    okOutput('releaseReservation', await market.release(released));
    return orderRefusal(market, own, released.reservationId, ['INVALID_STATE']);
  },
  async 'a reservation that is not there'(market) {
    const { own } = await ownReservation(market);
    return orderRefusal(market, own, market.id('r-unknown'), ['UNKNOWN_RESERVATION']);
  },
  async 'a reservation of another customer'(market) {
    const { own, productId } = await ownReservation(market);
    const { reservationId } = await market.reserve(productId);
    const codes = ['FOREIGN_RESERVATION', 'UNKNOWN_RESERVATION'];
    return orderRefusal(market, own, reservationId, codes);
  },
  async 'a payment service that has a problem'(market, world) {
    const reservation = await market.reserve(await market.stocked(5));
    const refused = orderOf(market, reservation.customerId, reservation.reservationId);
    await world.script('createCharge', refused.payment.methodId, [{ kind: 'error', status: 503 }]);
    return { codes: ['PAYMENTS_UNAVAILABLE'], operation: 'placeOrder', refused };
  },
};

async function ownReservation(market: Market) {
  const productId = await market.stocked(5);
  return { productId, own: await market.reserve(productId) };
}

/** Refused because of the reservation; then the key is used for `own`, which can be paid for. */
function orderRefusal(
  market: Market,
  own: Reservation,
  reservationId: string,
  codes: readonly string[],
): Refusal {
  const then = orderOf(market, own.customerId, own.reservationId);
  const refused = { ...then, reservationIds: [reservationId] };
  return { codes, operation: 'placeOrder', refused, then };
}

function reserveOf(market: Market, productId: string, quantity: number) {
  const customerId = market.id('customer');
  return { idempotencyKey: market.freshKey(), customerId, lines: [{ productId, quantity }] };
}

function orderOf(market: Market, customerId: string, reservationId: string) {
  const idempotencyKey = market.freshKey();
  const payment = { methodId: `m-${idempotencyKey}`.slice(0, 36), amountMinor: 1_000 };
  return { idempotencyKey, customerId, reservationIds: [reservationId], payment };
}

export const refusalsBurnNoKey: Check = {
  id: 'refusals-burn-no-key',
  isolation: 'shared',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const reuse = async ([why, prepare]: [string, Prepare]): Promise<void> => {
      const refusal = await prepare(market, world);
      await holdReusable(market, refusal, why);
      context.hit('reused');
    };
    await Promise.all(Object.entries(REFUSALS).map(reuse));
  },
};

async function holdReusable(market: Market, refusal: Refusal, why: string): Promise<void> {
  const { codes, operation, refused, amend, then = refused } = refusal;
  const { idempotencyKey } = refused;
  const code = await refuse(market, refusal, why);
  const found = await market.findKey(idempotencyKey);
  refusedWith(`findKey after a ${operation} was refused with ${code}`, found, 'UNKNOWN_KEY');
  await amend?.();
  const reply = await market.attempt(operation, then);
  hold(
    reply.kind === 'ok',
    `A ${operation} was refused with ${code} because of ${why}; with the same key one that can be carried out is then refused with ${codeOf(reply)}.`,
    'a reply',
    { wasRefusedWith: codes, isAnswered: bodyOf(reply) },
  );
}

/** A request without its message's shape cannot be sent through the market. */
async function refuse(
  market: Market,
  { codes, operation, refused }: Refusal,
  why: string,
): Promise<string> {
  const what = `${operation} with ${why}`;
  if (!codes.includes('INVALID_REQUEST')) {
    return refusedWith(what, await market.attempt(operation, refused), ...codes).code;
  }
  const answer = await sentAsItIs(market.session, operation, refused as unknown as JsonObject);
  if (answer.kind === 'refused') return refusedWith(what, answer, ...codes).code;
  throw new Violation(`${what} should be refused with ${codes.join(' or ')}.`, codes, answer);
}
