/** The whole journal, page by page, with its chain verified on the way. */
import type { AuditEvent, AuditPage } from '../../../../spec/trading/messages.d.ts';
import { chainHash, GENESIS_HASH } from '../../kit/hashChain.ts';
import { readPages } from '../../kit/readPages.ts';
import type { Ask } from './ask.ts';
import type { Report } from './explainJournal.ts';

/** The largest page that can be asked for; a venue may give shorter ones. */
const PAGE = 1_000;
/** A campaign of 300 000 commands, were the pages as short as three events. */
const MAX_PAGES = 100_000;

export function readJournal(ask: Ask, report: Report): Promise<AuditEvent[]> {
  let before: AuditEvent | undefined;
  return readPages<AuditEvent>({
    ...{ what: 'listAudit', from: 1, maxPages: MAX_PAGES, report },
    async page(fromSeq) {
      const { events, nextFromSeq } = await ask<AuditPage>('listAudit', { fromSeq, limit: PAGE });
      for (const event of events) {
        holdLink(before, event, report);
        // One text for both ends of the link: a journal may be long.
        event.prevHash = before?.hash ?? event.prevHash;
        before = event;
      }
      return { items: events, next: nextFromSeq };
    },
  });
}

function holdLink(before: AuditEvent | undefined, event: AuditEvent, report: Report): void {
  const { auditSeq, prevHash, hash } = event;
  const expectedSeq = (before?.auditSeq ?? 0) + 1;
  if (auditSeq !== expectedSeq) {
    report(`The journal has event ${auditSeq} where ${expectedSeq} belongs.`);
  }
  if (prevHash !== (before?.hash ?? GENESIS_HASH)) {
    report(`The prevHash of audit event ${auditSeq} is not the hash of the event before it.`);
  }
  if (hash !== chainHash(event)) {
    report(`The hash of audit event ${auditSeq} is not that of its prevHash and its content.`);
  }
}
