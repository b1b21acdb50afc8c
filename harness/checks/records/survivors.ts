/** Everything that can be acknowledged, once each, with what has to be there after a crash. */
import { randomBytes } from 'node:crypto';
import type {
  Consents,
  Grant,
  Keys,
  Reviews,
  SessionCreated,
  Written,
} from '../../../spec/records/messages.d.ts';
import type { Answer } from '../../target/target.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf, forPurposes, permit } from './consents.ts';
import { readsVersions } from './readsVersions.ts';
import { sendRaw } from './sendRaw.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

const BEFORE = 'was acknowledged before SIGKILL';
const CREDENTIAL_BYTES = 24;

export interface Survivor {
  send(): Promise<Answer>;
  /** @param answer which acknowledged it. @throws Violation where it is not there */
  holds(answer: Extract<Answer, { kind: 'ok' }>): Promise<void>;
  /** After a later crash: what nothing in this file has changed since. */
  holdsOn?(): Promise<void>;
}

/** One of each kind; of `patient` nothing is changed that another of them needs. */
export async function prepareDeeds(ward: Ward): Promise<Survivor[]> {
  const [patient, keyed, erasable] = await Promise.all([ward.admit(), ward.admit(), ward.admit()]);
  const [officer, nurse, stranger] = await Promise.all([
    ward.officer(),
    ward.person('nurse'),
    ward.person('physician'),
  ]);
  return Promise.all([
    createdResource(ward, patient),
    updatedResource(ward, patient),
    registeredPatient(ward, patient),
    writtenConsent(ward, patient, officer),
    revokedConsent(ward, patient, officer),
    createdUser(ward),
    changedUser(ward),
    changedTeam(ward, patient, nurse),
    begunSession(ward, patient),
    endedSession(ward, patient),
    declaredEmergency(ward, patient, stranger),
    reviewedGrant(ward, patient, officer),
    rotatedKey(ward, keyed, officer),
    erasedPatient(ward, erasable, officer),
  ]);
}

async function createdResource(ward: Ward, patient: Admitted): Promise<Survivor> {
  const { patientId, physician } = patient;
  const resourceId = ward.requestId();
  const resource = clinicalResource('Observation', patientId, `first of ${resourceId}`);
  const holdsOn = () => holdPresent(ward, patient, resourceId, '1', `first of ${resourceId}`);
  return {
    send: () =>
      sendRaw(ward, physician, 'putResource', {
        ...{ patientId, resourceType: 'Observation', resourceId, purpose: 'TREAT', resource },
      }),
    async holds({ output }) {
      const { versionId } = output as unknown as Written;
      hold(versionId === '1', 'A resource that is created should have version 1.', '1', versionId);
      await holdsOn();
    },
    holdsOn,
  };
}

async function updatedResource(ward: Ward, patient: Admitted): Promise<Survivor> {
  const { patientId, physician } = patient;
  const first = clinicalResource('Observation', patientId, 'before its update');
  const resourceId = await ward.write(physician, patientId, first);
  const resource = clinicalResource('Observation', patientId, `second of ${resourceId}`);
  const hasEarlier = await readsVersions(ward);
  const holdsOn = async (): Promise<void> => {
    await holdPresent(ward, patient, resourceId, '2', `second of ${resourceId}`);
    if (hasEarlier) await holdEarlier(ward, patient, resourceId, '1', 'before its update');
  };
  return {
    send: () =>
      sendRaw(ward, physician, 'putResource', {
        ...{ patientId, resourceType: 'Observation', resourceId, purpose: 'TREAT', resource },
        ifMatch: etagOf(1),
      }),
    holds: holdsOn,
    holdsOn,
  };
}

async function holdPresent(
  ward: Ward,
  { patientId, physician }: Admitted,
  resourceId: string,
  versionId: string,
  text: string,
): Promise<void> {
  const reply = await ward.read(physician, patientId, 'Observation', resourceId);
  const what = `readResource of an Observation of which version ${versionId} ${BEFORE}`;
  const { meta, valueString } = okOutput(what, reply);
  holdSame(
    { versionId: meta.versionId, valueString },
    { versionId, valueString: text },
    `${what} should give that version.`,
  );
}

async function holdEarlier(
  ward: Ward,
  { patientId, physician }: Admitted,
  resourceId: string,
  versionId: string,
  text: string,
): Promise<void> {
  const reply = await ward.ask<{ valueString?: string }>(physician, 'readVersion', {
    ...{ patientId, resourceType: 'Observation', resourceId, versionId, purpose: 'TREAT' },
  });
  const told = reply.kind === 'ok' ? reply.output.valueString : reply.problem.code;
  holdSame(
    told,
    text,
    `Version ${versionId} of an Observation ${BEFORE}, and afterwards it is answered with ${told}.`,
  );
}

