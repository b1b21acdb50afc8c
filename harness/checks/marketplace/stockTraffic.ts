/** Customers and operators at work on the same products at the same time: what they do is drawn, what they see is told. */
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import fc from 'fast-check';
import type { Reservation, Stock } from '../../../spec/marketplace/messages.d.ts';
import { counted, holdCounts } from './outcomes.ts';
import type { Market } from './market.ts';

/** `product` counts from 0, modulo the number of products; what follows acts on what its own lane has, or does nothing. */
export type Action =
  | { readonly kind: 'reserve'; readonly product: number; readonly quantity: number }
  | { readonly kind: 'adjust'; readonly product: number; readonly delta: number }
  | { readonly kind: 'put'; readonly onHand: number }
  | { readonly kind: 'confirm' | 'release' | 'order' | 'decline' | 'ship' | 'cancel' };

const product = fc.nat(9);
export const reserving = fc.record({
  kind: fc.constant('reserve' as const),
  product,
  quantity: fc.integer({ min: 1, max: 4 }),
});
export const adjusting = fc.record({
  kind: fc.constant('adjust' as const),
  product,
  delta: fc.integer({ min: 1, max: 3 }).chain((units) => fc.constantFrom(units, -units)),
});
/** Of the last product only. */
export const putting = fc.record({
  kind: fc.constant('put' as const),
  onHand: fc.nat(24),
});
export const following = (...kinds: ('confirm' | 'release')[]): fc.Arbitrary<Action> =>
  fc.record({ kind: fc.constantFrom(...kinds) });
export const ordering: fc.Arbitrary<Action> = fc.record({
  kind: fc.constantFrom('order' as const, 'decline' as const, 'ship' as const, 'cancel' as const),
});

/** Lanes that are walked at the same time, each one action after the other. */
export function lanesOf(
  action: fc.Arbitrary<Action>,
  { lanes, actions }: { lanes: number; actions: number },
): fc.Arbitrary<Action[][]> {
  const lane = fc.array(action, { minLength: Math.ceil(actions / 2), maxLength: actions });
  return fc.array(lane, { minLength: lanes, maxLength: lanes });
}

export interface Traffic {
  readonly lanes: readonly (readonly Action[])[];
  readonly productIds: readonly string[];
  /** The conversation of one lane. */
  marketOf(lane: number): Market;
  /** Every reply that is a stock record. */
  onStock?(stock: Stock): void;
  onOutOfStock?(): void;
}

/** What was done to one product, in units. */
interface Change {
  onHand: number;
  held: number;
  confirmed: number;
  shipped: number;
}

/**
 * Walks the lanes and reads a stock record after each action.
 * @returns what the acknowledged commands did to each product, which says nothing of its onHand where there was a `put`
 * @throws Violation when what has to be carried out is refused, or with the wrong code
 */
export async function runTraffic(traffic: Traffic): Promise<Map<string, Change>> {
  const changes = new Map(
    traffic.productIds.map((id) => [id, { onHand: 0, held: 0, confirmed: 0, shipped: 0 }]),
  );
  const walks = traffic.lanes.map((actions, index) => walk(traffic, changes, actions, index));
  await Promise.all(walks);
  return changes;
}

/**
 * Holds each product to what `onHand` units at the start and the acknowledged changes make.
 * @throws Violation when it does not count that
 */
export async function holdChanged(
  market: Market,
  { lanes }: Pick<Traffic, 'lanes'>,
  changes: ReadonlyMap<string, Change>,
  onHand: number,
): Promise<void> {
  const isPut = lanes.flat().some(({ kind }) => kind === 'put');
  const put = isPut ? [...changes.keys()].at(-1) : undefined;
  for (const [productId, change] of changes) {
    // Which putStock was the last is not known.
    const left =
      productId === put ? (await market.stock(productId)).onHand : onHand + change.onHand;
    const expected = counted({ ...change, onHand: left });
    await holdCounts(market, productId, expected, 'all that was acknowledged');
  }
}

interface Lane {
  readonly traffic: Traffic;
  readonly market: Market;
  readonly changes: ReadonlyMap<string, Change>;
  /** Its own, oldest first. */
  readonly holds: Reservation[];
  readonly sales: Sale[];
}

interface Sale {
  readonly orderId: string;
  readonly reservation: Reservation;
}

