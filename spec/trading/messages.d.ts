/* Made from messages.schema.json by `npm run types`: change the schema, not this file. */

/**
 * Account id, chosen by the client.
 */
export type Account = string;
/**
 * Symbol id, chosen by the client.
 */
export type SymbolId = string;
/**
 * Client order id: unique per account, the idempotency key (FIX tag 11).
 */
export type ClOrdId = string;
/**
 * Order id, chosen by the venue.
 */
export type OrderId = string;
/**
 * Price in 1/10 000 of the currency unit.
 */
export type PriceE4 = number;
/**
 * Quantity in units.
 */
export type Qty = number;
export type Side = 'BUY' | 'SELL';
export type OrderType = 'LIMIT' | 'MARKET';
export type TimeInForce = 'GTC' | 'DAY' | 'IOC' | 'FOK';
export type SelfTradePrevention = 'CANCEL_TAKER' | 'CANCEL_MAKER' | 'CANCEL_BOTH';
/**
 * State of the order (FIX tag 39).
 */
export type OrdStatus = 'NEW' | 'PARTIALLY_FILLED' | 'FILLED' | 'CANCELED' | 'EXPIRED' | 'REJECTED';
/**
 * What this event was (FIX tag 150).
 */
export type ExecType = 'NEW' | 'TRADE' | 'CANCELED' | 'REPLACED' | 'EXPIRED' | 'REJECTED';
/**
 * Why an order was refused, cancelled or expired.
 */
export type Reason =
  | 'UNKNOWN_SYMBOL'
  | 'UNKNOWN_ACCOUNT'
  | 'INVALID_REQUEST'
  | 'INVALID_PRICE_TICK'
  | 'INVALID_QTY'
  | 'DUPLICATE_CLORDID'
  | 'RISK_NO_LIMITS'
  | 'RISK_POSITION_LIMIT'
  | 'RISK_CREDIT_LIMIT'
  | 'RISK_MAX_ORDER_QTY'
  | 'RISK_MAX_NOTIONAL'
  | 'RISK_MAX_OPEN_ORDERS'
  | 'RISK_RATE_LIMIT'
  | 'RISK_RESTRICTED'
  | 'PRICE_COLLAR'
  | 'LIMIT_BAND'
  | 'HALTED'
  | 'FOK_UNFILLABLE'
  | 'IOC'
  | 'NO_LIQUIDITY'
  | 'POST_ONLY_WOULD_CROSS'
  | 'SELF_TRADE'
  | 'KILL_SWITCH'
  | 'USER_CANCEL'
  | 'MASS_CANCEL'
  | 'SESSION_END'
  | 'REPLACED_BELOW_FILLED';
export type SymbolState = 'OPEN' | 'LIMIT_STATE' | 'HALTED';
/**
 * One message of the feed; `type` tells which.
 */
export type FeedMessage =
  FeedSnapshot | FeedAdd | FeedExecute | FeedReduce | FeedReplace | FeedDelete | FeedState;

export interface Messages {}
export interface Fill {
  tradeId: string;
  /**
   * seq of the trade’s public event.
   */
  seq: number | null;
  priceE4: PriceE4;
  qty: Qty;
  makerOrderId: OrderId;
}
/**
 * Self-reported nanoseconds in each stage, by a monotonic clock. Reported as declared, never judged.
 */
