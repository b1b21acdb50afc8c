/** The accounting of disclosures, made of the entries alone. */
import type { AuditEvent, Disclosures } from '../../../spec/records/messages.d.ts';
import type { Listed } from '../store/entries.ts';

const ORGANIZATION = 'Organization/';

/** Of an entry that is a disclosure. */
export function disclosureOf({ entryIndex, event }: Listed): Disclosures['disclosures'][number] {
  const { recorded, purposeOfEvent, agent } = JSON.parse(event) as AuditEvent;
  const requestor = agent.find((one) => one.requestor);
  const organization = agent
    .map(({ who }) => who?.reference)
    .find((reference) => reference?.startsWith(ORGANIZATION));
  return {
    recordedMs: Date.parse(recorded),
    purpose: purposeOfEvent?.[0]?.coding[0]?.code ?? '',
    userId: requestor?.who?.identifier?.value ?? '',
    organizationId: organization?.slice(ORGANIZATION.length) ?? '',
    auditIndex: entryIndex,
  };
}