async function walk(
  traffic: Traffic,
  changes: ReadonlyMap<string, Change>,
  actions: readonly Action[],
  index: number,
): Promise<void> {
  const market = traffic.marketOf(index);
  const lane: Lane = { traffic, market, changes, holds: [], sales: [] };
  for (const action of actions) {
    const productId = productOf(traffic, placeOf(action, index));
    await act(lane, action, productId);
    // Read whether somebody is told or not: a history lives on what was seen.
    const stock = await market.stock(productId);
    traffic.onStock?.(stock);
  }
}

function placeOf(action: Action, lane: number): number {
  if (action.kind === 'put') return -1;
  return 'product' in action ? action.product : lane;
}

function productOf({ productIds }: Traffic, number: number): string {
  return productIds.at(number < 0 ? number : number % productIds.length) ?? '';
}

async function act(lane: Lane, action: Action, productId: string): Promise<void> {
  const { market, traffic, holds } = lane;
  switch (action.kind) {
    case 'reserve': {
      const { quantity } = action;
      const reply = await market.tryReserve(productId, { quantity });
      if (reply.kind === 'ok') {
        holds.push(reply.output);
        change(lane, productId, { held: quantity });
      } else {
        refusedWith('reserve', reply, 'OUT_OF_STOCK');
        traffic.onOutOfStock?.();
      }
      return;
    }
    case 'adjust': {
      const { delta } = action;
      const reply = await market.adjust({ productId, delta });
      if (isStock(lane, 'adjustStock', reply)) change(lane, productId, { onHand: delta });
      return;
    }
    case 'put': {
      const { onHand } = action;
      isStock(lane, 'putStock', await market.putStock({ productId, onHand }));
      return;
    }
    case 'ship':
    case 'cancel': {
      const sale = lane.sales.shift();
      return sale && endSale(lane, action.kind, sale);
    }
    case 'confirm':
    case 'release':
    case 'order':
    case 'decline': {
      const reservation = holds.shift();
      return reservation && endHold(lane, action.kind, reservation);
    }
  }
}

/** False for a refusal, which can only be NEGATIVE_STOCK. */
function isStock({ traffic }: Lane, operation: string, reply: Reply<Stock>): boolean {
  if (reply.kind === 'ok') traffic.onStock?.(reply.output);
  else refusedWith(operation, reply, 'NEGATIVE_STOCK');
  return reply.kind === 'ok';
}

async function endHold(
  lane: Lane,
  how: 'confirm' | 'release' | 'order' | 'decline',
  reservation: Reservation,
): Promise<void> {
  const { market } = lane;
  switch (how) {
    case 'confirm':
      okOutput('confirmReservation', await market.confirm(reservation));
      return sold(lane, reservation);
    case 'release':
      okOutput('releaseReservation', await market.release(reservation));
      return givenBack(lane, reservation);
    case 'order': {
      const { orderId } = await market.order([reservation]);
      const { state } = await market.resolved(orderId);
      if (state !== 'PAID') return givenBack(lane, reservation);
      lane.sales.push({ orderId, reservation });
      return sold(lane, reservation);
    }
    case 'decline': {
      const payment = { methodId: market.id('m-decline'), amountMinor: 1_000 };
      const reply = await market.tryOrder([reservation], { payment });
      if (reply.kind === 'ok') await market.resolved(reply.output.orderId);
      else refusedWith('placeOrder', reply, 'PAYMENT_DECLINED');
      return givenBack(lane, reservation);
    }
  }
}

async function endSale(lane: Lane, how: 'ship' | 'cancel', sale: Sale): Promise<void> {
  const { orderId, reservation } = sale;
  if (how === 'ship') {
    okOutput('shipOrder', await lane.market.ship(orderId));
    changeLines(lane, reservation, shipped);
  } else {
    okOutput('cancelOrder', await lane.market.cancel(orderId));
    changeLines(lane, reservation, (units) => ({ confirmed: -units }));
  }
}

function shipped(units: number): Partial<Change> {
  return { onHand: -units, confirmed: -units, shipped: units };
}

function sold(lane: Lane, reservation: Reservation): void {
  changeLines(lane, reservation, (units) => ({ held: -units, confirmed: units }));
}

function givenBack(lane: Lane, reservation: Reservation): void {
  changeLines(lane, reservation, (units) => ({ held: -units }));
}

function changeLines(
  lane: Lane,
  { lines }: Reservation,
  by: (units: number) => Partial<Change>,
): void {
  for (const { productId, quantity } of lines) change(lane, productId, by(quantity));
}

const COUNTS = ['onHand', 'held', 'confirmed', 'shipped'] as const;

function change({ changes }: Lane, productId: string, by: Partial<Change>): void {
  const sum = changes.get(productId);
  if (sum) for (const name of COUNTS) sum[name] += by[name] ?? 0;
}
