/**
 * Everything the venue knows, in memory: built by carrying out commands one by one, and rebuilt by carrying out the journal's
 * again. Integers everywhere; prices are in 1/10 000 of the currency unit unless their name says ticks.
 */
import type {
  Alert,
  FeedMessage,
  OrdStatus,
  ExecType,
  PriceBand,
  PutLimits,
  Reason,
  SelfTradePrevention,
  Side,
  TimeInForce,
  Trade,
} from '../../../spec/trading/messages.d.ts';
import { emptyBookImage } from './bookImage.ts';
import type { BookImage } from './bookImage.ts';
import { OPEN } from './circuitBreaker.ts';
import type { CircuitBreaker } from './circuitBreaker.ts';
import type { Position } from './positions.ts';
import { emptyRateWindow } from './rateWindow.ts';
import type { RateWindow } from './rateWindow.ts';

export interface VenueState {
  readonly accounts: Map<string, Account>;
  readonly accountByIndex: Account[];
  readonly instruments: Map<string, Instrument>;
  /** By number; orders that ended stay, so that a late cancel is told from an unknown one. */
  readonly orders: Map<number, Order>;
  /** By account name (known or not) and clOrdId: what the key was used for. Never forgotten. */
  readonly keys: Map<string, Map<string, KeyUse>>;
  /** Instruments whose breaker has a deadline. */
  readonly timed: Set<Instrument>;
  /** Feed messages of the command that is being carried out: they leave when it is committed. */
  outbox: FeedMessage[];
  lastOrderNumber: number;
  lastTradeNumber: number;
}

export interface Account {
  readonly name: string;
  readonly index: number;
  /** False after the kill switch, or by limits. */
  enabled: boolean;
  limits: PutLimits;
  restricted: ReadonlySet<string>;
  readonly positions: Map<Instrument, Position>;
  /** Of its open BUY orders, over all symbols. */
  openBuyNotionalE4: number;
  /** Notional sold minus notional bought, over all symbols. */
  realizedNotionalE4: number;
  readonly rate: RateWindow;
  /** In the order in which they were accepted. */
  readonly openOrders: Map<number, Order>;
  readonly alerts: Alert[];
}

export interface Instrument {
  readonly symbol: string;
  readonly index: number;
  /** Which matching shard has its book, and the book's index there. */
  readonly shard: number;
  book: number;
  /** What one tick of the engine's book is worth: divides every price that rests. */
  unitE4: number;
  tickSizeE4: number;
  lotSize: number;
  referencePriceE4: number;
  collarBps: number;
  band: PriceBand | null;
  breaker: CircuitBreaker;
  /** Of the last public event. */
  seq: number;
  readonly image: BookImage;
  /** The last public events, for subscribers that resume. */
  readonly history: FeedMessage[];
  readonly trades: Trade[];
}

export interface Order {
  readonly number: number;
  readonly account: Account;
  readonly instrument: Instrument;
  readonly side: Side;
  readonly tif: TimeInForce;
  readonly postOnly: boolean;
  readonly stp: SelfTradePrevention;
  clOrdId: string;
  /** Null for MARKET. */
  priceE4: number | null;
  orderQty: number;
  cumQty: number;
  leavesQty: number;
  ordStatus: OrdStatus;
  /** Of the last thing that happened to it. */
  execType: ExecType;
  reason: Reason | null;
  auditSeq: number;
  transactTimeMs: number;
}

export interface KeyUse {
  /** The audit event of the command that used it: holds the request and the original reply. */
  readonly auditSeq: number;
  /** Absent when the command was refused. */
  readonly order: Order | undefined;
}

export function emptyState(): VenueState {
  return {
    accounts: new Map(),
    accountByIndex: [],
    instruments: new Map(),
    orders: new Map(),
    keys: new Map(),
    timed: new Set(),
    outbox: [],
    lastOrderNumber: 0,
    lastTradeNumber: 0,
  };
}

export function newAccount(state: VenueState, name: string, limits: PutLimits): Account {
  const account: Account = {
    name,
    index: state.accountByIndex.length,
    enabled: true,
    limits,
    restricted: new Set(),
    positions: new Map(),
    openBuyNotionalE4: 0,
    realizedNotionalE4: 0,
    rate: emptyRateWindow(),
    openOrders: new Map(),
    alerts: [],
  };
  state.accounts.set(name, account);
  state.accountByIndex.push(account);
  return account;
}

export function newInstrument(
  symbol: string,
  index: number,
  shard: number,
  params: Pick<Instrument, 'tickSizeE4' | 'lotSize' | 'referencePriceE4' | 'collarBps' | 'band'>,
): Instrument {
  return {
    symbol,
    index,
    shard,
    book: -1,
    unitE4: params.tickSizeE4,
    ...params,
    breaker: OPEN,
    seq: 0,
    image: emptyBookImage(),
    history: [],
    trades: [],
  };
}

export function useKey(state: VenueState, account: string, clOrdId: string, use: KeyUse): void {
  let keys = state.keys.get(account);
  if (!keys) state.keys.set(account, (keys = new Map()));
  keys.set(clOrdId, use);
}

export function findKey(state: VenueState, account: string, clOrdId: string): KeyUse | undefined {
  return state.keys.get(account)?.get(clOrdId);
}

const ORDER_ID = /^O[1-9][0-9]{0,9}$/;

export function orderId(number: number): string {
  return `O${number}`;
}

/** The account's own order of that id: another account's is as unknown as one that never was. */
export function findOrder(state: VenueState, account: string, id: string): Order | undefined {
  const order = ORDER_ID.test(id) ? state.orders.get(Number(id.slice(1))) : undefined;
  return order?.account.name === account ? order : undefined;
}
