/** A provider's settlement file with discrepancies put into it, and what a reconciliation has to find. */
import type { Mismatch, SettlementLine } from '../../../spec/payments/messages.d.ts';
import type { Books, SettledRecord } from './settlementBooks.ts';

export interface SettlementFile {
  readonly lines: readonly SettlementLine[];
  readonly matched: number;
  readonly mismatches: readonly ExpectedMismatch[];
}

export interface ExpectedMismatch {
  readonly kind: Mismatch['kind'];
  /** Null for MISSING_EXTERNAL. */
  readonly externalId: string | null;
  /** Of MISSING_EXTERNAL: refundId, or paymentId of a capture. */
  readonly record: string | null;
}

/** A line with the mismatch that it is; undefined for one that matches. */
type JudgedLine = readonly [line: SettlementLine, kind?: Mismatch['kind']];

/** In which no capture of the books is. */
const OTHER_CURRENCY = 'CHF';

export type LineMaker = (record: SettledRecord, more?: Partial<SettlementLine>) => SettlementLine;

/** Lines of one file: each has an externalId of its own unless it is given one. */
export function lineMaker({ shop, lastMs }: Books): LineMaker {
  let lines = 0;
  return (record, more) => ({
    ...{ externalId: shop.id(`line${(lines += 1)}`), settledAtMs: lastMs },
    ...record,
    ...more,
  });
}

/** Every record, and nothing else. */
export function completeFile(books: Books): SettlementFile {
  const records = [...books.captures, ...books.refunds];
  const line = lineMaker(books);
  return { lines: records.map((each) => line(each)), matched: records.length, mismatches: [] };
}

/** @param order of the groups of lines that belong together: numbers, of which only the order counts */
export function brokenFile(books: Books, order: readonly number[]): SettlementFile {
  const groups = groupsOf(books);
  const place = (index: number): number => order[index] ?? index;
  const judged = groups
    .map((group, index) => ({ group, index }))
    .sort((a, b) => place(a.index) - place(b.index))
    .flatMap(({ group }) => group);
  const wrong = judged.flatMap(([{ externalId }, kind]): ExpectedMismatch[] =>
    kind ? [{ kind, externalId, record: null }] : [],
  );
  const missing = missingRecords(books).map(({ refundId, paymentId }): ExpectedMismatch => ({
    ...{ kind: 'MISSING_EXTERNAL', externalId: null, record: refundId ?? paymentId },
  }));
  return {
    lines: judged.map(([line]) => line),
    matched: judged.length - wrong.length,
    mismatches: [...wrong, ...missing],
  };
}

function missingRecords({ captures, refunds }: Books): SettledRecord[] {
  return [...captures.slice(4, 5), ...refunds.slice(3, 4)];
}

/** Where several kinds apply, the line has the first of them. */
function groupsOf(books: Books): (readonly JudgedLine[])[] {
  const { shop, captures, refunds, unsettled } = books;
  const line = lineMaker(books);
  const plain = [...captures.slice(7), ...refunds.slice(5)];
  const changed = (record: SettledRecord, by: number): Partial<SettlementLine> => ({
    amountMinor: record.amountMinor + by,
  });
  const groups: (readonly JudgedLine[])[] = plain.map((record) => [[line(record)]]);
  const [c0, c1, c2, c3, , c5, c6] = captures;
  const [r0, r1, r2, , r4] = refunds;
  if (!c0 || !c1 || !c2 || !c3 || !c5 || !c6 || !r0 || !r1 || !r2 || !r4) {
    throw new Error('The books have too few captures or refunds.');
  }
  const twice = line(c5);
  groups.push(
    [[line(c0)]],
    [[line(c1, changed(c1, 1)), 'AMOUNT_MISMATCH']],
    [[line(c2, { ...changed(c2, -1), currency: OTHER_CURRENCY }), 'CURRENCY_MISMATCH']],
    [[line(c3, { feeMinor: c3.feeMinor + 1 }), 'FEE_MISMATCH']],
    [[twice], [twice, 'DUPLICATE_EXTERNAL'], [line(c5, changed(c5, 1)), 'DUPLICATE_EXTERNAL']],
    [[line(c6, { ...changed(c6, 7), feeMinor: c6.feeMinor + 3 }), 'AMOUNT_MISMATCH']],
    [[line(r0)]],
    [[line(r1, changed(r1, 2)), 'AMOUNT_MISMATCH']],
    [[line(r2, { feeMinor: 1 }), 'FEE_MISMATCH']],
    [[line(r4)], [line(r4), 'DUPLICATE_EXTERNAL']],
    [[line(c0, { paymentId: shop.id('nobody') }), 'MISSING_INTERNAL']],
    [[line(r0, { refundId: shop.id('no-refund') }), 'MISSING_INTERNAL']],
    ...unsettled.map((record): JudgedLine[] => [[line(record), 'STATE_MISMATCH']]),
  );
  return groups;
}
