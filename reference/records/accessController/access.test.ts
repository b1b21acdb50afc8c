import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Bundle, Grant, RecordView } from '../../../spec/records/messages.d.ts';
import type { Problem } from '../../kit/service.ts';
import {
  access,
  annInput,
  conditionInput,
  consentInput,
  openTestRecords,
  START_MS,
} from '../testing/testRecords.ts';
import type { TestRecords } from '../testing/testRecords.ts';

let records: TestRecords;

beforeEach(async () => {
  records = await openTestRecords();
  await records.ok('doc', 'putResource', conditionInput('c1'));
});

afterEach(() => records.close());

const HIV = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'HIV' };
const HRESCH = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActReason', code: 'HRESCH' };

async function problemOf(answer: ReturnType<TestRecords['as']>): Promise<Problem> {
  const given = await answer;
  if ('output' in given) throw new Error('it was not refused');
  return given.problem;
}

test('steps fail in the order of the brief, and the log has the reason that the caller has not', async () => {
  const codes: [Parameters<TestRecords['code']>[0], object, string, string][] = [
    ['doc', access('SPAM'), 'INVALID_PURPOSE', 'INVALID_PURPOSE'],
    ['doc', access('HRESCH'), 'INVALID_PURPOSE', 'INVALID_PURPOSE'],
    [
      'registry',
      access('PUBHLTH', { types: ['DocumentReference'] }),
      'INSUFFICIENT_PRIVILEGES',
      '',
    ],
    ['stranger', access('TREAT'), 'ACCESS_DENIED', 'NO_RELATIONSHIP'],
    ['stranger', access('TREAT', { patientId: 'none' }), 'ACCESS_DENIED', 'UNKNOWN_PATIENT'],
    ['stranger', access('ETREAT'), 'BREAK_GLASS_REQUIRED', 'BREAK_GLASS_REQUIRED'],
    ['researcher', access('HRESCH'), 'ACCESS_DENIED', 'NO_CONSENT'],
    ['doc', access('TREAT'), 'ok', ''],
  ];
  for (const [number, [user, input, code, reason]] of codes.entries()) {
    const requestId = `step-${number}`;
    expect(await records.code(user, 'accessRecord', { ...input, requestId })).toBe(code);
    const { entries } = await records.audit({ ofRequestId: requestId });
    expect(entries).toHaveLength(1);
    expect(entries[0]?.event.outcome).toBe(code === 'ok' ? '0' : '4');
    if (reason !== '') expect(entries[0]?.event.outcomeDesc).toBe(reason);
  }
});

test('unknown, foreign and erased patients are refused alike', async () => {
  await records.ok('doc', 'putPatient', annInput({ patientId: 'bob' }));
  await records.ok('officer', 'shredPatient', { patientId: 'bob' });
  const refused = await Promise.all(
    ['ann', 'bob', 'none'].map((patientId) =>
      problemOf(records.as('stranger', 'accessRecord', access('TREAT', { patientId }))),
    ),
  );
  expect(refused[1]).toEqual(refused[0]);
  expect(refused[2]).toEqual(refused[0]);
  const outsider = await problemOf(
    records.as('researcher', 'accessRecord', access('HRESCH', { patientId: 'bob' })),
  );
  expect(outsider).toEqual(refused[0]);
});

test('a change of consent holds for what begins after it, and what is sensitive needs to be named', async () => {
  const labelled = conditionInput('c2', {}, { meta: { security: [HIV] } });
  await records.ok('doc', 'putResource', labelled);
  const seen = async () => {
    const bundle = await records.ok<Bundle>('doc', 'searchResources', {
      ...access('TREAT'),
      resourceType: 'Condition',
    });
    return bundle.entry.map(({ resource }) => resource.id);
  };
  expect(await seen()).toEqual(['c1']);
  const one = { ...access('TREAT'), resourceType: 'Condition', resourceId: 'c2' };
  expect(await records.code('doc', 'readResource', one)).toBe('UNKNOWN_RESOURCE');
  await records.ok('ann', 'putConsent', consentInput('k1', { type: 'permit' }));
  expect(await seen()).toEqual(['c1']);
  const named = consentInput('k1', { type: 'permit', securityLabel: [HIV] }, { ifMatch: 'W/"1"' });
  await records.ok('ann', 'putConsent', named);
  expect(await seen()).toEqual(['c1', 'c2']);
  await records.ok('ann', 'putConsent', consentInput('k2', { type: 'deny' }));
  expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('NO_CONSENT');
  await records.ok('ann', 'revokeConsent', { patientId: 'ann', consentId: 'k2' });
  expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('ok');
});

