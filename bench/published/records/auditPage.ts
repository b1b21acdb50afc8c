/** The log as it can be looked at, in the order of its lines. */
import type { AuditEvent, AuditPage, ListAudit } from '../../../spec/records/messages.d.ts';

const DEFAULT_LIMIT = 100;

export function auditPage(events: readonly AuditEvent[], input: ListAudit): AuditPage {
  const { patientId, ofRequestId, fromIndex = 0, limit = DEFAULT_LIMIT } = input;
  const wanted = events
    .map((event, index) => ({ index, event }))
    .filter(({ index, event: { entity } }) => {
      const isNamed = (text: string) =>
        entity.some(({ what }) => text === (what?.reference ?? what?.identifier?.value));
      const isOfPatient = patientId === undefined || isNamed(`Patient/${patientId}`);
      const isOfRequest = ofRequestId === undefined || isNamed(ofRequestId);
      return index >= fromIndex && isOfPatient && isOfRequest;
    });
  return {
    treeSize: events.length,
    entries: wanted.slice(0, limit),
    nextIndex: wanted[limit]?.index ?? null,
  };
}
