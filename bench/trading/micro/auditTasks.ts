/** What a command costs around the book: its request's shape, its report, its audit event. */
import assert from 'node:assert/strict';
import canonicalize from 'canonicalize';
import type { ExecutionReport, SubmitOrder } from '../../../spec/trading/messages.d.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import { CASE_DIR } from '../../../reference/trading/tradingService.ts';
import { auditBody } from '../../../reference/trading/venue/auditEvent.ts';
import { reportOf } from '../../../reference/trading/venue/executionReport.ts';
import type { Order } from '../../../reference/trading/venue/state.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { CENTRE_E4, filledVenue } from './filledVenue.ts';

const INPUT: SubmitOrder = {
  account: 'ann',
  clOrdId: 'ann-000000000000000000000000000042',
  symbol: 'MICRO',
  side: 'BUY',
  type: 'LIMIT',
  tif: 'GTC',
  priceE4: CENTRE_E4,
  qty: 10,
};
const AUDIT_SEQ = 42;
const NOW_MS = 1_767_605_400_000;
const FILLS = [
  { tradeId: 'T7', seq: 7, priceE4: CENTRE_E4, qty: 4, makerOrderId: 'O3' },
  { tradeId: 'T8', seq: 8, priceE4: CENTRE_E4, qty: 3, makerOrderId: 'O4' },
];
/** An order of 10 of which 7 have traded, in the contract's words. */
const EXPECTED = {
  orderId: 'O9',
  clOrdId: INPUT.clOrdId,
  account: 'ann',
  symbol: 'MICRO',
  side: 'BUY',
  ordStatus: 'PARTIALLY_FILLED',
  execType: 'TRADE',
  reason: null,
  priceE4: CENTRE_E4,
  orderQty: 10,
  cumQty: 7,
  leavesQty: 3,
  fills: FILLS,
  canceledOrders: [],
  auditSeq: AUDIT_SEQ,
  seq: 1_000,
  transactTimeMs: NOW_MS,
} satisfies ExecutionReport;

const COMMAND = { operation: 'submitOrder', input: INPUT, nowMs: NOW_MS, auditSeq: AUDIT_SEQ };
const REPORTS_A_CALL = 1_000;

function executionReport(): MicroWork {
  const { account, instrument } = filledVenue();
  const order: Order = {
    number: 9,
    account,
    instrument,
    side: 'BUY',
    tif: 'GTC',
    postOnly: false,
    stp: 'CANCEL_TAKER',
    clOrdId: INPUT.clOrdId,
    priceE4: CENTRE_E4,
    orderQty: 10,
    cumQty: 7,
    leavesQty: 3,
    ordStatus: 'PARTIALLY_FILLED',
    execType: 'TRADE',
    reason: null,
    auditSeq: AUDIT_SEQ,
    transactTimeMs: NOW_MS,
  };
  const happened = {
    clOrdId: INPUT.clOrdId,
    execType: order.execType,
    reason: null,
    fills: FILLS,
    canceledOrders: [],
  };
  // Kept, so that each has to be made: see bookEngine.ts.
  const kept = new Array<ExecutionReport>(REPORTS_A_CALL);
  return {
    fn() {
      let total = 0;
      for (let made = 0; made < REPORTS_A_CALL; made++) {
        const report = reportOf(order, COMMAND, happened);
        kept[made] = report;
        total += report.cumQty + report.leavesQty;
      }
      return total;
    },
    check(answer) {
      assert.equal(answer, REPORTS_A_CALL * 10, 'cumQty and leavesQty are not the order’s');
      assert.deepEqual(kept[0], EXPECTED, 'not the report of the contract');
      assert.deepEqual(kept.at(-1), EXPECTED, 'not the report of the contract');
    },
  };
}

const EVENTS_A_CALL = 100;

function auditEvent(): MicroWork {
  const record = {
    auditSeq: AUDIT_SEQ,
    timeMs: NOW_MS,
    operation: 'submitOrder',
    account: 'ann',
    symbol: 'MICRO',
    input: INPUT,
    output: EXPECTED,
  };
  const expected = canonicalize(record)!;
  const finished = { kind: 'event', answer: { output: EXPECTED }, symbol: 'MICRO' } as const;
  let last = '';
  return {
    fn() {
      let chars = 0;
      for (let made = 0; made < EVENTS_A_CALL; made++) {
        last = auditBody(COMMAND, finished);
        chars += last.length;
      }
      return chars;
    },
    check(answer) {
      assert.equal(last, expected, 'not the canonical JSON of the event');
      assert.equal(answer, EVENTS_A_CALL * expected.length);
    },
  };
}

const REQUESTS_A_CALL = 1_000;

/** One in ten has a fractional quantity, so that both answers are made. */
function requestShape(): MicroWork {
  const { request } = loadContract(CASE_DIR, 'off').operations.get('submitOrder')!;
  const wrong = { ...INPUT, qty: 10.5 };
  return {
    fn() {
      let refused = 0;
      for (let asked = 0; asked < REQUESTS_A_CALL; asked++) {
        const fault = request.fault(asked % 10 === 0 ? wrong : INPUT);
        if (fault !== undefined) refused += 1;
      }
      return refused;
    },
    check(answer) {
      assert.equal(answer, REQUESTS_A_CALL / 10, 'another request was refused');
      assert.equal(request.fault(INPUT), undefined);
      assert.match(request.fault(wrong) ?? '', /qty/);
    },
  };
}

export const auditTasks: MicroTask[] = [
  { name: 'request: shape of an order', operations: REQUESTS_A_CALL, setup: requestShape },
  { name: 'execution report', operations: REPORTS_A_CALL, setup: executionReport },
  { name: 'audit event: canonical JSON', operations: EVENTS_A_CALL, setup: auditEvent },
];
