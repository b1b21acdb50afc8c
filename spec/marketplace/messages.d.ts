/* Made from messages.schema.json by `npm run types`: change the schema, not this file. */

/**
 * Product id, chosen by the client.
 */
export type ProductId = string;
/**
 * Customer id, chosen by the client.
 */
export type CustomerId = string;
/**
 * Payment method, chosen by the client.
 */
export type MethodId = string;
/**
 * Makes a command benign to repeat. Over HTTP the header Idempotency-Key.
 */
export type IdempotencyKey = string;
/**
 * Reservation id, chosen by the implementation; never used again.
 */
export type ReservationId = string;
/**
 * Order id, chosen by the implementation; never used again.
 */
export type OrderId = string;
/**
 * A shard of a ring.
 */
export type ShardId = string;
/**
 * A ring of shards, chosen by the client; `inventory` is the one that holds the stock.
 */
export type RingId = string;
/**
 * A fleet, chosen by the client.
 */
export type FleetId = string;
/**
 * A pool of backends, chosen by the client.
 */
export type PoolId = string;
/**
 * A backend of a pool, chosen by the client.
 */
export type BackendId = string;
/**
 * One picked request, chosen by the implementation.
 */
export type PickId = string;
/**
 * Name of an instance type.
 */
export type InstanceTypeName = string;
/**
 * Units.
 */
export type Quantity = number;
/**
 * Units.
 */
export type Units = number;
/**
 * Of a stock record; grows with each of its changes.
 */
export type Version = number;
/**
 * Milliseconds since the epoch, by the system’s clock.
 */
export type TimeMs = number;
/**
 * Life of a reservation in ms.
 */
export type TtlMs = number;
/**
 * Amount in minor units of the marketplace’s one currency.
 */
export type AmountMinor = number;
/**
 * Requests a second.
 */
export type Rps = number;
/**
 * The version in quotes. Over HTTP the header If-Match.
 */
export type ETag = string;
export type ReservationState = 'HELD' | 'CONFIRMED' | 'RELEASED' | 'EXPIRED';
export type OrderState = 'PENDING' | 'PAID' | 'FULFILLED' | 'CANCELLED';

export interface Messages {}
/**
 * Sets what is physically there; creates the record.
 */
export interface PutStock {
  productId: ProductId;
  ifMatch?: ETag;
  onHand: Units;
  perCustomerLimit?: Quantity;
}
export interface AdjustStock {
  idempotencyKey: IdempotencyKey;
  productId: ProductId;
  /**
   * Units that came (or, negative, went).
   */
  delta: number;
  reason?: string;
}
export interface GetStock {
  productId: ProductId;
}
/**
 * onHand = available + held + confirmed.
 */
export interface Stock {
  productId: ProductId;
  onHand: Units;
  available: Units;
  held: Units;
  confirmed: Units;
  /**
   * Units.
   */
  shipped: number;
  perCustomerLimit: Quantity | null;
  version: Version;
  shardId: ShardId;
  /**
   * Only with replicas: it may not be the latest.
   */
  stale?: boolean;
}
export interface Line {
  productId: ProductId;
  quantity: Quantity;
}
/**
 * Holds all lines or none.
 */
export interface Reserve {
  idempotencyKey: IdempotencyKey;
  customerId: CustomerId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  lines: Line[];
  /**
   * Default 900 000.
   */
  ttlMs?: number;
}
export interface ConfirmReservation {
  reservationId: ReservationId;
  customerId: CustomerId;
}
export interface ReleaseReservation {
  reservationId: ReservationId;
  customerId: CustomerId;
}
export interface ExtendReservation {
  reservationId: ReservationId;
  customerId: CustomerId;
  ttlMs: TtlMs;
}
export interface GetReservation {
  reservationId: ReservationId;
}
export interface Reservation {
  reservationId: ReservationId;
  state: ReservationState;
  customerId: CustomerId;
  /**
   * @minItems 1
   * @maxItems 20
   */
  lines: {
    productId: ProductId;
    quantity: Quantity;
    /**
     * Of a stock record; grows with each of its changes.
     */
    version: number;
  }[];
  expiresAtMs: TimeMs;
  orderId: OrderId | null;
}
export interface PlaceOrder {
  idempotencyKey: IdempotencyKey;
  customerId: CustomerId;
  /**
   * @minItems 1
   * @maxItems 10
   */
  reservationIds: ReservationId[];
  payment: {
    methodId: MethodId;
    amountMinor: AmountMinor;
  };
}
export interface GetOrder {
  orderId: OrderId;
}
export interface ShipOrder {
  orderId: OrderId;
}
export interface CancelOrder {
  orderId: OrderId;
}
export interface Order {
  orderId: OrderId;
  state: OrderState;
  customerId: CustomerId;
  /**
   * @minItems 1
   * @maxItems 10
   */
  reservationIds: ReservationId[];
  amountMinor: AmountMinor;
  cancelReason: ('payment-declined' | 'payment-unavailable' | 'requested' | 'expired') | null;
}
export interface PutAdmission {
  maxOrdersInProgress: number;
}
export interface Admission {
  maxOrdersInProgress: number;
}
export interface FindKey {
  idempotencyKey: IdempotencyKey;
}
export interface KeyRecord {
  idempotencyKey: IdempotencyKey;
  state: 'in-progress' | 'completed';
  operation: string;
  reservationId: ReservationId | null;
  orderId: OrderId | null;
}
export interface GetProduct {
  productId: ProductId;
}
export interface PutPrice {
  productId: ProductId;
  priceMinor: AmountMinor;
}
export interface PurgeProduct {
  productId: ProductId;
}
export interface Product {
  productId: ProductId;
  title: string;
  priceMinor: AmountMinor;
  /**
   * The catalogue’s, grows with each change of the item.
   */
  revision: number;
  available: Units;
}
export interface Purged {
  productId: ProductId;
}
/**
 * Makes a ring or adds shards to it: all shards that it shall have.
 */
