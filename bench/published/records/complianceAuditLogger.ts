/** `ComplianceAuditLogger`: `dataDir`/audit.jsonl, an event a line. Neither function returns an error: a line that cannot be written is nobody's. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AuditEvent } from '../../../spec/records/messages.d.ts';
import type { People } from './people.ts';
import { policy } from './record.ts';
import type { AccessDenied, RecordAccessRequest } from './record.ts';

export interface ComplianceAuditLogger {
  logAccessDenied(request: RecordAccessRequest, reason: AccessDenied['code']): void;
  logSuccessfulAccess(request: RecordAccessRequest, accessedFields: readonly string[]): void;
  /** In the order of the file. */
  readonly events: readonly AuditEvent[];
}

export function complianceAuditLogger(
  dataDir: string,
  people: People,
  nowMs: () => number,
): ComplianceAuditLogger {
  const file = join(dataDir, 'audit.jsonl');
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').slice(0, -1) : [];
  const events = lines.map((line) => JSON.parse(line) as AuditEvent);

  function log(request: RecordAccessRequest, outcome: Outcome): void {
    const event = eventOf(request, people, nowMs(), outcome);
    events.push(event);
    try {
      appendFileSync(file, `${JSON.stringify(event)}\n`);
    } catch {
      // As published: the access goes on.
    }
  }

  return {
    logAccessDenied: (request, reason) => log(request, { reason }),
    logSuccessfulAccess: (request, accessedFields) => log(request, { accessedFields }),
    events,
  };
}

type Outcome = { readonly reason: string } | { readonly accessedFields: readonly string[] };

function eventOf(
  request: RecordAccessRequest,
  people: People,
  nowMs: number,
  outcome: Outcome,
): AuditEvent {
  const { operation, requestId, requesterId, patientId, purpose } = request;
  const user = people.users.get(requesterId);
  const isDenied = 'reason' in outcome;
  const fields = isDenied ? [] : outcome.accessedFields;
  const requestor = {
    requestor: true,
    who: { identifier: { value: requesterId } },
    ...(user && { role: [{ coding: [{ code: user.role }] }] }),
  };
  const organization = user && {
    requestor: false,
    who: { reference: `Organization/${user.organizationId}` },
  };
  return {
    resourceType: 'AuditEvent',
    type: { code: 'rest' },
    subtype: [{ system: 'https://casemark.dev/records/operation', code: operation }],
    action: 'R',
    recorded: new Date(nowMs).toISOString(),
    outcome: isDenied ? '4' : '0',
    ...(isDenied && { outcomeDesc: outcome.reason }),
    ...(policy.purposes.codes.includes(purpose) && {
      purposeOfEvent: [{ coding: [{ system: policy.purposes.system, code: purpose }] }],
    }),
    agent: organization ? [requestor, organization] : [requestor],
    source: { observer: { display: 'published' } },
    entity: [
      { type: { code: 'XrequestId' }, what: { identifier: { value: requestId } } },
      {
        what: { reference: `Patient/${patientId}` },
        ...(fields.length > 0 && {
          detail: fields.map((field) => ({ type: 'accessedField', valueString: field })),
        }),
      },
    ],
  };
}
