/** Compares a provider's settlement file with what the ledger has of that provider in that time. */
import type {
  Mismatch,
  ReconciliationTotal,
  SettlementLine,
} from '../../../spec/payments/messages.d.ts';

/** A capture or a succeeded refund, in minor units. A capture has refundId null. */
export interface LedgerRecord {
  readonly type: 'charge' | 'refund';
  readonly paymentId: string;
  readonly refundId: string | null;
  readonly amountMinor: number;
  readonly currency: string;
  /** What the provider told; 0 for refunds. */
  readonly feeMinor: number;
}

/** What the network has at all, whatever its provider, state and time. */
export interface KnownIds {
  payment(paymentId: string): boolean;
  refund(refundId: string): boolean;
}

export interface Reconciliation {
  /** Lines that agree with their record. */
  matched: number;
  /** Those of the lines in their order, then those of the records without a line. */
  mismatches: Mismatch[];
  /** By currency code. */
  totals: ReconciliationTotal[];
}

/** Each line, and each record without a line, is matched or has exactly one mismatch. Takes O(lines + records). */
export function reconcile(
  records: readonly LedgerRecord[],
  lines: readonly SettlementLine[],
  knows: KnownIds,
): Reconciliation {
  const recordOf = new Map(records.map((record) => [nameOf(record), record]));
  const seenExternalIds = new Set<string>();
  const seenNames = new Set<string>();
  const mismatches: Mismatch[] = [];
  let matched = 0;
  for (const line of lines) {
    const name = nameOf(line);
    const isRepeated = seenExternalIds.has(line.externalId) || seenNames.has(name);
    seenExternalIds.add(line.externalId);
    seenNames.add(name);
    const kind = isRepeated ? 'DUPLICATE_EXTERNAL' : disagreement(line, recordOf.get(name), knows);
    if (kind === undefined) matched++;
    else mismatches.push(mismatch(kind, line.externalId, line));
  }
  for (const record of records) {
    if (!seenNames.has(nameOf(record))) mismatches.push(mismatch('MISSING_EXTERNAL', null, record));
  }
  return { matched, mismatches, totals: totalsOf(records, lines) };
}

/** The first kind that applies to a line which is no repetition. */
function disagreement(
  line: SettlementLine,
  record: LedgerRecord | undefined,
  knows: KnownIds,
): Mismatch['kind'] | undefined {
  if (!record) return isKnown(line, knows) ? 'STATE_MISMATCH' : 'MISSING_INTERNAL';
  if (line.currency !== record.currency) return 'CURRENCY_MISMATCH';
  if (line.amountMinor !== record.amountMinor) return 'AMOUNT_MISMATCH';
  if (line.feeMinor !== record.feeMinor) return 'FEE_MISMATCH';
  return undefined;
}

function isKnown({ type, paymentId, refundId }: SettlementLine, knows: KnownIds): boolean {
  return type === 'charge' ? knows.payment(paymentId) : knows.refund(refundId ?? '');
}

type Movement = Pick<SettlementLine, 'type' | 'paymentId' | 'amountMinor' | 'currency'> & {
  refundId?: string | null;
};

/** A capture goes by its payment, a refund by its own id. */
function nameOf({ type, paymentId, refundId }: Movement): string {
  return type === 'charge' ? `charge ${paymentId}` : `refund ${refundId ?? ''}`;
}

function mismatch(kind: Mismatch['kind'], externalId: string | null, of: Movement): Mismatch {
  return { kind, externalId, paymentId: of.paymentId, refundId: of.refundId ?? null };
}

function totalsOf(
  records: readonly LedgerRecord[],
  lines: readonly SettlementLine[],
): ReconciliationTotal[] {
  const internal = sumsByCurrency(records);
  const external = sumsByCurrency(lines);
  const currencies = [...new Set([...internal.keys(), ...external.keys()])].sort();
  return currencies.map((currency) => {
    const internalMinor = internal.get(currency) ?? 0;
    const externalMinor = external.get(currency) ?? 0;
    return {
      currency,
      internalMinor,
      externalMinor,
      differenceMinor: externalMinor - internalMinor,
    };
  });
}

/** Charges less refunds. */
function sumsByCurrency(movements: readonly Movement[]): Map<string, number> {
  const sums = new Map<string, number>();
  for (const { type, currency, amountMinor } of movements) {
    const signedMinor = type === 'charge' ? amountMinor : -amountMinor;
    sums.set(currency, (sums.get(currency) ?? 0) + signedMinor);
  }
  return sums;
}
