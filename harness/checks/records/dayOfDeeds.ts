/** A day on the ward: every operation that has an entry, and every kind of refusal that a request can meet. */
import { randomBytes } from 'node:crypto';
import type { Provision } from '../../../spec/records/messages.d.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf, forPurposes } from './consents.ts';
import type { Diary } from './deeds.ts';
import { readsVersions } from './readsVersions.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { RecordsWorld } from './worldQuestions.ts';

export interface Day {
  readonly diary: Diary;
  readonly patient: Admitted;
  /** Will be erased. */
  readonly leaving: Admitted;
  readonly doctor: Person;
  readonly nurse: Person;
  readonly officer: Person;
  readonly billing: Person;
  readonly registry: Person;
  readonly researcher: Person;
  readonly self: Person;
  /** Of another organisation. */
  readonly stranger: Person;
  readonly foreignOfficer: Person;
  /** Ids of nothing. */
  readonly nobody: string;
  readonly nothing: string;
}

export async function openDay(diary: Diary): Promise<Day> {
  const { ward } = diary;
  const elsewhere = { organizationId: `${ward.organizationId}.else` };
  const nurse = await ward.person('nurse');
  const patient = await ward.admit({ members: [nurse] });
  const leaving = await ward.admit();
  const [officer, billing, self, registry, researcher, stranger, foreignOfficer] =
    await Promise.all([
      ward.officer(),
      ward.person('billing'),
      ward.person('patient', { patientId: patient.patientId }),
      ward.person('registry', elsewhere),
      ward.person('researcher', elsewhere),
      ward.person('physician', elsewhere),
      ward.person('privacy-officer', elsewhere),
    ]);
  return {
    ...{ diary, patient, leaving, doctor: patient.physician, nurse, officer, billing, self },
    ...{ registry, researcher, stranger, foreignOfficer },
    ...{ nobody: ward.id('nobody'), nothing: ward.id('nothing') },
  };
}

export async function treatAndRead(day: Day): Promise<void> {
  const { diary, patient, doctor, billing, registry, self } = day;
  const { act, ward } = diary;
  const of = { patientId: patient.patientId, purpose: 'TREAT' };
  const newcomer = { ...of, patientId: ward.id('newcomer') };
  const registered = patientResource(ward.organizationId);
  await act(doctor, 'putPatient', { ...newcomer, resource: registered });
  await act(doctor, 'putPatient', { ...of, ifMatch: etagOf(1), resource: registered });
  await act(doctor, 'readPatient', of);
  const condition = { ...of, resourceType: 'Condition', resourceId: ward.id('condition') };
  const resource = clinicalResource('Condition', patient.patientId);
  await act(doctor, 'putResource', { ...condition, resource });
  await act(doctor, 'putResource', { ...condition, resource, ifMatch: etagOf(1) });
  await act(doctor, 'putResource', { ...condition, resource, ifMatch: etagOf(1) });
  await act(doctor, 'putResource', { ...condition, resource });
  await act(doctor, 'readResource', condition);
  if (await readsVersions(ward)) {
    await act(doctor, 'readVersion', { ...condition, versionId: '1' });
    await act(doctor, 'readVersion', { ...condition, versionId: '9' });
  }
  await act(doctor, 'readResource', { ...condition, resourceId: day.nothing });
  await act(doctor, 'searchResources', { ...of, resourceType: 'Condition' });
  await act(doctor, 'searchResources', { ...of, resourceType: 'Observation' });
  await act(doctor, 'accessRecord', of);
  await act(doctor, 'accessRecord', { ...of, types: ['Patient', 'Condition'] });
  await act(doctor, 'accessRecord', { ...of, purpose: 'HOPERAT' });
  await act(billing, 'accessRecord', { ...of, purpose: 'HPAYMT' });
  await act(registry, 'accessRecord', { ...of, purpose: 'PUBHLTH' });
  await act(self, 'accessRecord', { ...of, purpose: 'PATRQT' });
}

