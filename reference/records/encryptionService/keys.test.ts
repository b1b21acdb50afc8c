import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Ciphertexts, Keys, Resource } from '../../../spec/records/messages.d.ts';
import {
  access,
  annInput,
  conditionInput,
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

const ANN = { patientId: 'ann' };
const C1 = { ...access('TREAT'), resourceType: 'Condition', resourceId: 'c1' };

test('of parallel writes with one If-Match one is carried out, and every version stays', async () => {
  const writes = [1, 2, 3, 4].map((n) =>
    records.code(
      'doc',
      'putResource',
      conditionInput('c1', { ifMatch: 'W/"1"' }, { code: { text: `v${n}` } }),
    ),
  );
  const codes = (await Promise.all(writes)).sort();
  expect(codes).toEqual(['VERSION_MISMATCH', 'VERSION_MISMATCH', 'VERSION_MISMATCH', 'ok']);
  expect(await records.code('doc', 'putResource', conditionInput('c1'))).toBe('VERSION_MISMATCH');
  const first = await records.ok<Resource>('doc', 'readVersion', { ...C1, versionId: '1' });
  expect(first).toMatchObject({ code: { text: 'Sentinel-Condition' }, meta: { versionId: '1' } });
  const answer = await records.as('doc', 'readResource', C1);
  expect(answer.headers).toEqual({ ETag: 'W/"2"' });
});

test('what a writer may not write cannot be replaced, and is not told', async () => {
  const PSYTHPN = { system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'PSYTHPN' };
  const allergy = (more: object, meta?: object) => ({
    ...access('TREAT'),
    resourceType: 'AllergyIntolerance',
    resourceId: 'a1',
    resource: {
      resourceType: 'AllergyIntolerance',
      code: { text: 'x' },
      patient: { reference: 'Patient/ann' },
      ...(meta && { meta }),
    },
    ...more,
  });
  await records.ok('doc', 'putResource', allergy({}, { security: [PSYTHPN] }));
  const code = (more: object, meta?: object) =>
    records.code('nurse', 'putResource', allergy(more, meta));
  expect(await code({ ifMatch: 'W/"1"' })).toBe('VERSION_MISMATCH');
  expect(await code({ ifMatch: 'W/"1"' }, { security: [PSYTHPN] })).toBe('INSUFFICIENT_PRIVILEGES');
});

test('keys rotate, and everything stays readable', async () => {
  const before = await records.call('exportCiphertexts', ANN);
  const keys = await records.ok<Keys>('officer', 'rotateKey', { ...ANN, scope: 'wrapping' });
  expect(keys).toMatchObject({ wrappingKeyVersion: 2, dataKeyVersion: 1 });
  const after = await records.call('exportCiphertexts', ANN);
  const recordsOf = (answer: typeof before) => ('output' in answer ? answer.output : {});
  expect((recordsOf(after) as Ciphertexts).records).toEqual(
    (recordsOf(before) as Ciphertexts).records,
  );
  records.world.keys.get('ann')!.versions[0] = Buffer.alloc(32);
  await records.restart();
  expect(await records.code('doc', 'readResource', C1)).toBe('ok');

  await records.ok('officer', 'rotateKey', { ...ANN, scope: 'data' });
  await records.ok('doc', 'putResource', conditionInput('c2'));
  await records.restart();
  expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('ok');
  expect(await records.ok('officer', 'getKeys', ANN)).toMatchObject({
    state: 'active',
    wrappingKeyVersion: 2,
    dataKeyVersion: 2,
  });
});

test('rotations at the same time leave nothing under an earlier version', async () => {
  const rotate = (scope: string) => records.ok<Keys>('officer', 'rotateKey', { ...ANN, scope });
  await Promise.all([rotate('wrapping'), rotate('data'), rotate('wrapping'), rotate('data')]);
  const keys = await records.ok<Keys>('officer', 'getKeys', ANN);
  expect(keys).toMatchObject({ wrappingKeyVersion: 3, dataKeyVersion: 3 });
  const answer = await records.call('exportCiphertexts', ANN);
  const { dataKeys } = ('output' in answer ? answer.output : {}) as Ciphertexts;
  expect(dataKeys.map(({ wrapped }) => wrapped.split('.')[0])).toEqual(['3', '3', '3']);
});

test.each(['fail', 'silence', 'wrong'] as const)(
  'when the key service gives %s nothing is shown or written, and afterwards all is well',
  async (behaviour) => {
    await records.restart();
    records.world.behave = () => behaviour;
    const code = behaviour === 'wrong' ? 'RECORD_UNREADABLE' : 'KMS_UNAVAILABLE';
    expect(await records.code('doc', 'readResource', { ...C1, requestId: 'down' })).toBe(code);
    expect(await records.code('doc', 'putResource', conditionInput('c3'))).toBe(code);
    expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe(code);
    records.world.behave = () => 'answer';
    expect(await records.code('doc', 'readResource', C1)).toBe('ok');
    expect(await records.code('doc', 'putResource', conditionInput('c3'))).toBe('ok');
    const { entries } = await records.audit({ ofRequestId: 'down' });
    expect(entries.map(({ event }) => event.outcomeDesc)).toEqual([code]);
  },
  20_000,
);

test('an erased patient is gone for good, and nobody else is', async () => {
  await records.ok('doc', 'putPatient', annInput({ patientId: 'bob' }));
  await records.call('putCareTeam', { careTeamId: 't2', patientId: 'bob', members: ['doc'] });
  expect(await records.ok('officer', 'shredPatient', ANN)).toMatchObject({ state: 'erased' });
  expect(records.world.keys.get('ann')?.destroyed).toBe(true);
  for (const isRestarted of [false, true]) {
    if (isRestarted) await records.restart();
    expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('ERASED');
    expect(await records.code('doc', 'putResource', conditionInput('c9'))).toBe('ERASED');
    expect(await records.code('ann', 'listConsents', ANN)).toBe('ERASED');
    expect(await records.ok('officer', 'getKeys', ANN)).toMatchObject({ state: 'erased' });
    const bob = { ...access('TREAT'), patientId: 'bob' };
    expect(await records.code('doc', 'accessRecord', bob)).toBe('ok');
  }
});

test.each(['fail', 'silence', 'act'] as const)(
  'an erasure while the key service gives %s holds, and is finished later',
  async (behaviour) => {
    records.world.behave = (act) => (act === 'destroy' ? behaviour : 'answer');
    expect(await records.ok('officer', 'shredPatient', ANN)).toMatchObject({ state: 'erasing' });
    expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('ERASED');
    await records.restart();
    expect(await records.code('doc', 'accessRecord', access('TREAT'))).toBe('ERASED');
    records.world.behave = () => 'answer';
    await expect
      .poll(() => records.ok<Keys>('officer', 'getKeys', ANN), { timeout: 5000 })
      .toMatchObject({ state: 'erased' });
    expect(records.world.keys.get('ann')?.destroyed).toBe(true);
  },
  20_000,
);

test('a key that was destroyed elsewhere is told as such, whatever is kept here', async () => {
  records.world.keys.get('ann')!.destroyed = true;
  await records.setClock(START_MS + 300_000);
  expect(await records.code('doc', 'readResource', { ...C1, resourceId: 'none' })).toBe('ERASED');
  expect(await records.code('ann', 'listConsents', ANN)).toBe('ERASED');
  expect(await records.code('stranger', 'accessRecord', access('TREAT'))).toBe('ACCESS_DENIED');
});
