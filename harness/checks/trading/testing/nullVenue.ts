/** Implementations of the right shape that do nothing: what each command answers is always the same, whatever came before. */
import type { ExecutionReport, SubmitOrder } from '../../../../spec/trading/messages.d.ts';
import { GENESIS_HASH } from '../../kit/hashChain.ts';
import type { InMemoryVenue, VenueAnswer } from './inMemoryVenue.ts';

export const NULL_KINDS = [
  'accepts every order',
  'rejects every order',
  'fills every order',
  'cancels every order',
  'fills half of every order',
  'refuses every command',
] as const;
export type NullKind = (typeof NULL_KINDS)[number];

type Given = Partial<SubmitOrder> & { nowMs?: number; newClOrdId?: string; fromSeq?: number };

export function nullVenue(kind: NullKind): (clockMs: number) => InMemoryVenue {
  return (clockMs) => ({
    call: (operation, input) => answer(kind, clockMs, operation, input),
    subscribe: (_stream, { symbol }) => [
      { type: 'SNAPSHOT', symbol, seq: 0, state: 'OPEN', bids: [], asks: [] },
    ],
    restart: () => undefined,
  });
}

function answer(kind: NullKind, nowMs: number, operation: string, given: Given): VenueAnswer {
  const { account = 'a', symbol = 's' } = given;
  const auditSeq = 1;
  const orders = ['submitOrder', 'cancelOrder', 'replaceOrder'];
  if (kind === 'refuses every command' && orders.includes(operation)) {
    return { problem: { code: 'UNKNOWN_ORDER', ...{ auditSeq } } };
  }
  switch (operation) {
    case 'submitOrder':
    case 'getOrder':
      return { output: orderReport(kind, nowMs, given) };
    case 'cancelOrder':
      return { output: { ...orderReport('cancels every order', nowMs, given) } };
    case 'replaceOrder':
      return { output: { ...orderReport(kind, nowMs, given), execType: 'REPLACED' } };
    case 'cancelAll':
      return {
        output: { account, canceledOrders: 1, symbols: [], auditSeq, transactTimeMs: nowMs },
      };
    case 'putLimits':
      return { output: { account, enabled: true, auditSeq } };
    case 'getPositions':
      return { output: { account, positions: [], asOfAuditSeq: null } };
    case 'listAlerts':
      return { output: { account, alerts: [] } };
    case 'getBook':
      return { output: { symbol, seq: 0, state: 'OPEN', bids: [], asks: [] } };
    case 'listTrades':
      return { output: { symbol, trades: [], nextFromSeq: null } };
    case 'listAudit':
      return { output: { events: [auditEvent(given, nowMs)], nextFromSeq: null } };
    case 'setClock':
      return { output: { nowMs: given.nowMs ?? nowMs } };
    case 'getStateHash':
      return {
        output: { stateHash: GENESIS_HASH, snapshot: { symbols: [], accounts: [] } },
      };
    default:
      return { output: { symbol, state: 'OPEN', seq: 0, referencePriceE4: 1, auditSeq } };
  }
}

function orderReport(kind: NullKind, nowMs: number, given: Given): ExecutionReport {
  const { account = 'a', symbol = 's', side = 'BUY', qty = 2, priceE4 = 1 } = given;
  const { clOrdId = given.newClOrdId ?? 'c' } = given;
  const state: Record<
    NullKind,
    Pick<ExecutionReport, 'ordStatus' | 'execType' | 'cumQty' | 'leavesQty'>
  > = {
    'accepts every order': { ordStatus: 'NEW', execType: 'NEW', cumQty: 0, leavesQty: qty },
    'rejects every order': {
      ...{ ordStatus: 'REJECTED', execType: 'REJECTED', cumQty: 0, leavesQty: 0 },
    },
    'fills every order': { ordStatus: 'FILLED', execType: 'TRADE', cumQty: qty, leavesQty: 0 },
    'cancels every order': {
      ...{ ordStatus: 'CANCELED', execType: 'CANCELED', cumQty: 0, leavesQty: 0 },
    },
    'fills half of every order': {
      ...{ ordStatus: 'PARTIALLY_FILLED', execType: 'TRADE' },
      ...{ cumQty: Math.floor(qty / 2), leavesQty: Math.ceil(qty / 2) },
    },
    'refuses every command': { ordStatus: 'NEW', execType: 'NEW', cumQty: 0, leavesQty: qty },
  };
  const { cumQty } = state[kind];
  const fill = { tradeId: 't', seq: 1, priceE4, qty: Math.max(1, cumQty), makerOrderId: 'o' };
  return {
    ...{ orderId: 'o', clOrdId, account, symbol, side, priceE4, orderQty: qty },
    ...state[kind],
    reason: kind === 'rejects every order' ? 'RISK_MAX_ORDER_QTY' : null,
    fills: cumQty > 0 ? [fill] : [],
    ...{ auditSeq: 1, seq: 0, transactTimeMs: nowMs },
  };
}

function auditEvent({ fromSeq = 1 }: Given, timeMs: number): object {
  return {
    ...{ auditSeq: fromSeq, timeMs, operation: 'submitOrder', account: null, symbol: null },
    ...{ input: {}, output: {}, prevHash: GENESIS_HASH, hash: GENESIS_HASH },
  };
}