export async function meetSessions({ diary, patient, doctor, nothing }: Day): Promise<void> {
  const { act, ward } = diary;
  const of = { patientId: patient.patientId, purpose: 'TREAT' };
  const { userId, credential, role, organizationId } = doctor;
  const claimed = { claimed: { userId, role, organizationId } };
  const login = await act(undefined, 'createSession', { userId, credential }, claimed);
  if (login.kind === 'ok') {
    const session = { ...doctor, authorization: String(login.output['authorization']) };
    await act(session, 'endSession', {});
    await act(session, 'readPatient', of, { isLoggedOut: true });
  }
  const scope = 'user/Condition.rs';
  const narrow = await act(undefined, 'createSession', { userId, credential, scope }, claimed);
  if (narrow.kind === 'ok') {
    const session = { ...doctor, authorization: String(narrow.output['authorization']) };
    await act(session, 'readPatient', of);
    await act(session, 'searchResources', { ...of, resourceType: 'Observation' });
  }
  const wrong = randomBytes(24).toString('hex');
  await act(undefined, 'createSession', { userId, credential: wrong }, claimed);
  await act(undefined, 'createSession', { userId: nothing, credential: wrong });
  await act(undefined, 'readPatient', of);
  const never = { authorization: `Bearer ${wrong}` };
  await act({ ...doctor, ...never }, 'accessRecord', of, { isLoggedOut: true });
  await act({ ...doctor, ...never }, 'endSession', {}, { isLoggedOut: true });
  await act(undefined, 'putConsent', {
    patientId: patient.patientId,
    consentId: ward.id('unsaid'),
    resource: consentOf(patient.patientId, { type: 'permit' }),
  });
}

export async function beRefused(day: Day): Promise<void> {
  const { diary, patient, doctor, nurse, billing, researcher, stranger, self, nobody } = day;
  const { act, ward } = diary;
  const { patientId } = patient;
  const of = { patientId, purpose: 'TREAT' };
  const noRelationship = { reasons: ['NO_RELATIONSHIP'] };
  const unknownPatient = { reasons: ['UNKNOWN_PATIENT'] };
  await act(doctor, 'accessRecord', { patientId });
  await act(doctor, 'readPatient', { patientId, purpose: 'HSYSADMIN' });
  await act(billing, 'readPatient', of);
  await act(billing, 'accessRecord', { ...of, purpose: 'HPAYMT', types: ['Observation'] });
  const condition = { ...of, resourceType: 'Condition', resourceId: ward.id('unwritten') };
  const resource = clinicalResource('Condition', patientId);
  await act(nurse, 'putResource', { ...condition, resource });
  await act(stranger, 'readPatient', of, noRelationship);
  await act(stranger, 'putResource', { ...condition, resource }, noRelationship);
  await act(doctor, 'accessRecord', { ...of, patientId: nobody }, unknownPatient);
  await act(
    self,
    'readPatient',
    { patientId: nobody, purpose: 'PATRQT' },
    {
      reasons: ['NO_RELATIONSHIP', 'UNKNOWN_PATIENT'],
    },
  );
  await act(researcher, 'accessRecord', { ...of, purpose: 'HRESCH' }, { reasons: ['NO_CONSENT'] });
  await act(stranger, 'readPatient', { ...of, purpose: 'ETREAT' });
  await act(doctor, 'listAudit', { patientId });
  await act(doctor, 'putConsent', {
    ...{ patientId, consentId: ward.id('unsaid') },
    resource: consentOf(patientId, { type: 'permit' }),
  });
  await act(day.foreignOfficer, 'getKeys', { patientId }, noRelationship);
  await act(day.foreignOfficer, 'listDisclosures', { patientId }, noRelationship);
  await act(day.officer, 'listConsents', { patientId: nobody }, unknownPatient);
}

