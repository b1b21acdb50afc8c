/** EHR-SESS-01.e and .f: whoever does not log in gets nothing, and is not told why. */
import type { Consents, Keys, RecordView, Reviews } from '../../../spec/records/messages.d.ts';
import type { JsonObject, Problem } from '../../target/target.ts';
import type { Check, CheckContext } from '../check.ts';
import { holdSame, sameJson } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf, forPurposes, permit } from './consents.ts';
import { PROBES } from './probes.ts';
import { readsVersions } from './readsVersions.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

interface Credentials {
  readonly userId: string;
  readonly credential: string;
}

/** Some digests look at the first 72 characters only. */
const LONG_CREDENTIAL = 100;
const NOBODY: Credentials = { userId: 'Nobody.at.all', credential: 'no-credential-of-anybody' };

const wrongCredentials: Check = {
  id: 'wrong-credentials',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const [right, other, inactive] = await Promise.all([
      ward.person('physician'),
      ward.person('physician'),
      ward.person('nurse'),
    ]);
    const long = { ...right, userId: other.userId, credential: 'c'.repeat(LONG_CREDENTIAL) };
    await ward.putUser(inactive, { active: false });
    await ward.putUser({ ...other, credential: long.credential });
    const { userId, credential } = right;
    const unknown = ward.id('nobody');
    const attempts: Readonly<Record<string, Credentials>> = {
      'of an unknown user': { userId: unknown, credential },
      'of another unknown user': { userId: `${unknown}.2`, credential: other.credential },
      'with the credential of another user': { userId, credential: long.credential },
      'with an earlier credential': other,
      'with less than the credential': { userId, credential: credential.slice(0, -1) },
      'with more than the credential': { userId, credential: `${credential}0` },
      'with the credential in capitals': { userId, credential: credential.toUpperCase() },
      'with another end of a long credential': {
        userId: long.userId,
        credential: `${long.credential.slice(0, -1)}d`,
      },
      'of an inactive user': inactive,
      'of an inactive user with a wrong credential': { userId: inactive.userId, credential },
    };
    const [first, again] = [
      await refused(ward, NOBODY, 'of nobody'),
      await refused(ward, NOBODY, 'of nobody'),
    ];
    // What is another one each time tells nothing.
    const steady = Object.keys(first).filter((name) => sameJson(first[name], again[name]));
    const expected = only(first, steady);
    for (const [what, given] of Object.entries(attempts)) {
      const problem = await refused(ward, given, what);
      const sentence = `createSession ${what} should be refused like that of a user whom nobody knows.`;
      holdSame(Object.keys(problem).sort(), Object.keys(first).sort(), sentence);
      holdSame(only(problem, steady), expected, sentence);
      context.hit('refused');
    }
    for (const each of [right, long]) {
      const reply = await ward.tryLogin({ userId: each.userId, credential: each.credential });
      okOutput('createSession with the right credential', reply);
    }
  },
};

/** @returns what the refusal says, without what repeats the request */
async function refused(ward: Ward, { userId, credential }: Credentials, what: string) {
  const requestId = ward.requestId();
  const reply = await ward.ask(undefined, 'createSession', { requestId, userId, credential });
  const problem = refusedWith(`createSession ${what}`, reply, 'NOT_AUTHENTICATED');
  return comparable(problem, [credential, requestId, userId]);
}

function only(problem: JsonObject, names: readonly string[]): JsonObject {
  return Object.fromEntries(names.map((name) => [name, problem[name] ?? null]));
}

function comparable(problem: Problem, repeated: readonly string[]): JsonObject {
  const text = repeated.reduce((all, each) => all.replaceAll(each, '*'), JSON.stringify(problem));
  return JSON.parse(text) as JsonObject;
}

const noSessionNoService: Check = {
  id: 'no-session-no-service',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const patient = await ward.admit();
    const { patientId, physician } = patient;
    const officer = await ward.officer();
    const resourceId = await ward.write(
      physician,
      patientId,
      clinicalResource('Condition', patientId),
    );
    const consentId = await ward.consent(patient, permit(forPurposes('HRESCH')));
    const grantId = ward.id('grant');
    okOutput('declareBreakGlass', await ward.declare(physician, patientId, { grantId }));
    const { readVersion, ...others } = requestsOf(ward, patient, {
      resourceId,
      consentId,
      grantId,
    });
    const requests = { ...others, ...((await readsVersions(ward)) && { readVersion }) };
    const before = await look(ward, patient);
    for (const [what, authorization] of Object.entries(noSessions(physician, officer))) {
      await refuseAll(context, ward, requests, what, authorization);
    }
    holdSame(await look(ward, patient), before, 'Requests without a session should do nothing.');
    okOutput('A request of the session', await PROBES.physician(ward, physician, patientId));
  },
};

