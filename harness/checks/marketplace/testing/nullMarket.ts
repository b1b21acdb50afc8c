/** Implementations of the right shape that do nothing: what each command answers is always the same, whatever came before. */
import type { Order, Reservation, Stock } from '../../../../spec/marketplace/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import type { OpenMarket } from './judgeMarket.ts';

export const NULL_KINDS = [
  'holds everything',
  'has sold everything',
  'declines everything',
  'refuses every command',
  'says that everything is invalid',
] as const;
export type NullKind = (typeof NULL_KINDS)[number];

interface Given {
  readonly productId?: string;
  readonly customerId?: string;
  readonly lines?: readonly { productId: string; quantity: number }[];
  readonly ttlMs?: number;
  readonly onHand?: number;
  readonly reservationIds?: readonly string[];
  readonly shardIds?: readonly string[];
  readonly keys?: readonly string[];
  readonly samples?: readonly object[];
  readonly priceMinor?: number;
  readonly fleetId?: string;
  readonly poolId?: string;
  readonly pickId?: string;
  readonly backendIds?: readonly string[];
}

const COMMANDS: ReadonlySet<string> = new Set([
  ...['reserve', 'confirmReservation', 'releaseReservation', 'extendReservation'],
  ...['placeOrder', 'shipOrder', 'cancelOrder', 'adjustStock'],
]);

export function nullMarket(kind: NullKind): OpenMarket {
  return (clockMs) => ({
    call: (operation, input) => answer(kind, clockMs, operation, input),
    ...(kind === 'holds everything' && {
      invalid: (operation, input) => answer(kind, clockMs, operation, input),
    }),
    restart: () => undefined,
  });
}

function answer(kind: NullKind, nowMs: number, operation: string, given: Given): SystemAnswer {
  if (COMMANDS.has(operation)) {
    if (kind === 'refuses every command') {
      return { problem: { code: 'OVERLOADED' }, headers: { 'retry-after': '1' } };
    }
    if (kind === 'says that everything is invalid') return { problem: { code: 'INVALID_STATE' } };
    if (kind === 'declines everything') return declined(operation, given);
  }
  const output = OUTPUTS[operation]?.(given, nowMs, kind) ?? given;
  const isStock = operation.endsWith('Stock');
  return { output, ...(isStock && { headers: { etag: '"1"' } }) };
}

function declined(operation: string, { productId = 'p', lines = [] }: Given): SystemAnswer {
  const [line] = lines;
  if (operation === 'placeOrder') {
    return { problem: { code: 'PAYMENT_DECLINED', ...{ orderId: 'o' } } };
  }
  const sold = { productId: line?.productId ?? productId, available: 0 };
  return { problem: { code: 'OUT_OF_STOCK', ...sold } };
}

const OUTPUTS: Readonly<Record<string, (given: Given, nowMs: number, kind: NullKind) => object>> = {
  putStock: stock,
  adjustStock: stock,
  getStock: stock,
  reserve: reservation,
  confirmReservation: reservation,
  releaseReservation: reservation,
  extendReservation: reservation,
  getReservation: reservation,
  placeOrder: order,
  getOrder: order,
  shipOrder: order,
  cancelOrder: order,
  findKey: (given) => ({
    ...{ ...given, state: 'completed', operation: 'reserve' },
    ...{ reservationId: null, orderId: null },
  }),
  getProduct: page,
  putPrice: page,
  getRing: (given) => ({ ...given, shardIds: ['a'] }),
  routeKeys: ({ keys = [] }) => ({ shardIds: keys.map(() => 'a') }),
  putFleet: ({ fleetId }) => ({ ...{ fleetId, instances: NO_INSTANCES, currentRps: 0 } }),
  recordLoad: ({ fleetId, samples = [] }) => ({ fleetId, samples: samples.length }),
  evaluateFleet: ({ fleetId }) => ({
    ...{ fleetId, action: 'HOLD', horizonMs: 900_000, observedRps: null, predictedRps: null },
    ...{ requiredRps: 0, stabilizedRps: 0, currentRps: 0, maxRps: 1, newRps: 0 },
    ...{ instances: NO_INSTANCES, costPerHourMinor: 0, reasons: [] },
  }),
  putPool: pool,
  getPool: pool,
  setBackendHealth: pool,
  pickBackend: () => ({ pickId: 'k', backendId: 'b' }),
  completePick: ({ pickId }) => ({ pickId, backendId: 'b' }),
  listReplicas: () => ({
    replicas: [{ nodeId: 'n', primary: true, version: 1, available: 1, reachable: true }],
  }),
};

const NO_INSTANCES = [{ name: 'small', count: 0 }];

function stock({ productId = 'p', onHand = 1 }: Given, _nowMs: number, kind: NullKind): Stock {
  const isSold = kind === 'has sold everything';
  return {
    ...{ productId, onHand, available: isSold ? 0 : onHand, held: 0 },
    ...{ confirmed: isSold ? onHand : 0, shipped: 0, perCustomerLimit: null },
    ...{ version: 1, shardId: 'a' },
  };
}

function reservation(given: Given, nowMs: number, kind: NullKind): Reservation {
  const { customerId = 'c', lines = [{ productId: 'p', quantity: 1 }], ttlMs = 900_000 } = given;
  return {
    ...{ reservationId: 'r', customerId, orderId: null, expiresAtMs: nowMs + ttlMs },
    state: kind === 'has sold everything' ? 'CONFIRMED' : 'HELD',
    lines: lines.map((line) => ({ ...line, version: 1 })),
  };
}

function order(given: Given, _nowMs: number, kind: NullKind): Order {
  const { customerId = 'c', reservationIds = ['r'] } = given;
  return {
    ...{ orderId: 'o', customerId, reservationIds: [...reservationIds] },
    state: kind === 'has sold everything' ? 'PAID' : 'PENDING',
    ...{ amountMinor: 1_000, cancelReason: null },
  };
}

function page({ productId = 'p', priceMinor = 1_000 }: Given): object {
  return { productId, title: 'A product', priceMinor, revision: 1, available: 1 };
}

function pool({ poolId, backendIds = ['b'] }: Given): object {
  const backends = backendIds.map((backendId) => ({ backendId, state: 'closed', inFlight: 0 }));
  return { poolId, backends };
}
