import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect, test } from 'vitest';
import { auditEvent } from './auditEvent.ts';
import type { AuditFacts } from './auditEvent.ts';

const specDir = join(import.meta.dirname, '../../../spec/records');
const read = (name: string): unknown => JSON.parse(readFileSync(join(specDir, name), 'utf8'));
const schema = read('messages.schema.json') as { $id: string };
const ajv = new Ajv2020({ strict: false });
ajv.addSchema(schema);
const isAuditEvent = ajv.compile({ $ref: `${schema.$id}#/$defs/AuditEvent` });

const facts: AuditFacts = {
  nowMs: Date.parse('2026-03-01T12:00:00.007Z'),
  operation: 'readResource',
  requestId: 'req_1',
  user: { userId: 'U1', role: 'nurse', organizationId: 'O1' },
  purpose: 'ETREAT',
  status: 200,
  patientId: 'P1',
  accessedFields: ['Condition.code', 'Condition.subject'],
  resource: { resourceType: 'Condition', resourceId: 'C1' },
  grantIds: ['G1'],
};

test('an access under an emergency says all that the table asks for', () => {
  const event = auditEvent(facts);
  expect(isAuditEvent(event), JSON.stringify(isAuditEvent.errors)).toBe(true);
  expect(event).toMatchObject({
    subtype: [{ system: 'https://casemark.dev/records/operation', code: 'readResource' }],
    action: 'R',
    recorded: '2026-03-01T12:00:00.007Z',
    outcome: '0',
    purposeOfEvent: [
      {
        coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'ETREAT' }],
      },
    ],
    agent: [
      {
        requestor: true,
        who: { identifier: { value: 'U1' } },
        role: [{ coding: [{ code: 'nurse' }] }],
      },
      { requestor: false, who: { reference: 'Organization/O1' } },
    ],
  });
  expect(event.entity).toEqual([
    { what: { identifier: { value: 'req_1' } }, type: { code: 'XrequestId' } },
    {
      what: { reference: 'Patient/P1' },
      detail: [
        { type: 'accessedField', valueString: 'Condition.code' },
        { type: 'accessedField', valueString: 'Condition.subject' },
      ],
    },
    { what: { reference: 'Patient/P1/Condition/C1' } },
    { what: { identifier: { value: 'G1' } }, type: { code: 'break-glass-grant' } },
  ]);
  expect(event).not.toHaveProperty('outcomeDesc');
});

test('without a session, a patient or a purpose that is known, nothing is said of them', () => {
  const { nowMs, requestId } = facts;
  const event = auditEvent({
    nowMs,
    requestId,
    operation: 'listAudit',
    status: 401,
    reason: 'SESSION_EXPIRED',
    purpose: 'whatever they wrote',
  });
  expect(isAuditEvent(event), JSON.stringify(isAuditEvent.errors)).toBe(true);
  expect(event).toMatchObject({ outcome: '4', outcomeDesc: 'SESSION_EXPIRED' });
  expect(event.agent).toEqual([{ requestor: true }]);
  expect(event.entity).toHaveLength(1);
  expect(event).not.toHaveProperty('purposeOfEvent');
  expect(JSON.stringify(event)).not.toContain('whatever');
});

test('the entry of a refusal says for which purpose it was', () => {
  const { purposeOfEvent } = auditEvent({ ...facts, status: 403, reason: 'NO_CONSENT' });
  expect(purposeOfEvent).toEqual(auditEvent(facts).purposeOfEvent);
});

test('of a user of whom only the id is known only that is said', () => {
  const { agent } = auditEvent({ ...facts, operation: 'createSession', user: { userId: 'U9' } });
  expect(agent).toEqual([{ requestor: true, who: { identifier: { value: 'U9' } } }]);
});

test.each([
  [200, '0'],
  [304, '0'],
  [400, '4'],
  [429, '4'],
  [500, '8'],
  [503, '8'],
])('status %i is outcome %s', (status, outcome) => {
  expect(auditEvent({ ...facts, status }).outcome).toBe(outcome);
});

test('every operation with a request id makes a valid event', () => {
  const { operations } = read('case.json') as { operations: { id: string; effect: string }[] };
  for (const { id, effect } of operations) {
    if (effect === 'control') continue;
    expect(isAuditEvent(auditEvent({ ...facts, operation: id })), id).toBe(true);
  }
});
