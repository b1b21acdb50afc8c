/** What the test venue knows. */
import type {
  Alert,
  AuditEvent,
  ExecutionReport,
  ExecType,
  FeedMessage,
  Fill,
  OrdStatus,
  PutLimits,
  PutSymbol,
  Reason,
  Side,
  SubmitOrder,
  SymbolState,
  Trade,
} from '../../../../spec/trading/messages.d.ts';
import type { Resting } from '../model.ts';
import type { Defect } from './defects.ts';
import type { Freedoms } from './freedoms.ts';

export interface VenueOptions {
  readonly freedoms: Freedoms;
  readonly defect?: Defect | undefined;
}

export interface Order {
  orderId: string;
  clOrdId: string;
  request: SubmitOrder;
  account: string;
  symbol: string;
  side: Side;
  priceE4: number | null;
  /** At which it counts for the limits. */
  riskPriceE4: number;
  orderQty: number;
  cumQty: number;
  leavesQty: number;
  ordStatus: OrdStatus;
  execType: ExecType;
  reason: Reason | null;
  fills: Fill[];
  auditSeq: number;
  transactTimeMs: number;
}

export interface Account {
  name: string;
  limits: PutLimits;
  enabled: boolean;
  alerts: Alert[];
  acceptedMs: number[];
  /** All that it ever had, so that nothing has to look through everybody's. */
  orders: Order[];
  positions: Map<string, { netQty: number; realizedNotionalE4: number }>;
}

export interface Instrument {
  symbol: string;
  params: PutSymbol;
  seq: number;
  state: SymbolState;
  deadlineMs: number;
  /** In the order of their places. */
  book: readonly Resting[];
  events: FeedMessage[];
  trades: Trade[];
}

export interface KeyUse {
  operation: string;
  identity: string;
  output: ExecutionReport;
}

export interface VenueState {
  readonly options: VenueOptions;
  nowMs: number;
  /** Of the command that is being carried out. */
  auditSeq: number;
  readonly journal: AuditEvent[];
  readonly accounts: Map<string, Account>;
  readonly instruments: Map<string, Instrument>;
  /** By orderId. */
  readonly orders: Map<string, Order>;
  readonly keys: Map<string, KeyUse>;
  /** Those whose state ends by itself. */
  readonly timed: Set<Instrument>;
  orderNumber: number;
  tradeNumber: number;
  readonly publish: (message: FeedMessage) => void;
}

export function emptyState(
  options: VenueOptions,
  nowMs: number,
  publish: (message: FeedMessage) => void,
): VenueState {
  return {
    ...{ options, nowMs, publish, auditSeq: 0, orderNumber: 0, tradeNumber: 0 },
    ...{ journal: [], accounts: new Map(), instruments: new Map() },
    ...{ orders: new Map(), keys: new Map(), timed: new Set() },
  };
}

export function has(state: VenueState, defect: Defect): boolean {
  return state.options.defect === defect;
}

export function isOpen({ ordStatus }: Order): boolean {
  return ordStatus === 'NEW' || ordStatus === 'PARTIALLY_FILLED';
}

export function openOrders(state: VenueState, account: string): Order[] {
  return state.accounts.get(account)?.orders.filter(isOpen) ?? [];
}

/** Numbers the event and tells the feed. */
type Unnumbered<T> = T extends FeedMessage ? Omit<T, 'symbol' | 'seq'> : never;
export function tell(
  state: VenueState,
  instrument: Instrument,
  event: Unnumbered<Exclude<FeedMessage, { type: 'SNAPSHOT' }>>,
): number {
  const isExecute = event.type === 'EXECUTE';
  instrument.seq += has(state, 'skips a seq') && isExecute ? 2 : 1;
  const message = { symbol: instrument.symbol, seq: instrument.seq, ...event } as FeedMessage;
  if (has(state, 'publishes no REDUCE') && event.type === 'REDUCE') {
    const { symbol, seq } = message;
    const told: FeedMessage = { type: 'STATE', symbol, seq, state: instrument.state };
    instrument.events.push(told);
    state.publish(told);
    return instrument.seq;
  }
  if (has(state, 'tells the account') && event.type === 'ADD') {
    const account = state.orders.get(event.orderId)?.account;
    Object.assign(message, { account });
  }
  instrument.events.push(message);
  state.publish(message);
  return instrument.seq;
}

export function freshOrderId(state: VenueState): string {
  state.orderNumber += 1;
  const chance = has(state, 'draws ids by chance') ? `-${Math.random().toString(36).slice(2)}` : '';
  return `O${state.orderNumber}${chance}`;
}
