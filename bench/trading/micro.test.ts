import { expect, test } from 'vitest';
import { tasksThatFail } from '../micro/brokenEngine.ts';

test.each<[task: string, file: string, search: string, replace: string]>([
  [
    'book: submit, and match',
    'engine/matchingEngine.ts',
    'const tradeQty = Math.min(leavesQty, makerQty);',
    'const tradeQty = 1;',
  ],
  [
    'book: replace',
    'engine/matchingEngine.ts',
    'pool.ticks[slot] = priceTicks;\n      pool.leavesQty[slot] = leavesQty;',
    'pool.leavesQty[slot] = leavesQty;',
  ],
  [
    'book: cancel',
    'engine/matchingEngine.ts',
    'this.sideOf(this.books[book]!, slot).remove(slot);\n    this.drop(slot, leavesQty);',
    '',
  ],
  [
    'order ids: set, find and delete',
    'engine/orderIdMap.ts',
    'if (((index - home) & mask) < ((index - hole) & mask)) continue;',
    'continue;',
  ],
  [
    'engine journal: a record',
    'engine/binaryJournal.ts',
    'words[field + 5] = priceTicks;',
    'words[field + 5] = 0;',
  ],
  [
    'risk: check and reserve',
    'engine/riskBook.ts',
    'this.reserve(row, cell, side, qty, qty * priceE4);\n    return RISK_OK;',
    'return RISK_OK;',
  ],
  [
    'market data: a public event',
    'venue/marketData.ts',
    'const { type, orderId, tradeId, priceE4, qty } = event;',
    'const { type, orderId, tradeId, priceE4, leavesQty: qty } = event;',
  ],
  [
    'book snapshot, 10 levels a side',
    'venue/marketData.ts',
    'return { priceE4, qty, orders: orders.size };',
    'return { priceE4, qty, orders: 0 };',
  ],
  [
    'book snapshot, 1 000 orders',
    'venue/bookImage.ts',
    "side === 'BUY' ? price > priceE4 : price < priceE4",
    'price > priceE4',
  ],
  [
    'state hash, 1 000 orders',
    'venue/stateSnapshot.ts',
    "return hash('sha256', canonicalJson(snapshot), 'hex');",
    "return hash('sha256', JSON.stringify(snapshot), 'hex');",
  ],
  [
    'request: shape of an order',
    '../kit/contract.ts',
    'fault: (input) => (validate(input) ? illFormed(input) : sentence(validate)),',
    'fault: (input) => illFormed(input),',
  ],
  [
    'execution report',
    'venue/executionReport.ts',
    'fills: event.fills,\n    canceledOrders',
    'fills: [],\n    canceledOrders',
  ],
  ['audit event: canonical JSON', 'venue/auditEvent.ts', 'timeMs: nowMs,', 'timeMs: 0,'],
])('the check of "%s" sees a defect of its engine', (task, file, search, replace) => {
  const failed = tasksThatFail('trading', { file: `trading/${file}`, search, replace }, task);
  expect(failed.filter((sentence) => sentence.startsWith(`${task}: `))).toHaveLength(1);
});
