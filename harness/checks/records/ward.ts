/** A conversation with a health records system: people who are logged in, patients with a care team, typed calls, fresh ids for all of them. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Role, SessionCreated } from '../../../spec/records/messages.d.ts';
import { Violation } from '../check.ts';
import type { Session } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { consentOf } from './consents.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person, Sent, Ward } from './wardTypes.ts';

/** What is refused with OVERLOADED is sent again, at least so often and for so long, after a pause that grows up to the longest. */
const MIN_RETRIES = 20;
const MAX_NOT_NOW_MS = 15_000;
const FIRST_PAUSE_MS = 2;
const LONGEST_PAUSE_MS = 50;
const CREDENTIAL_BYTES = 24;

interface Shared {
  readonly firstSession: Session;
  readonly counter: { next: number };
  readonly sent: Sent[];
  readonly staff: Map<string, Promise<Person>>;
}

export function openWard(session: Session, shared: Shared = sharedOf(session)): Ward {
  const { sent, staff, counter } = shared;
  const id = (name: string): string => session.id(name.replaceAll('_', '-'));
  const fresh = (name: string): string => shared.firstSession.id(`${name}${(counter.next += 1)}`);
  const organizationId = shared.firstSession.id('org');

  const attempt = async <T>(operation: string, input: JsonObject): Promise<Reply<T>> => {
    let pauseMs = FIRST_PAUSE_MS;
    const startedMs = performance.now();
    for (let retries = 0; ; retries += 1) {
      const requestId = input['requestId'] as string | undefined;
      const answer = await session.attempt(operation, input).catch((error: unknown) => {
        if (requestId !== undefined) sent.push({ requestId, operation, input, reply: undefined });
        throw error;
      });
      if (requestId !== undefined) {
        sent.push({ requestId, operation, input, reply: answer as Reply<JsonObject> });
      }
      if (answer.kind === 'ok') return { ...answer, output: answer.output as T };
      if (answer.problem.code !== 'OVERLOADED') return answer;
      const passedMs = performance.now() - startedMs;
      if (retries >= MIN_RETRIES && passedMs >= MAX_NOT_NOW_MS) {
        throw new Violation(
          `${operation} is still refused with OVERLOADED after it was sent again ${retries} times in ${Math.round(passedMs / 1000)} s.`,
          'in the end a reply, or a refusal for good',
          answer.problem,
        );
      }
      await sleep(pauseMs);
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
    }
  };
  const ask: Ward['ask'] = (person, operation, input) =>
    attempt(operation, {
      ...(person && { authorization: person.authorization }),
      requestId: fresh('r'),
      ...input,
    } as JsonObject);
  const must: Ward['must'] = async <T>(
    person: Pick<Person, 'authorization'> | undefined,
    operation: string,
    input: object,
  ) => okOutput<T>(operation, await ask<T>(person, operation, input));
  const control = async (operation: string, input: object): Promise<void> =>
    void okOutput(operation, await attempt(operation, input as JsonObject));

  const login: Ward['login'] = async (person, { scope, scopePatientId } = {}) => {
    const { authorization } = await must<SessionCreated>(undefined, 'createSession', {
      userId: person.userId,
      credential: person.credential,
      ...(scope !== undefined && { scope }),
      ...(scopePatientId !== undefined && { patientId: scopePatientId }),
    });
    return { ...person, authorization };
  };
  const person: Ward['person'] = async (role, options = {}) => {
    const { organizationId: organization = organizationId, patientId } = options;
    const user = {
      userId: fresh(role.slice(0, 5)),
      role,
      organizationId: organization,
      credential: randomBytes(CREDENTIAL_BYTES).toString('hex'),
      ...(patientId !== undefined && { patientId }),
    };
    await control('putUser', user);
    return login({ ...user, authorization: '' }, options);
  };
  const member = (role: Role, organization: string): Promise<Person> => {
    const key = `${role} ${organization}`;
    const known = staff.get(key);
    if (known) return known;
    const made = person(role, { organizationId: organization });
    staff.set(key, made);
    return made;
  };
  const officer: Ward['officer'] = (organization = organizationId) =>
    member('privacy-officer', organization);
  const physician: Ward['physician'] = (organization = organizationId) =>
    member('physician', organization);

  const setCareTeam: Ward['setCareTeam'] = ({ careTeamId, patientId }, members) =>
    control('putCareTeam', { careTeamId, patientId, members: members.map(({ userId }) => userId) });
  const put: Ward['put'] = (by, patientId, resource, more = {}) =>
    ask(by, 'putResource', {
      patientId,
      resourceType: resource.resourceType,
      resourceId: fresh('res'),
      purpose: 'TREAT',
      resource,
      ...more,
    });
  const officerOf = ({ organizationId: organization }: Admitted): Promise<Person> =>
    officer(organization);

  return {
    session,
    organizationId,
    id,
    requestId: () => fresh('r'),
    sent,
    person,
    login,
    tryLogin: (input) => ask(undefined, 'createSession', input),
    async putUser({ userId, role, organizationId: organization, credential, patientId }, more) {
      await control('putUser', {
        userId,
        role,
        organizationId: organization,
        credential,
        ...(patientId !== undefined && { patientId }),
        ...more,
      });
    },
    officer,
    physician,
    forgetStaff: () => staff.clear(),
    async admit({ organizationId: organization = organizationId, members = [], ...more } = {}) {
      const doctor = await physician(organization);
      const patientId = more.patientId ?? fresh('pat');
      await must(doctor, 'putPatient', {
        patientId,
        purpose: 'TREAT',
        resource: patientResource(organization, more.resource),
      });
      const admitted = {
        patientId,
        organizationId: organization,
        careTeamId: fresh('team'),
        physician: doctor,
      };
      await setCareTeam(admitted, [doctor, ...members]);
      return admitted;
    },
    setCareTeam,
    ask,
    must,
    put,
    async write(by, patientId, resource, more) {
      return okOutput('putResource', await put(by, patientId, resource, more)).id;
    },
    read: (by, patientId, resourceType, resourceId, purpose = 'TREAT') =>
      resourceType === 'Patient'
        ? ask(by, 'readPatient', { patientId, purpose })
        : ask(by, 'readResource', { patientId, resourceType, resourceId, purpose }),
    access: (by, patientId, { purpose = 'TREAT', types } = {}) =>
      ask(by, 'accessRecord', { patientId, purpose, ...(types && { types: [...types] }) }),
    async consent(patient, provision, { consentId = fresh('con'), status, ifMatch, by } = {}) {
      await must(by ?? (await officerOf(patient)), 'putConsent', {
        patientId: patient.patientId,
        consentId,
        ...(ifMatch !== undefined && { ifMatch }),
        resource: consentOf(patient.patientId, provision, status),
      });
      return consentId;
    },
    async revoke(patient, consentId, by) {
      const { patientId } = patient;
      return ask(by ?? (await officerOf(patient)), 'revokeConsent', { patientId, consentId });
    },
    async listConsents(patient) {
      return must(await officerOf(patient), 'listConsents', { patientId: patient.patientId });
    },
    declare: (by, patientId, more = {}) =>
      ask(by, 'declareBreakGlass', {
        patientId,
        grantId: fresh('grant'),
        purpose: 'ETREAT',
        reason: 'unconscious in the emergency room',
        ...more,
      }),
    async keys(patient) {
      return must(await officerOf(patient), 'getKeys', { patientId: patient.patientId });
    },
    async rotate(patient, scope) {
      return ask(await officerOf(patient), 'rotateKey', { patientId: patient.patientId, scope });
    },
    async shred(patient) {
      return ask(await officerOf(patient), 'shredPatient', { patientId: patient.patientId });
    },
    in: (other) => openWard(other, shared),
  };
}

function sharedOf(session: Session): Shared {
  return { firstSession: session, counter: { next: 0 }, sent: [], staff: new Map() };
}
