/** A settlement file of a thousand lines against the ledger, with discrepancies of every kind. */
import assert from 'node:assert/strict';
import type { Mismatch, SettlementLine } from '../../../spec/payments/messages.d.ts';
import { reconcile } from '../../../reference/payments/reconciliation/reconcile.ts';
import type {
  LedgerRecord,
  Reconciliation,
} from '../../../reference/payments/reconciliation/reconcile.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';

const LINES = 1_000;
/** What is wrong with line 0, 100, 200 and so on. */
const KINDS: readonly Mismatch['kind'][] = [
  'DUPLICATE_EXTERNAL',
  'MISSING_INTERNAL',
  'STATE_MISMATCH',
  'CURRENCY_MISMATCH',
  'AMOUNT_MISMATCH',
  'FEE_MISMATCH',
  'MISSING_EXTERNAL',
];
const WRONG_EVERY = 100;
const AMOUNT_MINOR = 1_000;
const FEE_MINOR = 10;

interface Books {
  readonly records: LedgerRecord[];
  readonly lines: SettlementLine[];
}

/** A line and its record for each payment, but for those that `KINDS` names. */
function books(): Books {
  const records: LedgerRecord[] = [];
  const lines: SettlementLine[] = [];
  for (let at = 0; at < LINES; at++) {
    const kind = at % WRONG_EVERY === 0 ? KINDS[at / WRONG_EVERY] : undefined;
    const paymentId = `pay-${at}`;
    const rest = { amountMinor: AMOUNT_MINOR, currency: 'EUR', feeMinor: FEE_MINOR };
    const record: LedgerRecord = { type: 'charge', paymentId, refundId: null, ...rest };
    const line: SettlementLine = {
      externalId: `x-${at}`,
      type: 'charge',
      paymentId,
      settledAtMs: 0,
      ...rest,
    };
    if (kind !== 'MISSING_INTERNAL' && kind !== 'STATE_MISMATCH') records.push(record);
    if (kind !== 'MISSING_EXTERNAL') lines.push(wrong(line, kind));
    if (kind === 'DUPLICATE_EXTERNAL') lines.push({ ...line, externalId: `again-${at}` });
  }
  return { records, lines };
}

function wrong(line: SettlementLine, kind: Mismatch['kind'] | undefined): SettlementLine {
  if (kind === 'CURRENCY_MISMATCH') return { ...line, currency: 'USD' };
  if (kind === 'AMOUNT_MISMATCH') return { ...line, amountMinor: AMOUNT_MINOR + 1 };
  if (kind === 'FEE_MISMATCH') return { ...line, feeMinor: FEE_MINOR + 1 };
  return line;
}

function reconciling(): MicroWork {
  const { records, lines } = books();
  const missing = `pay-${KINDS.indexOf('MISSING_INTERNAL') * WRONG_EVERY}`;
  const knows = { payment: (id: string) => id !== missing, refund: () => false };
  let last: Reconciliation | undefined;
  return {
    fn() {
      last = reconcile(records, lines, knows);
      return last.matched;
    },
    check(answer) {
      const found = last?.mismatches.map(({ kind }) => kind);
      assert.deepEqual(found, KINDS, 'not the discrepancies that were put in');
      // The line of which there is a duplicate matches.
      assert.equal(answer, LINES - KINDS.length + 1, 'other lines matched');
      assert.equal(answer + KINDS.length - 1, lines.length, 'a line was not counted');
      const externalMinor = (lines.length - 1) * AMOUNT_MINOR + 1;
      const internalMinor = records.length * AMOUNT_MINOR;
      assert.deepEqual(last?.totals, [
        {
          currency: 'EUR',
          internalMinor,
          externalMinor,
          differenceMinor: externalMinor - internalMinor,
        },
        {
          currency: 'USD',
          internalMinor: 0,
          externalMinor: AMOUNT_MINOR,
          differenceMinor: AMOUNT_MINOR,
        },
      ]);
    },
  };
}

export const reconciliationTasks: MicroTask[] = [
  { name: `reconcile: a line, of ${LINES}`, operations: LINES, setup: reconciling },
];
