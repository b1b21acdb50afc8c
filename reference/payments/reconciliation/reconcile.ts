import type {
  SettlementLine,
  Mismatch,
  ReconciliationTotal,
} from '../../../spec/payments/messages.d.ts';
export interface LedgerRecord {
  readonly type: 'charge' | 'refund';
  readonly paymentId: string;
  readonly refundId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  readonly feeMinor: number;
}
export function reconcile(
  _records: readonly LedgerRecord[],
  lines: readonly SettlementLine[],
  _knows: { payment(id: string): boolean; refund(id: string): boolean },
): { matched: number; mismatches: Mismatch[]; totals: ReconciliationTotal[] } {
  return { matched: lines.length, mismatches: [], totals: [] };
}