test('of accesses beside a revocation the log says which were decided with it', async () => {
  await records.ok('ann', 'putConsent', consentInput('k1', { type: 'permit', purpose: [HRESCH] }));
  const research = () => records.code('researcher', 'accessRecord', access('HRESCH'));
  const requests = [research(), research()];
  const revoked = records.ok('ann', 'revokeConsent', { patientId: 'ann', consentId: 'k1' });
  requests.push(research(), research());
  await revoked;
  await Promise.all(requests);
  const { entries } = await records.audit({ patientId: 'ann' });
  const order = entries.map(({ event }) => `${event.subtype[0]?.code} ${event.outcome}`);
  const revocation = order.indexOf('revokeConsent 0');
  expect(order.indexOf('accessRecord 4')).toBeGreaterThan(revocation);
  expect(order.lastIndexOf('accessRecord 0')).toBeLessThan(revocation);
  expect(order.filter((one) => one.startsWith('accessRecord'))).toHaveLength(4);
});

test('an emergency opens one patient to one user until it is over, and asks for a review', async () => {
  const declared = {
    patientId: 'ann',
    grantId: 'g1',
    purpose: 'ETREAT',
    reason: 'Sentinel: found unconscious',
  };
  const grant = await records.ok<Grant>('stranger', 'declareBreakGlass', declared);
  expect(await records.ok('stranger', 'declareBreakGlass', declared)).toEqual(grant);
  const other = { ...declared, reason: 'another reason altogether' };
  expect(await records.code('stranger', 'declareBreakGlass', other)).toBe('ID_REUSED');
  expect(await records.code('officer', 'declareBreakGlass', { ...declared, grantId: 'g2' })).toBe(
    'NOT_BREAK_GLASS_AUTHORISED',
  );
  expect(await records.code('nurse', 'accessRecord', access('BTG'))).toBe('BREAK_GLASS_REQUIRED');
  await records.ok('stranger', 'accessRecord', { ...access('BTG'), requestId: 'under-it' });
  const { entries } = await records.audit({ ofRequestId: 'under-it' });
  expect(JSON.stringify(entries)).toContain('break-glass-grant');
  await expect.poll(() => records.world.alerts).toMatchObject([{ alertId: 'break-glass:g1' }]);

  await records.setClock(grant.expiresAtMs - 1);
  await records.logIn('stranger');
  expect(await records.code('stranger', 'accessRecord', access('BTG'))).toBe('ok');
  await records.setClock(grant.expiresAtMs);
  expect(await records.code('stranger', 'accessRecord', access('BTG'))).toBe(
    'BREAK_GLASS_REQUIRED',
  );

  await records.setClock(grant.review.dueAtMs);
  await expect.poll(() => records.world.alerts.at(-1)).toMatchObject({ kind: 'review-overdue' });
  await records.logIn('officer');
  const review = { grantId: 'g1', outcome: 'justified' };
  const reviewed = await records.ok<Grant>('officer', 'reviewGrant', review);
  expect(reviewed.review).toMatchObject({ status: 'justified', overdue: false });
  expect(await records.ok('officer', 'reviewGrant', review)).toEqual(reviewed);
  const unjustified = { ...review, outcome: 'unjustified' };
  expect(await records.code('officer', 'reviewGrant', unjustified)).toBe('ALREADY_REVIEWED');
  const log = JSON.stringify([await records.audit(), records.world.alerts]);
  expect(log).not.toContain('Sentinel');
});

test('a session ends by idling, by its end, and with its user', async () => {
  const read = () => records.code('doc', 'accessRecord', access('TREAT'));
  await records.setClock(START_MS + 899_999);
  expect(await read()).toBe('ok');
  await records.restart();
  await records.setClock(START_MS + 2 * 899_999);
  expect(await read()).toBe('ok');
  await records.setClock(START_MS + 2 * 899_999 + 900_000);
  expect(await read()).toBe('SESSION_EXPIRED');
  await records.logIn('doc');
  expect(await read()).toBe('ok');
  await records.call('putUser', {
    userId: 'doc',
    role: 'physician',
    organizationId: 'clinic',
    credential: 'another-credential-0123456789',
    active: false,
  });
  expect(await read()).toBe('SESSION_EXPIRED');
  expect(await records.code('doc', 'accessRecord', { ...access('TREAT'), authorization: '' })).toBe(
    'NOT_AUTHENTICATED',
  );
});

test('what consent withholds from those who treat is told, what is sensitive is not', async () => {
  const conditions = [{ system: 'http://hl7.org/fhir/resource-types', code: 'Condition' }];
  await records.ok('ann', 'putConsent', consentInput('k1', { type: 'deny', class: conditions }));
  const view = await records.ok<RecordView>('nurse', 'accessRecord', access('TREAT'));
  expect(view.redactions).toEqual([{ category: 'problems', reason: 'CONSENT' }]);
  expect(view.resources.map(({ resourceType }) => resourceType)).toEqual(['Patient']);
});