async function refuseAll(
  { hit }: CheckContext,
  ward: Ward,
  requests: Readonly<Record<string, object>>,
  what: string,
  authorization: string | undefined,
): Promise<void> {
  for (const [operation, input] of Object.entries(requests)) {
    const given = authorization === undefined ? input : { ...input, authorization };
    const reply = await ward.ask(undefined, operation, given);
    refusedWith(`${operation} with ${what}`, reply, 'NOT_AUTHENTICATED', 'SESSION_EXPIRED');
    hit('refused');
  }
}

/** What is no session, beside two that are. */
function noSessions(
  { authorization }: Person,
  { authorization: officers }: Person,
): Readonly<Record<string, string | undefined>> {
  return {
    'no authorization': undefined,
    'a token that never was one': altered(authorization),
    'a part of a token': officers.slice(0, 'Bearer '.length + tokenOf(officers).length / 2),
    'something else than Bearer': `Basic ${tokenOf(officers)}`,
  };
}

function tokenOf(authorization: string): string {
  return authorization.slice('Bearer '.length);
}

/** In its middle: of the last character of a base64 text not every bit counts. */
function altered(authorization: string): string {
  const at = 'Bearer '.length + Math.floor(tokenOf(authorization).length / 2);
  const other = authorization[at] === '0' ? '1' : '0';
  return `${authorization.slice(0, at)}${other}${authorization.slice(at + 1)}`;
}

/** For each operation that has an authorization a request that somebody with a session could make. */
export function requestsOf(
  ward: Ward,
  { patientId, organizationId }: Admitted,
  ids: { resourceId: string; consentId: string; grantId: string },
): Readonly<Record<string, object>> {
  const { resourceId, consentId, grantId } = ids;
  const of = { patientId, purpose: 'TREAT' };
  const condition = { ...of, resourceType: 'Condition' };
  const resource = clinicalResource('Condition', patientId, 'written without a session');
  return {
    readPatient: of,
    readResource: { ...condition, resourceId },
    readVersion: { ...condition, resourceId, versionId: '1' },
    searchResources: condition,
    accessRecord: of,
    putPatient: {
      ...of,
      ifMatch: etagOf(1),
      resource: patientResource(organizationId, { gender: 'other' }),
    },
    putResource: { ...condition, resourceId: ward.id('unwritten'), resource },
    putConsent: {
      ...{ patientId, consentId: ward.id('unwritten') },
      resource: consentOf(patientId, { type: 'deny' }),
    },
    revokeConsent: { patientId, consentId },
    listConsents: { patientId },
    declareBreakGlass: {
      ...{ patientId, grantId: ward.id('undeclared'), purpose: 'ETREAT' },
      reason: 'nobody has logged in for it',
    },
    listReviews: { patientId },
    reviewGrant: { grantId, outcome: 'justified' },
    listAudit: { patientId },
    getAuditRoot: {},
    getInclusionProof: { index: 0, treeSize: 1 },
    getConsistencyProof: { firstSize: 1, secondSize: 1 },
    listDisclosures: { patientId },
    getKeys: { patientId },
    rotateKey: { patientId, scope: 'data' },
    shredPatient: { patientId },
    endSession: {},
  };
}

/** What those requests could have changed. */
async function look(ward: Ward, patient: Admitted): Promise<object> {
  const { patientId, physician } = patient;
  const officer = await ward.officer();
  const view = okOutput<RecordView>('accessRecord', await ward.access(physician, patientId));
  const { resources } = view;
  const { reviews } = await ward.must<Reviews>(officer, 'listReviews', { patientId });
  const consents: Consents = await ward.listConsents(patient);
  const keys: Keys = await ward.keys(patient);
  return { resources: inOrder(resources), reviews: inOrder(reviews), ...consents, keys };
}

/** The order of resources is free, and so is that of reviews. */
function inOrder<T>(values: readonly T[]): T[] {
  return [...values].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
}

export const credentials: readonly Check[] = [wrongCredentials, noSessionNoService];