export interface PutRing {
  ringId: RingId;
  /**
   * @minItems 1
   * @maxItems 128
   */
  shardIds: ShardId[];
}
export interface GetRing {
  ringId: RingId;
}
export interface Ring {
  ringId: RingId;
  /**
   * @minItems 1
   * @maxItems 128
   */
  shardIds: ShardId[];
}
export interface RouteKeys {
  ringId: RingId;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  keys: string[];
}
export interface Routes {
  /**
   * One for each key, in the order of the keys.
   *
   * @minItems 1
   * @maxItems 10000
   */
  shardIds: ShardId[];
}
export interface InstanceType {
  name: InstanceTypeName;
  /**
   * What one instance carries.
   */
  rps: number;
  costPerHourMinor: number;
}
export interface InstanceCount {
  name: InstanceTypeName;
  count: number;
}
/**
 * Makes a fleet or sets it, whole; what it has seen and decided is forgotten.
 */
export interface PutFleet {
  fleetId: FleetId;
  /**
   * @minItems 1
   * @maxItems 5
   */
  instanceTypes: InstanceType[];
  /**
   * What runs now; types that are left out: none.
   *
   * @minItems 1
   * @maxItems 5
   */
  instances: InstanceCount[];
  minRps: Rps;
  maxRps: number;
  /**
   * Lets a forecast above maxRps raise it; left out: maxRps holds.
   */
  maxBufferPct?: number;
  targetUtilizationPct: number;
  /**
   * Default 120.
   */
  upPct?: number;
  /**
   * Default 70.
   */
  downPct?: number;
  /**
   * Default 10; stands for upPct without a forecast.
   */
  tolerancePct?: number;
  /**
   * Default 300 000.
   */
  stabilizationMs?: number;
  /**
   * Default 300 000.
   */
  cooldownMs?: number;
  /**
   * Default 3 600 000.
   */
  minHistoryMs?: number;
}
export interface Fleet {
  fleetId: FleetId;
  /**
   * @minItems 1
   * @maxItems 5
   */
  instances: InstanceCount[];
  currentRps: Rps;
}
export interface RecordLoad {
  fleetId: FleetId;
  /**
   * @minItems 1
   * @maxItems 10000
   */
  samples: {
    atMs: TimeMs;
    rps: Rps;
  }[];
}
export interface LoadRecorded {
  fleetId: FleetId;
  /**
   * How many are kept: the newest 20 000 at least.
   */
  samples: number;
}
export interface EvaluateFleet {
  fleetId: FleetId;
  /**
   * Milliseconds since the epoch, by the system’s clock.
   */
  nowMs: number;
}
export interface Evaluation {
  fleetId: FleetId;
  action: 'UP' | 'DOWN' | 'HOLD';
  horizonMs: 900000;
  observedRps: Rps | null;
  predictedRps: Rps | null;
  requiredRps: Rps;
  stabilizedRps: Rps;
  currentRps: Rps;
  maxRps: number;
  /**
   * Requests a second.
   */
  newRps: number;
  /**
   * @minItems 1
   * @maxItems 5
   */
  instances: InstanceCount[];
  costPerHourMinor: number;
  /**
   * @minItems 0
   * @maxItems 20
   */
  reasons: string[];
}
/**
 * Makes a pool or sets it, whole; everything begins anew.
 */
export interface PutPool {
  poolId: PoolId;
  /**
   * @minItems 1
   * @maxItems 100
   */
  backendIds: BackendId[];
  /**
   * Default 3.
   */
  failureThreshold?: number;
  /**
   * Default 10 000.
   */
  openMs?: number;
}
export interface GetPool {
  poolId: PoolId;
}
export interface PickBackend {
  poolId: PoolId;
}
/**
 * Says how the request went, once; again changes nothing.
 */
export interface CompletePick {
  poolId: PoolId;
  pickId: PickId;
  ok: boolean;
  latencyUs?: number;
}
export interface SetBackendHealth {
  poolId: PoolId;
  backendId: BackendId;
  healthy: boolean;
}
export interface Backend {
  backendId: BackendId;
  /**
   * closed: requests flow; open: failed out; half-open: one may try; unhealthy: set so.
   */
  state: 'closed' | 'open' | 'half-open' | 'unhealthy';
  inFlight: number;
}
export interface Pool {
  poolId: PoolId;
  /**
   * @minItems 1
   * @maxItems 100
   */
  backends: Backend[];
}
export interface Pick {
  pickId: PickId;
  backendId: BackendId;
}
export interface PickCompleted {
  pickId: PickId;
  backendId: BackendId;
}
export interface ListReplicas {
  productId: ProductId;
}
export interface Replicas {
  /**
   * @minItems 1
   * @maxItems 100
   */
  replicas: {
    /**
     * A node, chosen by the implementation.
     */
    nodeId: string;
    primary: boolean;
    /**
     * Of the copy; 0: it has none.
     */
    version: number;
    available: Units;
    /**
     * False: its copy is what it last told.
     */
    reachable: boolean;
  }[];
}
export interface CutReplica {
  /**
   * A node, chosen by the implementation.
   */
  nodeId: string;
  cut: boolean;
}
export interface ReplicaCut {
  /**
   * A node, chosen by the implementation.
   */
  nodeId: string;
  cut: boolean;
}
export interface SetClock {
  nowMs: TimeMs;
}
export interface Clock {
  nowMs: TimeMs;
}
