/** What the clients of a campaign in memory ask for, by what they have been told. */
import type { Recorded } from '../../../history/historyRecorder.ts';
import type { Random } from '../../../load/seededRandom.ts';
import type { JsonObject } from '../../../target/target.ts';

/** Some are soon sold out. */
export const PRODUCTS = [
  { productId: 'p-1', onHand: 1_000 },
  { productId: 'p-2', onHand: 1_000 },
  { productId: 'p-3', onHand: 12 },
  { productId: 'p-4', onHand: 5 },
] as const;

export interface Knowledge {
  readonly held: { readonly reservationId: string; readonly customerId: string }[];
  readonly paid: string[];
}

export function emptyKnowledge(): Knowledge {
  return { held: [], paid: [] };
}

export function remember({ held, paid }: Knowledge, { answer }: Recorded): void {
  if (answer.kind !== 'ok') return;
  const { reservationId, orderId, customerId, state } = answer.output;
  if (state === 'HELD') {
    held.push({ reservationId: String(reservationId), customerId: String(customerId) });
  }
  if (state === 'PAID') paid.push(String(orderId));
}

/** Several clients may go for the same reservation or order. */
const RECENT_HELD = 12;
const RECENT_PAID = 6;
const TTLS_MS = [60_000, 600_000, 1_800_000];

export function drawCall(
  random: Random,
  client: number,
  index: number,
  { held, paid }: Knowledge,
): [operation: string, input: JsonObject] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const idempotencyKey = `k-${client}-${index}`;
  const ttlMs = pick(TTLS_MS);
  const chance = random();
  if (chance < 0.03) return ['getStock', { productId: pick(PRODUCTS).productId }];
  if (chance < 0.08) {
    const delta = pick([-3, -1, 2, 5]);
    return ['adjustStock', { idempotencyKey, productId: pick(PRODUCTS).productId, delta }];
  }
  const hold = pick(held.slice(-RECENT_HELD));
  if (hold) {
    const { reservationId } = hold;
    if (chance < 0.1) return ['getReservation', { reservationId }];
    if (chance < 0.18) return ['confirmReservation', { ...hold }];
    if (chance < 0.27) return ['releaseReservation', { ...hold }];
    if (chance < 0.33) return ['extendReservation', { ...hold, ttlMs }];
    if (chance < 0.6) {
      const { customerId } = hold;
      const methodId = `card-${client}-${index}${pick(METHODS)}`;
      const payment = { methodId, amountMinor: 100 + Math.floor(random() * 900) };
      return [
        'placeOrder',
        { idempotencyKey, customerId, reservationIds: [reservationId], payment },
      ];
    }
  }
  const orderId = pick(paid.slice(-RECENT_PAID));
  if (orderId !== undefined) {
    if (chance < 0.66) return ['shipOrder', { orderId }];
    if (chance < 0.74) return ['cancelOrder', { orderId }];
    if (chance < 0.75) return ['getOrder', { orderId }];
  }
  const products =
    random() < 0.3 ? [pick(PRODUCTS.slice(0, 2)), pick(PRODUCTS.slice(2))] : [pick(PRODUCTS)];
  const lines = products.map(({ productId }) => ({ productId, quantity: pick([1, 1, 2]) }));
  const isDefault = random() < 0.5;
  return [
    'reserve',
    { idempotencyKey, customerId: `c-${client}`, lines, ...(!isDefault && { ttlMs }) },
  ];
}

/** How the payment service takes them. */
const METHODS = ['', '', '-silent-70', '-flaky-70', '-decline'];