export interface StageLatency {
  risk: number;
  match: number;
  execute: number;
  total: number;
}
export interface CanceledOrder {
  orderId: OrderId;
  clOrdId: ClOrdId;
  qty: Qty;
  reason: Reason;
}
export interface ExecutionReport {
  orderId: OrderId | null;
  clOrdId: ClOrdId;
  account: Account;
  symbol: SymbolId;
  side: Side;
  ordStatus: OrdStatus;
  execType: ExecType;
  reason: Reason | null;
  /**
   * Limit price; null for MARKET.
   */
  priceE4?: PriceE4 | null;
  /**
   * Total quantity of the order.
   */
  orderQty: number;
  /**
   * Filled so far.
   */
  cumQty: number;
  /**
   * Still open.
   */
  leavesQty: number;
  fills: Fill[];
  /**
   * Resting orders that self-trade prevention cancelled.
   */
  canceledOrders?: CanceledOrder[];
  /**
   * Sequence number of the audit event of this command: the witness of its order.
   */
  auditSeq: number | null;
  /**
   * seq of the symbol after this command; null when the symbol is unknown.
   */
  seq: number | null;
  transactTimeMs: number;
  latencyNs?: StageLatency;
}
export interface SubmitOrder {
  clOrdId: ClOrdId;
  account: Account;
  symbol: SymbolId;
  side: Side;
  type: OrderType;
  priceE4?: PriceE4;
  qty: Qty;
  tif?: 'GTC' | 'DAY' | 'IOC' | 'FOK';
  postOnly?: boolean;
  stp?: 'CANCEL_TAKER' | 'CANCEL_MAKER' | 'CANCEL_BOTH';
}
export interface CancelOrder {
  orderId: OrderId;
  account: Account;
}
export interface ReplaceOrder {
  orderId: OrderId;
  account: Account;
  newClOrdId: ClOrdId;
  priceE4?: PriceE4;
  qty?: Qty;
}
export interface GetOrder {
  account: Account;
  clOrdId: ClOrdId;
}
export interface CancelAll {
  account: Account;
  reason: string;
  disable?: boolean;
}
export interface MassCancelReport {
  account: Account;
  /**
   * How many orders were cancelled.
   */
  canceledOrders: number;
  /**
   * Each symbol in which an order was cancelled, with its seq after.
   */
  symbols: {
    symbol: SymbolId;
    seq: number;
  }[];
  /**
   * Sequence number of the audit event of this command: the witness of its order.
   */
  auditSeq: number | null;
  transactTimeMs: number;
}
export interface PutLimits {
  account: Account;
  enabled?: boolean;
  maxPosition: number;
  maxOrderQty: number;
  maxNotionalE4: number;
  maxOpenOrders: number;
  maxOrdersPerSec: number;
  creditLimitE4: number;
  /**
   * @maxItems 1000
   */
  restrictedSymbols: SymbolId[];
}
export interface LimitsReport {
  account: Account;
  enabled: boolean;
  /**
   * Sequence number of the audit event of this command: the witness of its order.
   */
  auditSeq: number | null;
}
export interface GetPositions {
  account: Account;
}
export interface Position {
  symbol: SymbolId;
  netQty: number;
  openBuyQty: number;
  openSellQty: number;
  /**
   * Notional sold minus notional bought.
   */
  realizedNotionalE4: number;
}
export interface Positions {
  account: Account;
  positions: Position[];
  /**
   * Last audit event that this reply reflects.
   */
  asOfAuditSeq: number | null;
}
export interface ListAlerts {
  account: Account;
  fromAuditSeq?: number;
}
export interface Alert {
  /**
   * Sequence number of the audit event of this command: the witness of its order.
   */
  auditSeq: number | null;
  timeMs: number;
  account: Account;
  symbol: SymbolId;
  reason: Reason;
  current: number;
  /**
   * The value that breaks the limit; a decimal string may be used, and must be above 2^53-1.
   */
  attempted: number | string;
  limit: number;
}
export interface Alerts {
  account: Account;
  alerts: Alert[];
}
export interface PriceBand {
  /**
   * Half width of the band in 1/10 000 of the reference price.
   */
  bandBps: number;
  limitStateMs: number;
  haltMs: number;
}
export interface PutSymbol {
  symbol: SymbolId;
  tickSizeE4: number;
  lotSize: number;
  referencePriceE4: PriceE4;
  collarBps: number;
  /**
   * Limit-up/limit-down band; null or absent: none.
   */
  band?: PriceBand | null;
}
export interface GetSymbol {
  symbol: SymbolId;
}
/**
 * auditSeq is there in the reply of a command, absent or null in that of getSymbol.
 */
