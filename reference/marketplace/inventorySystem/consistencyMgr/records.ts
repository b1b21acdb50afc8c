/** What is kept, table by table. A change replaces a whole record; none is ever altered in place. */
import type { Order, Reservation } from '../../../../spec/marketplace/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';

/** Units. What is available follows: onHand - held - confirmed. */
export interface StockRecord {
  readonly productId: string;
  readonly onHand: number;
  readonly held: number;
  readonly confirmed: number;
  readonly shipped: number;
  readonly perCustomerLimit: number | null;
  readonly version: number;
}

export interface OrderRecord extends Readonly<Order> {
  readonly idempotencyKey: string;
  readonly methodId: string;
  /** The order is cancelled, and the payment service has not yet said that its charge is void. */
  readonly chargeToVoid: boolean;
}

export interface KeyRecord {
  readonly operation: string;
  /** Of the request without its key. */
  readonly digest: string;
  readonly reservationId: string | null;
  readonly orderId: string | null;
  /** Null while the order of the request is PENDING. */
  readonly answer: Answer | null;
}

export interface RingRecord {
  readonly shardIds: readonly string[];
}

export interface Tables {
  /** By product. */
  stocks: StockRecord;
  reservations: Readonly<Reservation>;
  orders: OrderRecord;
  /** By `product/customer`: units in reservations that are held or confirmed, shipped ones included. */
  customerUnits: number;
  keys: KeyRecord;
  rings: RingRecord;
  settings: number;
}

export type TableName = keyof Tables;

/** Null: the record is gone. */
export type Change = {
  [T in TableName]: readonly [table: T, id: string, record: Tables[T] | null];
}[TableName];

/** Changes that are made together or not at all. */
export type Step = readonly Change[];

export interface Reader {
  get<T extends TableName>(table: T, id: string): Tables[T] | undefined;
}