async function registeredPatient(ward: Ward, { physician }: Admitted): Promise<Survivor> {
  const patientId = ward.requestId();
  const { organizationId } = ward;
  const resource = patientResource(organizationId, { gender: 'other' });
  return {
    send: () => sendRaw(ward, physician, 'putPatient', { patientId, purpose: 'TREAT', resource }),
    async holds() {
      const careTeamId = ward.requestId();
      await ward.setCareTeam({ patientId, careTeamId, organizationId, physician }, [physician]);
      const reply = await ward.read(physician, patientId, 'Patient', patientId);
      const { gender } = okOutput(`readPatient of a patient who ${BEFORE}`, reply);
      holdSame(gender, 'other', `A patient who ${BEFORE} should be as registered.`);
    },
  };
}

async function writtenConsent(ward: Ward, patient: Admitted, officer: Person): Promise<Survivor> {
  const { patientId } = patient;
  const consentId = ward.requestId();
  const resource = consentOf(patientId, permit(forPurposes('HMARKT')));
  const holdsOn = async (): Promise<void> => {
    const { consents } = await listConsents(ward, patient, officer);
    holdSame(
      consents.find((each) => each.consentId === consentId),
      { consentId, versionId: '1', resource },
      `A consent ${BEFORE}, and afterwards it should be listed as it was written.`,
    );
  };
  return {
    send: () => sendRaw(ward, officer, 'putConsent', { patientId, consentId, resource }),
    holds: holdsOn,
    holdsOn,
  };
}

async function revokedConsent(ward: Ward, patient: Admitted, officer: Person): Promise<Survivor> {
  const { patientId } = patient;
  const researcher = await ward.person('researcher');
  const provision = permit(forPurposes('HRESCH'));
  const consentId = await ward.consent(patient, provision, { by: officer });
  const holdsOn = async (): Promise<void> => {
    const { consents } = await listConsents(ward, patient, officer);
    const found = consents.find((each) => each.consentId === consentId);
    holdSame(
      { versionId: found?.versionId, status: found?.resource.status },
      { versionId: '2', status: 'inactive' },
      `A revocation ${BEFORE}, and afterwards the consent should be inactive.`,
    );
    const reply = await ward.access(researcher, patientId, { purpose: 'HRESCH' });
    refusedWith(`accessRecord after a revocation ${BEFORE}`, reply, 'ACCESS_DENIED');
  };
  return {
    send: () => sendRaw(ward, officer, 'revokeConsent', { patientId, consentId }),
    holds: holdsOn,
    holdsOn,
  };
}

function listConsents(ward: Ward, { patientId }: Admitted, officer: Person): Promise<Consents> {
  return ward.must<Consents>(officer, 'listConsents', { patientId });
}

async function createdUser(ward: Ward): Promise<Survivor> {
  const user = {
    ...{ userId: ward.requestId(), organizationId: ward.organizationId },
    ...{ role: 'nurse', credential: randomBytes(CREDENTIAL_BYTES).toString('hex') },
  };
  const { userId, credential } = user;
  const holdsOn = async (): Promise<void> => {
    const reply = await ward.tryLogin({ userId, credential });
    okOutput(`createSession of a user who ${BEFORE}`, reply);
  };
  return { send: () => ward.session.raw('putUser', user), holds: holdsOn, holdsOn };
}

async function changedUser(ward: Ward): Promise<Survivor> {
  const { userId, organizationId, credential } = await ward.person('billing');
  const user = { userId, organizationId, credential, role: 'billing', active: false };
  const holdsOn = async (): Promise<void> => {
    const reply = await ward.tryLogin({ userId, credential });
    const what = `createSession of a user who was made inactive, which ${BEFORE},`;
    refusedWith(what, reply, 'NOT_AUTHENTICATED');
  };
  return { send: () => ward.session.raw('putUser', user), holds: holdsOn, holdsOn };
}

async function changedTeam(ward: Ward, patient: Admitted, nurse: Person): Promise<Survivor> {
  const { patientId, careTeamId, physician } = patient;
  const members = [physician.userId, nurse.userId];
  const holdsOn = async (): Promise<void> => {
    const what = `accessRecord of a member of a care team, which ${BEFORE},`;
    okOutput(what, await ward.access(nurse, patientId));
  };
  return {
    send: () => ward.session.raw('putCareTeam', { careTeamId, patientId, members }),
    holds: holdsOn,
    holdsOn,
  };
}

