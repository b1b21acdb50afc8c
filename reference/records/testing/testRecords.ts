/** For tests: health records in this process, with the outside services as stubs, some users and one patient. */
import type { AuditPage, ListAudit } from '../../../spec/records/messages.d.ts';
import type { Answer, Service } from '../../kit/service.ts';
import { temporaryDir } from '../../kit/temporaryDir.ts';
import { openRecords } from '../recordsService.ts';
import { startWorldStub } from './worldStub.ts';
import type { WorldStub } from './worldStub.ts';

export const START_MS = 1_767_225_600_000;

/** Each with a role at an organisation; `ann` is the patient `ann`. */
export const USERS = [
  { userId: 'doc', role: 'physician', organizationId: 'clinic' },
  { userId: 'nurse', role: 'nurse', organizationId: 'clinic' },
  { userId: 'officer', role: 'privacy-officer', organizationId: 'clinic' },
  { userId: 'stranger', role: 'physician', organizationId: 'elsewhere' },
  { userId: 'registry', role: 'registry', organizationId: 'elsewhere' },
  { userId: 'researcher', role: 'researcher', organizationId: 'elsewhere' },
  { userId: 'ann', role: 'patient', organizationId: 'clinic', patientId: 'ann' },
] as const;

export type UserId = (typeof USERS)[number]['userId'];

export type Call = (operation: string, input: Record<string, unknown>) => Promise<Answer>;

export const credentialOf = (userId: string) => `credential-of-${userId}-0123456789`;

/** Calls as users who have logged in; every request has an id of its own. */
export interface Caller {
  as(userId: UserId, operation: string, input: object): Promise<Answer>;
  /** The output; throws on a refusal. */
  ok<T>(userId: UserId, operation: string, input: object): Promise<T>;
  /** The code of the refusal, or ok. */
  code(userId: UserId, operation: string, input: object): Promise<string>;
  /** Users, sessions, and the patient `ann` whose care team has doc and nurse. */
  begin(): Promise<void>;
  logIn(userId: UserId): Promise<void>;
  authorization(userId: UserId): string;
  audit(filter?: Partial<ListAudit>): Promise<AuditPage>;
}

export function callerOf(call: Call): Caller {
  const sessions = new Map<string, string>();
  let requests = 0;
  const nextId = () => `req-${++requests}`;

  async function ok<T>(userId: UserId, operation: string, input: object): Promise<T> {
    const answer = await as(userId, operation, input);
    if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
    return answer.output as T;
  }

  function as(userId: UserId, operation: string, input: object): Promise<Answer> {
    const authorization = sessions.get(userId) ?? '';
    return call(operation, { authorization, requestId: nextId(), ...input });
  }

  async function logIn(userId: UserId): Promise<void> {
    const input = { requestId: nextId(), userId, credential: credentialOf(userId) };
    const answer = await call('createSession', input);
    if ('output' in answer) sessions.set(userId, Object(answer.output).authorization as string);
  }

  return {
    as,
    ok,
    async code(userId, operation, input) {
      const answer = await as(userId, operation, input);
      return 'problem' in answer ? answer.problem.code : 'ok';
    },
    async begin() {
      for (const user of USERS) {
        await call('putUser', { ...user, credential: credentialOf(user.userId) });
        await logIn(user.userId);
      }
      await ok('doc', 'putPatient', annInput());
      const team = { careTeamId: 'team', patientId: 'ann', members: ['doc', 'nurse'] };
      await call('putCareTeam', team);
    },
    logIn,
    authorization: (userId) => sessions.get(userId) ?? '',
    audit: (filter = {}) => ok('officer', 'listAudit', { limit: 1000, ...filter }),
  };
}

export function annInput(more: object = {}) {
  const resource = {
    resourceType: 'Patient',
    name: [{ family: 'Sentinel-Family' }],
    birthDate: '1974-12-25',
    managingOrganization: { reference: 'Organization/clinic' },
  };
  return { patientId: 'ann', purpose: 'TREAT', resource, ...more };
}

export function conditionInput(resourceId: string, more: object = {}, resource: object = {}) {
  return {
    patientId: 'ann',
    resourceType: 'Condition',
    resourceId,
    purpose: 'TREAT',
    resource: {
      resourceType: 'Condition',
      code: { text: 'Sentinel-Condition' },
      subject: { reference: 'Patient/ann' },
      ...resource,
    },
    ...more,
  };
}

export function consentInput(consentId: string, provision: object, more: object = {}) {
  return {
    patientId: 'ann',
    consentId,
    resource: {
      resourceType: 'Consent',
      status: 'active',
      scope: { text: 'privacy' },
      category: [{ text: 'privacy' }],
      patient: { reference: 'Patient/ann' },
      policyRule: { text: 'opt-in' },
      provision,
    },
    ...more,
  };
}

export const access = (purpose: string, more: object = {}) => ({
  patientId: 'ann',
  purpose,
  ...more,
});

export interface TestRecords extends Caller {
  readonly world: WorldStub;
  readonly call: Call;
  setClock(nowMs: number): Promise<Answer>;
  restart(): Promise<void>;
  close(): Promise<void>;
}

export async function openTestRecords(): Promise<TestRecords> {
  const dir = temporaryDir();
  const world = await startWorldStub();
  const open = async (): Promise<Service> => {
    const { service } = await openRecords({
      dataDir: dir.path,
      clockMs: START_MS,
      testMode: 'on',
      durability: 'D1',
      worldUrl: world.url,
    });
    return service;
  };
  let service = await open();
  const call: Call = (operation, input) => service.call(operation, input);
  const caller = callerOf(call);
  await caller.begin();
  return {
    ...caller,
    world,
    call,
    setClock: (nowMs) => call('setClock', { nowMs }),
    async restart() {
      await service.close();
      service = await open();
    },
    async close() {
      await service.close();
      await world.close();
      dir.remove();
    },
  };
}
