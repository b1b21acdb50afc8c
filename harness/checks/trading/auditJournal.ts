/** Reading the audit journal, and verifying what it claims. */
import { createHash } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { AuditEvent, AuditPage } from '../../../spec/trading/messages.d.ts';
import { Violation } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { readPages } from '../kit/readPages.ts';
import type { VenueSession } from './venueSession.ts';

/** A page holds up to 1 000 events, and no check looks at more than some thousands: beyond this a journal does not lead on. */
const MAX_PAGES = 1_000;

/** Every event from `fromSeq` to `toSeq`, both inclusive. @throws Violation when one is missing or out of order */
export async function readAudit(
  venue: VenueSession,
  fromSeq: number,
  toSeq: number,
): Promise<AuditEvent[]> {
  const count = toSeq - fromSeq + 1;
  if (count === 0) return [];
  const read = await readPages<AuditEvent>({
    ...{ what: 'listAudit', from: fromSeq, maxPages: MAX_PAGES },
    async page(from) {
      const limit = Math.min(1_000, toSeq - from + 1);
      const page: AuditPage = await venue.call('listAudit', { fromSeq: from, limit });
      const isLast = page.nextFromSeq === null || page.nextFromSeq > toSeq;
      return { items: page.events, next: isLast ? null : page.nextFromSeq };
    },
  });
  const events = read.slice(0, count);
  for (const [index, event] of events.entries()) {
    const expected = fromSeq + index;
    hold(
      event.auditSeq === expected,
      `The audit journal has event ${event.auditSeq} where ${expected} belongs.`,
      expected,
      event,
    );
  }
  hold(
    events.length === count,
    `The audit journal ends at ${fromSeq + events.length - 1}, although a reply carried auditSeq ${toSeq}.`,
    toSeq,
    fromSeq + events.length - 1,
  );
  return events;
}

/** The event that a reply named. */
export async function auditEvent(venue: VenueSession, auditSeq: number): Promise<AuditEvent> {
  const [event] = await readAudit(venue, auditSeq, auditSeq);
  if (!event) throw new Violation(`The audit journal has no event ${auditSeq}.`);
  return event;
}

/** The auditSeq that every sequenced command's reply, or its problem document, must carry. */
export function witnessOf(reply: { auditSeq?: unknown }, what: string): number {
  const { auditSeq } = reply;
  hold(typeof auditSeq === 'number', `${what} carries no auditSeq.`, 'an auditSeq', reply);
  return auditSeq;
}

export function hashOfJson(value: unknown): string {
  return createHash('sha256')
    .update(canonicalize(value) ?? '')
    .digest('hex');
}

/** What the contract names in replies of commands. A venue may tell more, and what it tells more is its own. */
const CONTRACT_FIELDS: ReadonlySet<string> = new Set([
  ...['orderId', 'clOrdId', 'account', 'symbol', 'side', 'ordStatus', 'execType', 'reason'],
  ...['priceE4', 'orderQty', 'cumQty', 'leavesQty', 'fills', 'canceledOrders', 'auditSeq', 'seq'],
  ...['transactTimeMs', 'tradeId', 'qty', 'makerOrderId', 'symbols', 'enabled', 'state'],
  ...['referencePriceE4', 'code'],
]);

/**
 * A reply as the journal has it, and as a resend or a replay must repeat it: without what the contract lets differ or does not
 * name. An empty list and none, and a null and none, say the same.
 */
export function comparable(output: object): object {
  return inContract(output) as object;
}

function inContract(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inContract);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([name, field]) =>
      CONTRACT_FIELDS.has(name) &&
      field !== null &&
      !(name === 'canceledOrders' && Array.isArray(field) && field.length === 0),
  );
  return Object.fromEntries(entries.map(([name, field]) => [name, inContract(field)]));
}
