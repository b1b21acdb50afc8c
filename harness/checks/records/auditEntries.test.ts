import { expect, test } from 'vitest';
import type { AuditEvent, AuditPage } from '../../../spec/records/messages.d.ts';
import { entriesOfRequest, OPERATION_SYSTEM, parseEntry, readLog } from './auditEntries.ts';
import type { AuditEntry } from './auditEntries.ts';
import type { Person, Ward } from './wardTypes.ts';

const EVENT: AuditEvent = {
  resourceType: 'AuditEvent',
  type: { code: 'rest' },
  subtype: [
    { system: 'http://hl7.org/fhir/restful-interaction', code: 'read' },
    { system: OPERATION_SYSTEM, code: 'readResource' },
  ],
  action: 'R',
  recorded: '2026-01-02T03:04:05.678Z',
  outcome: '4',
  outcomeDesc: 'NO_CONSENT',
  purposeOfEvent: [{ coding: [{ code: 'HPAYMT' }] }],
  agent: [
    { type: { coding: [{ code: '110150' }] }, who: { reference: 'Device/1' }, requestor: false },
    {
      requestor: true,
      who: { identifier: { value: 'u-1' } },
      role: [{ coding: [{ code: 'PAT' }] }, { coding: [{ code: 'billing' }] }],
    },
    { requestor: false, who: { reference: 'Organization/o-1' } },
  ],
  source: { observer: { display: 'x' } },
  entity: [
    { what: { reference: 'Organization/o-2' }, detail: [{ type: 'x', valueString: 'y' }] },
    {
      what: { reference: 'Patient/p-1' },
      detail: [
        { type: 'accessedField', valueString: 'Patient.name' },
        { type: 'accessedField', valueString: 'Condition.code' },
        { type: 'accessedField', valueString: 'Patient.name' },
        { type: 'policy', valueString: 'Patient.gender' },
      ],
    },
    { what: { reference: 'Patient/p-1/Condition/c-1' } },
    { type: { code: 'XrequestId' }, what: { identifier: { value: 'r-1' } } },
    { type: { code: 'break-glass-grant' }, what: { identifier: { value: 'g-1' } } },
    {},
  ],
};

test('an entry is read, whatever else is in it', () => {
  expect(parseEntry(EVENT)).toEqual({
    operation: 'readResource',
    recordedMs: Date.UTC(2026, 0, 2, 3, 4, 5, 678),
    userId: 'u-1',
    role: 'PAT',
    organizationId: 'o-1',
    purpose: 'HPAYMT',
    outcome: '4',
    reason: 'NO_CONSENT',
    patientId: 'p-1',
    resource: 'Patient/p-1/Condition/c-1',
    requestId: 'r-1',
    grantId: 'g-1',
    accessedFields: ['Condition.code', 'Patient.name'],
    roles: ['PAT', 'billing'],
    organizationIds: ['o-1'],
    purposes: ['HPAYMT'],
    patientIds: ['p-1'],
    resources: ['Patient/p-1/Condition/c-1'],
  });
});

test('what an entry does not say is undefined', () => {
  const { outcomeDesc: reason, purposeOfEvent: purpose, ...rest } = EVENT;
  expect([reason, purpose]).toBeDefined();
  const bare = { ...rest, subtype: [{ code: 'readResource' }], agent: [], entity: [{}] };
  expect(parseEntry({ ...bare, outcome: '0' })).toMatchObject({
    operation: undefined,
    userId: undefined,
    role: undefined,
    organizationId: undefined,
    purpose: undefined,
    outcome: '0',
    reason: undefined,
    patientId: undefined,
    resource: undefined,
    requestId: undefined,
    grantId: undefined,
    accessedFields: [],
  });
});

function wardWith(total: number, pageSize: number, step = pageSize) {
  const asked: object[] = [];
  const must = async (_by: unknown, _operation: string, input: { fromIndex: number }) => {
    asked.push(input);
    const entries: AuditEntry[] = Array.from(
      { length: Math.min(pageSize, total - input.fromIndex) },
      (_, at) => ({ index: input.fromIndex + at, event: EVENT }),
    );
    const next = input.fromIndex + step;
    return { treeSize: total, entries, nextIndex: next < total ? next : null } as AuditPage;
  };
  const ward = { must, officer: async () => ({}) as Person } as unknown as Ward;
  return { ward, asked };
}

test('the log is read to its end, page by page', async () => {
  const { ward, asked } = wardWith(25, 10);
  const entries = await readLog(ward, { patientId: 'p-1', fromIndex: 3 });
  expect(entries.map(({ index }) => index)).toEqual(Array.from({ length: 22 }, (_, at) => at + 3));
  expect(asked[1]).toEqual({ patientId: 'p-1', fromIndex: 13, limit: 1_000 });
  await expect(readLog(wardWith(25, 10, 0).ward)).rejects.toThrow(/does not lead on/);
});

test('the entries of a request are asked for by its id', async () => {
  const { ward, asked } = wardWith(1, 10);
  expect(await entriesOfRequest(ward, 'r-1')).toHaveLength(1);
  expect(asked).toEqual([{ ofRequestId: 'r-1', fromIndex: 0, limit: 1_000 }]);
});
