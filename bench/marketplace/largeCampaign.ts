/** A campaign of many commands that a correct market answered, with that market as it stands afterwards. */
import type { HistoryOperation } from '../../harness/history/history.ts';
import type { Answer, Json, JsonObject } from '../../harness/target/target.ts';
import type { World } from '../../harness/world/world.ts';

export interface LargeCampaign {
  readonly operations: readonly HistoryOperation[];
  readonly setUp: readonly { operation: string; input: JsonObject }[];
  readonly call: (operation: string, input: JsonObject) => Promise<Answer>;
  readonly world: World;
}

const PRODUCTS = 500;
const ON_HAND = 1_000_000;
const NOW_MS = 1_000_000_000_000;
const TTL_MS = 900_000;

/** @param holds each is kept, confirmed, released, or ordered */
export function largeCampaign(holds: number): LargeCampaign {
  const operations: HistoryOperation[] = [];
  const reservations = new Map<string, JsonObject>();
  const orders = new Map<string, JsonObject>();
  const keys = new Map<string, JsonObject>();
  const charges: JsonObject[] = [];
  const stocks = new Map<string, Record<string, number>>();
  let nowMs = NOW_MS;
  const did = (operation: string, input: JsonObject, output: JsonObject): void => {
    const id = operations.length + 1;
    const idempotencyKey = input['idempotencyKey'];
    operations.push({
      ...{ id, process: 1, partition: '', operation, input, output, outcome: 'ok' },
      ...{ callEvent: 2 * id, returnEvent: 2 * id + 1, callNs: id, returnNs: id },
      ...(typeof idempotencyKey === 'string' && { idempotencyKey }),
      faultsActive: [],
    });
    if (typeof idempotencyKey !== 'string') return;
    const { reservationId = null, orderId = null } = output;
    const about = { reservationId, orderId };
    keys.set(idempotencyKey, { idempotencyKey, operation, state: 'completed', ...about });
  };
  const setUp = Array.from({ length: PRODUCTS }, (_, index) => ({
    operation: 'putStock',
    input: { productId: `p-${index}`, onHand: ON_HAND },
  }));
  for (const { operation, input } of setUp) {
    stocks.set(input.productId, { held: 0, confirmed: 0 });
    did(operation, input, stockOf(input.productId, { held: 0, confirmed: 0 }));
  }
  for (let index = 0; index < holds; index += 1) {
    const [reservationId, customerId] = [`r-${index}`, `c-${index}`];
    const productId = `p-${index % PRODUCTS}`;
    const lines = [{ productId, quantity: 1 }];
    const held = {
      ...{ reservationId, customerId, state: 'HELD', orderId: null },
      ...{ lines: lines.map((line) => ({ ...line, version: 1 })), expiresAtMs: NOW_MS + TTL_MS },
    };
    did('reserve', { idempotencyKey: `k-${index}`, customerId, lines }, held);
    const kind = (['HELD', 'CONFIRMED', 'RELEASED', 'ordered'] as const)[index % 4]!;
    const state = kind === 'ordered' ? 'CONFIRMED' : kind;
    const orderId = kind === 'ordered' ? `o-${index}` : null;
    const ended = { ...held, state, orderId };
    reservations.set(reservationId, ended);
    if (kind === 'CONFIRMED') did('confirmReservation', { reservationId, customerId }, ended);
    if (kind === 'RELEASED') did('releaseReservation', { reservationId, customerId }, ended);
    if (orderId !== null) {
      const payment = { methodId: 'card', amountMinor: 100 };
      const asked = { customerId, reservationIds: [reservationId] };
      const order = { orderId, state: 'PAID', ...asked, amountMinor: 100, cancelReason: null };
      did('placeOrder', { idempotencyKey: `ko-${index}`, ...asked, payment }, order);
      orders.set(orderId, order);
      charges.push({ reference: orderId, customerId, ...payment, status: 'approved', requests: 1 });
    }
    const stock = stocks.get(productId)!;
    if (state === 'HELD') stock['held']! += 1;
    if (state === 'CONFIRMED') stock['confirmed']! += 1;
  }
  const expired = (reservation: JsonObject): JsonObject =>
    reservation['state'] === 'HELD' && Number(reservation['expiresAtMs']) <= nowMs
      ? { ...reservation, state: 'EXPIRED' }
      : reservation;
  const output = (operation: string, input: JsonObject): JsonObject | undefined => {
    switch (operation) {
      case 'findKey':
        return keys.get(String(input['idempotencyKey']));
      case 'getReservation':
        return expired(reservations.get(String(input['reservationId']))!);
      case 'getOrder':
        return orders.get(String(input['orderId']));
      case 'setClock':
        nowMs = Number(input['nowMs']);
        return input;
      case 'getStock': {
        const productId = String(input['productId']);
        const { held = 0, confirmed = 0 } = stocks.get(productId)!;
        return stockOf(productId, { held: nowMs > NOW_MS ? 0 : held, confirmed });
      }
      default:
        return undefined;
    }
  };
  return {
    ...{ operations, setUp },
    async call(operation, input) {
      const found = output(operation, input);
      return found
        ? { kind: 'ok', output: found }
        : { kind: 'refused', problem: { code: 'UNKNOWN' } };
    },
    world: {
      url: 'http://memory.invalid',
      ask: async () => charges as unknown as Json,
      complaints: async () => [],
      close: async () => undefined,
    },
  };
}

function stockOf(
  productId: string,
  { held, confirmed }: { held: number; confirmed: number },
): JsonObject {
  const available = ON_HAND - held - confirmed;
  const counted = { onHand: ON_HAND, available, held, confirmed, shipped: 0 };
  return { productId, ...counted, perCustomerLimit: null, version: 1, shardId: 's' };
}