async function begunSession(ward: Ward, { patientId, physician }: Admitted): Promise<Survivor> {
  const { userId, credential } = physician;
  return {
    send: () => sendRaw(ward, undefined, 'createSession', { userId, credential }),
    async holds({ output }) {
      const { authorization } = output as unknown as SessionCreated;
      const reply = await ward.access({ ...physician, authorization }, patientId);
      okOutput(`accessRecord in a session that ${BEFORE}`, reply);
    },
  };
}

async function endedSession(ward: Ward, { patientId, physician }: Admitted): Promise<Survivor> {
  const ended = await ward.login(physician);
  const holdsOn = async (): Promise<void> => {
    const what = `accessRecord in a session of which the end ${BEFORE}`;
    refusedWith(what, await ward.access(ended, patientId), 'SESSION_EXPIRED');
  };
  return { send: () => sendRaw(ward, ended, 'endSession', {}), holds: holdsOn, holdsOn };
}

async function declaredEmergency(
  ward: Ward,
  { patientId }: Admitted,
  stranger: Person,
): Promise<Survivor> {
  const grantId = ward.requestId();
  const reason = 'found without consciousness';
  return {
    send: () =>
      sendRaw(ward, stranger, 'declareBreakGlass', {
        ...{ patientId, grantId, purpose: 'ETREAT', reason },
      }),
    async holds({ output }) {
      const reply = await ward.access(stranger, patientId, { purpose: 'ETREAT' });
      okOutput(`accessRecord in an emergency that ${BEFORE}`, reply);
      holdSame(
        await grantOf(ward, patientId, grantId),
        output,
        `A grant that ${BEFORE} should be listed as it was granted.`,
      );
    },
    async holdsOn() {
      const reply = await ward.access(stranger, patientId, { purpose: 'BTG' });
      okOutput(`accessRecord in an emergency that ${BEFORE}`, reply);
    },
  };
}

async function reviewedGrant(
  ward: Ward,
  { patientId, physician }: Admitted,
  officer: Person,
): Promise<Survivor> {
  const { grantId } = okOutput<Grant>(
    'declareBreakGlass',
    await ward.declare(physician, patientId),
  );
  const holdsOn = async (): Promise<void> => {
    const { status } = (await grantOf(ward, patientId, grantId))?.review ?? {};
    holdSame(status, 'justified', `A review ${BEFORE}, and afterwards its grant is ${status}.`);
  };
  return {
    send: () => sendRaw(ward, officer, 'reviewGrant', { grantId, outcome: 'justified' }),
    holds: holdsOn,
    holdsOn,
  };
}

async function grantOf(ward: Ward, patientId: string, grantId: string): Promise<Grant | undefined> {
  const officer = await ward.officer();
  const { reviews } = await ward.must<Reviews>(officer, 'listReviews', { patientId });
  return reviews.find((grant) => grant.grantId === grantId);
}

async function rotatedKey(ward: Ward, patient: Admitted, officer: Person): Promise<Survivor> {
  const { patientId } = patient;
  const holdsOn = async (): Promise<void> => {
    const { dataKeyVersion } = await ward.keys(patient);
    holdSame(
      dataKeyVersion,
      2,
      `A new data key ${BEFORE}, and afterwards getKeys has dataKeyVersion ${dataKeyVersion}.`,
    );
    const reply = await ward.access(patient.physician, patientId);
    okOutput('accessRecord after a rotation of the data key', reply);
  };
  return {
    send: () => sendRaw(ward, officer, 'rotateKey', { patientId, scope: 'data' }),
    holds: holdsOn,
    holdsOn,
  };
}

async function erasedPatient(
  ward: Ward,
  { patientId, physician }: Admitted,
  officer: Person,
): Promise<Survivor> {
  const holdsOn = async (): Promise<void> => {
    const { state } = await ward.must<Keys>(officer, 'getKeys', { patientId });
    hold(
      state !== 'active',
      `An erasure ${BEFORE}, and afterwards getKeys has the state ${state}.`,
    );
    const reply = await ward.access(physician, patientId);
    refusedWith(`accessRecord after an erasure that ${BEFORE}`, reply, 'ERASED');
  };
  return {
    send: () => sendRaw(ward, officer, 'shredPatient', { patientId }),
    holds: holdsOn,
    holdsOn,
  };
}