export async function consentAndDenial(day: Day): Promise<void> {
  const { diary, patient, officer, billing } = day;
  const { act, ward } = diary;
  const { patientId } = patient;
  const consent = { patientId, consentId: ward.id('consent') };
  const provision: Provision = { type: 'deny', ...forPurposes('HPAYMT') };
  const resource = consentOf(patientId, provision);
  await act(officer, 'putConsent', { ...consent, resource });
  await act(officer, 'listConsents', { patientId });
  await act(billing, 'accessRecord', { patientId, purpose: 'HPAYMT' });
  await act(billing, 'readPatient', { patientId, purpose: 'HPAYMT' });
  await act(officer, 'putConsent', { ...consent, resource, ifMatch: etagOf(7) });
  await act(day.self, 'revokeConsent', consent);
  await act(officer, 'revokeConsent', { patientId, consentId: day.nothing });
}

export async function emergencies(day: Day): Promise<void> {
  const { diary, patient, officer, stranger, billing, nobody } = day;
  const { act, ward } = diary;
  const { patientId } = patient;
  const declaration = {
    grantId: ward.id('grant'),
    purpose: 'ETREAT',
    reason: 'found in the street',
  };
  const { grantId } = declaration;
  await act(stranger, 'declareBreakGlass', { patientId, ...declaration }, { grantId });
  await act(stranger, 'accessRecord', { patientId, purpose: 'ETREAT' }, { grantId });
  await act(stranger, 'readPatient', { patientId, purpose: 'BTG' }, { grantId });
  const other = { ...declaration, reason: 'found somewhere else' };
  await act(stranger, 'declareBreakGlass', { patientId, ...other });
  const another = { ...declaration, grantId: ward.id('another') };
  await act(billing, 'declareBreakGlass', { patientId, ...another });
  await act(stranger, 'declareBreakGlass', { patientId: nobody, ...another });
  await act(officer, 'listReviews', { patientId });
  const ofGrant = { patientId, grantId };
  await act(officer, 'reviewGrant', { grantId, outcome: 'justified' }, ofGrant);
  await act(officer, 'reviewGrant', { grantId, outcome: 'unjustified' });
  await act(officer, 'reviewGrant', { grantId: day.nothing, outcome: 'justified' });
}

export async function auditAndKeys(day: Day, world: RecordsWorld): Promise<void> {
  const { diary, patient, leaving, officer, doctor, registry } = day;
  const { act, ward } = diary;
  const { patientId } = patient;
  await act(officer, 'listAudit', { patientId, limit: 3 });
  await act(officer, 'listDisclosures', { patientId });
  await act(officer, 'getKeys', { patientId });
  await act(officer, 'rotateKey', { patientId, scope: 'wrapping' });
  await act(officer, 'rotateKey', { patientId, scope: 'data' });
  const gone = { patientId: leaving.patientId };
  await act(officer, 'shredPatient', gone);
  await act(doctor, 'accessRecord', { ...gone, purpose: 'TREAT' });
  await act(officer, 'listConsents', gone);
  const erased = { reasons: ['ERASED'] };
  await act(registry, 'accessRecord', { ...gone, purpose: 'PUBHLTH' }, erased);
  const keyless = ward.id('keyless');
  const failing = { kind: 'error', status: 500 } as const;
  for (const operation of ['createKey', 'getKey', 'wrapKey'] as const) {
    await world.script(operation, keyless, [], failing);
  }
  const resource = patientResource(ward.organizationId);
  await act(doctor, 'putPatient', { patientId: keyless, purpose: 'TREAT', resource });
}

/** Whether the contract leaves it open if a request has an entry. */
export function isFree(operation: string, code: string | undefined): boolean {
  const free = ['getAuditRoot', 'getInclusionProof', 'getConsistencyProof'];
  const freeCodes = ['INVALID_REQUEST', 'OVERLOADED', 'INTERNAL', 'NOT_SUPPORTED'];
  return free.includes(operation) || (code !== undefined && freeCodes.includes(code));
}
