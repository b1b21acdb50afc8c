/** MKT-ORD-02: more orders than the system takes on are refused at once, and everything else goes on. */
import type { Product } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { together } from '../kit/together.ts';
import { jam } from './jam.ts';
import type { Jam } from './jam.ts';
import { openMarket, worldOf } from './market.ts';
import type { Market } from './market.ts';
import { place } from './orderSaga.ts';
import { settlesWithin } from './outsideCalls.ts';
import { holdAgrees, holdUnits, preparePurchase } from './purchases.ts';
import type { MarketWorld } from './worldQuestions.ts';

const SHEDDING = { limit: 8, count: 40 };
const RETRY_AFTER = 'retry-after';

const shedsBeyondTheLimit: Check = {
  id: 'sheds-beyond-the-limit',
  isolation: 'exclusive',
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const jammed = await jam(market, world, SHEDDING);
    await jammed.release();
    const { limit } = SHEDDING;
    hold(
      jammed.mostHeld <= limit,
      `With maxOrdersInProgress ${limit}, ${jammed.mostHeld} orders were with the payment service at once.`,
      limit,
      jammed.mostHeld,
    );
    await holdShed(market, world, jammed);
    context.hit('shed', jammed.refused.length);
    await holdAdmitted(market, world, jammed);
    context.hit('admitted', jammed.waiting.length);
  },
};

async function holdShed(market: Market, world: MarketWorld, { refused }: Jam): Promise<void> {
  for (const { purchase, reply } of refused) {
    const what = 'An order beyond maxOrdersInProgress';
    const answer = await reply;
    refusedWith(what, answer, 'OVERLOADED');
    const header = answer.headers?.[RETRY_AFTER] ?? '';
    hold(
      isRetryAfter(header),
      `${what} is refused without a Retry-After of RFC 9110: "${header}".`,
      'seconds, or a date',
      header,
    );
    const calls = await world.calls(purchase.request.customerId, ['createCharge']);
    hold(calls.length === 0, `${what} is refused, and was charged.`, [], calls);
    await holdUnits(market, purchase, 'held', `${what}, refused,`);
  }
}

function isRetryAfter(header: string): boolean {
  return /^\d+$/.test(header) || /^[A-Z][a-z]{2}, .+ GMT$/.test(header);
}

async function holdAdmitted(market: Market, world: MarketWorld, { waiting }: Jam): Promise<void> {
  await Promise.all(
    waiting.map(async ({ purchase, reply }) => {
      const order = okOutput('placeOrder of an order that was taken on', await reply);
      const what = 'An order that was taken on while others were refused';
      await holdAgrees(market, world, purchase, await market.resolved(order.orderId), what);
    }),
  );
}

const JAM = { limit: 4, count: 12 };
const ORDERS_AGAIN = 6;

const othersAreServed: Check = {
  id: 'others-are-served',
  isolation: 'exclusive',
  // Where no place is given back its orders are sent again for 15 s, twice.
  deadlineMs: 60_000,
  async run(context) {
    const world = worldOf(context);
    const market = openMarket(context.session());
    const requests = await otherRequests(market);
    const jammed = await jam(market, world, JAM);
    const served = Promise.all(
      requests.map(async ({ operation, send }) => {
        await send();
        return operation;
      }),
    );
    const wereServed = await settlesWithin(served, jammed.leftMs());
    await jammed.release();
    const operations = await served;
    hold(
      wereServed,
      'While orders waited for the payment service and others were refused, other requests were not answered.',
      operations,
    );
    context.hit('served', operations.length);
    await holdAdmitted(market, world, jammed);

    for (const { purchase } of jammed.refused.slice(0, ORDERS_AGAIN)) {
      const order = okOutput('placeOrder again', await place(market, purchase.request));
      holdOneOf(order.state, ['PAID'], 'An order that is placed again');
      context.hit('admittedAgain');
    }
    await fail(market, world);
    await together(JAM.limit, async (index) => {
      const { request } = await preparePurchase(market, `again${index}`);
      const order = okOutput(
        'placeOrder after orders that came to nothing',
        await place(market, request),
      );
      holdOneOf(order.state, ['PAID'], 'An order after orders that came to nothing');
      context.hit('admittedAgain');
    });
  },
};

interface OtherRequest {
  readonly operation: string;
  send(): Promise<unknown>;
}

/** All can be carried out, side by side, whatever becomes of the orders. */
async function otherRequests(market: Market): Promise<OtherRequest[]> {
  const requests: OtherRequest[] = [];
  const add = (operation: string, input: object): void => {
    requests.push({ operation, send: () => market.call(operation, input) });
  };
  const reserved = () => market.stocked(5).then((productId) => market.reserve(productId));
  const ordered = async (name: string): Promise<string> => {
    const { request } = await preparePurchase(market, name);
    return okOutput('placeOrder', await place(market, request)).orderId;
  };
  for (let round = 0; round < 2; round += 1) {
    const productId = await market.stocked(20);
    await market.call<Product>('getProduct', { productId });
    add('getProduct', { productId });
    add('getProduct', { productId: market.id(`unread${round}`) });
    add('putPrice', { productId: market.id(`priced${round}`), priceMinor: 900 });
    add('getStock', { productId });
    add('putStock', { productId: market.id(`put${round}`), onHand: 3 });
    add('adjustStock', { productId, delta: 1, idempotencyKey: market.freshKey() });
    requests.push({ operation: 'reserve', send: () => market.reserve(productId) });
    const [confirmed, released, extended] = [await reserved(), await reserved(), await reserved()];
    add('confirmReservation', ofCustomer(confirmed));
    add('releaseReservation', ofCustomer(released));
    add('extendReservation', { ...ofCustomer(extended), ttlMs: 60_000 });
    add('getReservation', { reservationId: confirmed.reservationId });
    const shipped = await ordered(`shipped${round}`);
    add('getOrder', { orderId: shipped });
    add('shipOrder', { orderId: shipped });
    add('cancelOrder', { orderId: await ordered(`cancelled${round}`) });
  }
  return requests;
}

function ofCustomer({ reservationId, customerId }: { reservationId: string; customerId: string }) {
  return { reservationId, customerId };
}

/** As many orders of each kind as may be in progress, and none of them is paid: each has to make room again. */
async function fail(market: Market, world: MarketWorld): Promise<void> {
  const each = (kind: string, send: (name: string) => Promise<void>): Promise<unknown> =>
    together(JAM.limit, (index) => send(`${kind}${index}`));
  await each('no', async (name) => {
    const { request } = await preparePurchase(market, name, { method: 'decline' });
    refusedWith('placeOrder', await place(market, request), 'PAYMENT_DECLINED');
  });
  await each('unavailable', async (name) => {
    const { request, methodId } = await preparePurchase(market, name);
    await world.script('createCharge', methodId, [], { kind: 'error', status: 503 });
    refusedWith('placeOrder', await place(market, request), 'PAYMENTS_UNAVAILABLE');
  });
  await each('unheld', async (name) => {
    const { request } = await preparePurchase(market, name);
    const reservationIds = [market.id(`${name}-r`)];
    refusedWith(
      'placeOrder',
      await place(market, { ...request, reservationIds }),
      'UNKNOWN_RESERVATION',
    );
  });
  await each('silent', async (name) => {
    const { request, methodId } = await preparePurchase(market, name);
    await world.script('createCharge', methodId, [{ kind: 'silenceBooked' }]);
    await place(market, request);
  });
}

export const admission: readonly Check[] = [shedsBeyondTheLimit, othersAreServed];
