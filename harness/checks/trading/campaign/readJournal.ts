/** The whole journal, page by page, with its chain verified on the way. */
import type { AuditEvent, AuditPage } from '../../../../spec/trading/messages.d.ts';
import { GENESIS_HASH, chainHash } from '../../hashChain.ts';
import type { Ask } from './ask.ts';
import type { Report } from './explainJournal.ts';

/** The largest page that can be asked for; a venue may give shorter ones. */
const PAGE = 1_000;
/** A campaign of 300 000 commands, were the pages as short as three events. */
const MAX_PAGES = 100_000;

export async function readJournal(ask: Ask, report: Report): Promise<AuditEvent[]> {
  const events: AuditEvent[] = [];
  let next: number | null = 1;
  for (let page = 0; page < MAX_PAGES && next !== null; page += 1) {
    const answer: AuditPage = await ask<AuditPage>('listAudit', { fromSeq: next, limit: PAGE });
    for (const event of answer.events) {
      holdLink(events.at(-1), event, report);
      // One text for both ends of the link: a journal may be long.
      event.prevHash = events.at(-1)?.hash ?? event.prevHash;
      events.push(event);
    }
    if (answer.nextFromSeq !== null && answer.nextFromSeq <= next) {
      report(
        `listAudit from ${next} names ${answer.nextFromSeq} as the next page, which does not lead on.`,
      );
      return events;
    }
    next = answer.nextFromSeq;
  }
  if (next !== null) report(`listAudit has not come to an end after ${MAX_PAGES} pages.`);
  return events;
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