export interface SymbolReport {
  symbol: SymbolId;
  state: SymbolState;
  seq: number;
  referencePriceE4: PriceE4;
  /**
   * Sequence number of the audit event of this command: the witness of its order.
   */
  auditSeq?: number | null;
}
export interface HaltSymbol {
  symbol: SymbolId;
  reason: string;
  haltMs?: number;
}
export interface ResumeSymbol {
  symbol: SymbolId;
  reason: string;
}
export interface EndSession {
  symbol: SymbolId;
}
export interface GetBook {
  symbol: SymbolId;
  depth?: number;
}
export interface BookLevel {
  priceE4: PriceE4;
  qty: number;
  orders: number;
}
export interface Book {
  symbol: SymbolId;
  seq: number | null;
  state: SymbolState;
  bids: BookLevel[];
  asks: BookLevel[];
}
export interface ListTrades {
  symbol: SymbolId;
  fromSeq?: number;
  limit?: number;
}
export interface Trade {
  tradeId: string;
  seq: number;
  priceE4: PriceE4;
  qty: Qty;
  aggressorSide: Side;
  transactTimeMs: number;
}
export interface Trades {
  symbol: SymbolId;
  trades: Trade[];
  /**
   * Ask from here for the next page; null: no more.
   */
  nextFromSeq: number | null;
}
export interface ListAudit {
  fromSeq?: number;
  limit?: number;
}
export interface AuditEvent {
  auditSeq: number;
  timeMs: number;
  operation: string;
  account: Account | null;
  symbol: SymbolId | null;
  input: {};
  output: {};
  prevHash: string;
  hash: string;
}
export interface AuditPage {
  events: AuditEvent[];
  /**
   * Ask from here for the next page; null: no more.
   */
  nextFromSeq: number | null;
}
export interface FeedRequest {
  symbol: SymbolId;
  fromSeq?: number;
}
export interface FeedOrder {
  orderId: OrderId;
  priceE4: PriceE4;
  leavesQty: Qty;
}
export interface FeedSnapshot {
  type: 'SNAPSHOT';
  symbol: SymbolId;
  seq: number;
  state: SymbolState;
  bids: FeedOrder[];
  asks: FeedOrder[];
}
export interface FeedAdd {
  type: 'ADD';
  symbol: SymbolId;
  seq: number;
  orderId: OrderId;
  side: Side;
  priceE4: PriceE4;
  leavesQty: Qty;
}
export interface FeedExecute {
  type: 'EXECUTE';
  symbol: SymbolId;
  seq: number;
  orderId: OrderId;
  tradeId: string;
  priceE4: PriceE4;
  qty: Qty;
}
export interface FeedReduce {
  type: 'REDUCE';
  symbol: SymbolId;
  seq: number;
  orderId: OrderId;
  leavesQty: Qty;
}
export interface FeedReplace {
  type: 'REPLACE';
  symbol: SymbolId;
  seq: number;
  orderId: OrderId;
  priceE4: PriceE4;
  leavesQty: Qty;
}
export interface FeedDelete {
  type: 'DELETE';
  symbol: SymbolId;
  seq: number;
  orderId: OrderId;
}
export interface FeedState {
  type: 'STATE';
  symbol: SymbolId;
  seq: number;
  state: SymbolState;
}
export interface SetClock {
  /**
   * The new time, absolute; never before the present one.
   */
  nowMs: number;
}
export interface Clock {
  nowMs: number;
}
export interface GetStateHash {}
export interface SymbolSnapshot {
  symbol: SymbolId;
  state: SymbolState;
  seq: number;
  referencePriceE4: PriceE4;
  bids: FeedOrder[];
  asks: FeedOrder[];
}
export interface AccountSnapshot {
  account: Account;
  enabled: boolean;
  positions: {
    symbol: SymbolId;
    netQty: number;
    openBuyQty: number;
    openSellQty: number;
    /**
     * Notional sold minus notional bought.
     */
    realizedNotionalE4: number;
  }[];
}
/**
 * The visible state: symbols by name with their orders in priority order, accounts by name with their positions by symbol (those with any non-zero figure).
 */
export interface StateSnapshot {
  symbols: SymbolSnapshot[];
  accounts: AccountSnapshot[];
}
export interface StateHash {
  stateHash: string;
  snapshot: StateSnapshot;
  asOfAuditSeq?: number | null;
}
