/** A ward together with its model: what is done in the one is noted in the other, and what a request should give is asked of the oracle. */
import type {
  ClinicalResource,
  Provision,
  Resource,
  Role,
} from '../../../spec/records/messages.d.ts';
import type { CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import type { Reply } from '../kit/replies.ts';
import { consentOf } from './consents.ts';
import { isRefused } from './decision.ts';
import type { Allowed, Decision } from './decision.ts';
import { isVisible, decide } from './oracle.ts';
import { codingsOf } from './policy.ts';
import { noteEffect } from './noteEffect.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type {
  Admitted,
  AdmitOptions,
  ConsentOptions,
  Person,
  PersonOptions,
  Ward,
} from './wardTypes.ts';
import { emptyWard, findVersion, noteWrite } from './wardModel.ts';
import type { ModelSession, WardModel } from './wardModel.ts';
import type { RecordRequest, WardRequest } from './wardRequests.ts';

export interface JudgedWard {
  readonly ward: Ward;
  readonly model: WardModel;
  person(role: Role, options?: PersonOptions): Promise<Person>;
  /** One more session. */
  login(person: Person, scope: string, scopePatientId?: string): Promise<Person>;
  /** A session that was opened otherwise. */
  note(person: Person, session: Omit<ModelSession, 'userId'>): Person;
  admit(options?: Omit<AdmitOptions, 'resource'>): Promise<Admitted>;
  setCareTeam(patient: Admitted, members: readonly Person[]): Promise<void>;
  /** By the patient's physician, for TREAT. @returns the resource's id */
  write(patient: Admitted, resource: ClinicalResource): Promise<string>;
  consent(patient: Admitted, provision: Provision, options?: ConsentOptions): Promise<string>;
  declare(person: Person, patientId: string): Promise<void>;
  /**
   * Sends the request and holds its reply to the oracle: the code of a refusal, of a read which resources it shows.
   * @throws Violation where they differ
   */
  judge(person: Person, request: WardRequest): Promise<Judgement>;
}

export interface Judgement {
  /** Undefined where it was refused. */
  readonly allowed: Allowed | undefined;
  readonly code: string | undefined;
  /** `Type/id` of what a read has shown. */
  readonly shown: readonly string[];
}

/** In a conversation whose clock nobody moves, unless the model's is moved with it. */
export function openJudgedWard(
  { target, session }: Pick<CheckContext, 'target' | 'session'>,
  conversation = session(),
): JudgedWard {
  const ward = openWard(conversation);
  const model = emptyWard(target.startClockMs);
  const sessions = new Map<string, ModelSession>();
  const note = (person: Person, more: Omit<ModelSession, 'userId'> = {}): Person => {
    const { userId, role, organizationId, patientId } = person;
    model.users.set(userId, {
      ...{ userId, role, organizationId },
      ...(patientId !== undefined && { patientId }),
    });
    sessions.set(person.authorization, { userId, ...more });
    return person;
  };
  const noteTeam = ({ careTeamId, patientId }: Admitted, members: readonly Person[]): void =>
    void model.careTeams.set(careTeamId, {
      ...{ careTeamId, patientId },
      members: members.map(({ userId }) => userId),
    });

  return {
    ward,
    model,
    person: async (role, options) =>
      note(await ward.person(role, options), {
        scope: options?.scope,
        patientId: options?.scopePatientId,
      }),
    login: async (person, scope, scopePatientId) =>
      note(
        await ward.login(person, {
          scope,
          ...(scopePatientId !== undefined && { scopePatientId }),
        }),
        { scope, patientId: scopePatientId },
      ),
    note,
    async admit(options = {}) {
      const patient = await ward.admit(options);
      const { patientId, organizationId, physician } = patient;
      note(physician);
      noteWrite(model, patientId, patientId, patientResource(organizationId));
      noteTeam(patient, [physician, ...(options.members ?? [])]);
      return patient;
    },
    async setCareTeam(patient, members) {
      await ward.setCareTeam(patient, members);
      noteTeam(patient, members);
    },
    async write({ patientId, physician }, resource) {
      const id = await ward.write(physician, patientId, resource);
      noteWrite(model, patientId, id, resource);
      return id;
    },
    async consent(patient, provision, options = {}) {
      const consentId = await ward.consent(patient, provision, options);
      const { patientId } = patient;
      const resource = consentOf(patientId, provision, options.status);
      const { consents } = model.patients.get(patientId)!;
      const versionId = (consents.get(consentId)?.versionId ?? 0) + 1;
      consents.set(consentId, { versionId, resource });
      return consentId;
    },
    async declare(person, patientId) {
      const request = {
        operation: 'declareBreakGlass',
        patientId,
        grantId: ward.requestId(),
        purpose: 'ETREAT',
        reason: 'unconscious in the emergency room',
      } as const;
      await judgeRequest(ward, model, sessions, person, request);
    },
    judge: (person, request) => judgeRequest(ward, model, sessions, person, request),
  };
}

async function judgeRequest(
  ward: Ward,
  model: WardModel,
  sessions: ReadonlyMap<string, ModelSession>,
  person: Person,
  request: WardRequest,
): Promise<Judgement> {
  const session = sessions.get(person.authorization);
  const decision = decide(model, session, request);
  const { operation, ...input } = request;
  const reply = await ward.ask(person, operation, input);
  const what = told(person, session, request);
  if (reply.kind === 'refused') {
    const { code } = reply.problem;
    holdRefusal(decision, reply, what);
    return { allowed: undefined, code, shown: [] };
  }
  hold(
    !isRefused(decision),
    `${what} should be refused with ${codesOf(decision)}, but is answered.`,
    codesOf(decision),
    reply.output,
  );
  noteEffect(model, person, request, reply.output);
  const shown = shownBy(request, reply.output);
  if (shown) holdShown(shown, expectedNames(model, request, decision), what);
  return { allowed: decision, code: undefined, shown: shown ?? [] };
}

function holdRefusal(
  decision: Decision,
  { problem }: Extract<Reply<unknown>, { kind: 'refused' }>,
  what: string,
): void {
  const codes = isRefused(decision) ? decision.refused : decision.orRefused;
  const due = isRefused(decision) ? `refused with ${codesOf(decision)}` : 'answered';
  hold(
    codes.includes(problem.code),
    `${what} should be ${due}, but is refused with ${problem.code}.`,
    codes,
    problem,
  );
}

function codesOf(decision: Decision): string {
  return isRefused(decision) ? decision.refused.join(' or ') : 'nothing';
}

function holdShown(shown: readonly string[], due: readonly string[], what: string): void {
  const extra = shown.find((name) => !due.includes(name));
  hold(extra === undefined, `${what} shows ${extra}, which it should not.`, due, shown);
  const missing = due.find((name) => !shown.includes(name));
  hold(missing === undefined, `${what} does not show ${missing}.`, due, shown);
  hold(new Set(shown).size === shown.length, `${what} shows something twice.`, due, shown);
}

/** Of a request that shows resources their names, undefined of another. */
function shownBy(request: WardRequest, output: unknown): readonly string[] | undefined {
  const name = ({ resourceType, id }: Resource): string => `${resourceType}/${id}`;
  switch (request.operation) {
    case 'accessRecord':
      return (output as { resources: Resource[] }).resources.map(name);
    case 'searchResources':
      return (output as { entry: { resource: Resource }[] }).entry.map((each) =>
        name(each.resource),
      );
    case 'readPatient':
    case 'readResource':
    case 'readVersion':
      return [name(output as Resource)];
    default:
      return undefined;
  }
}

function expectedNames(model: WardModel, request: WardRequest, { parts }: Allowed): string[] {
  if (request.operation === 'readPatient') return [`Patient/${request.patientId}`];
  if (request.operation === 'readResource' || request.operation === 'readVersion') {
    return [`${request.resourceType}/${request.resourceId}`];
  }
  const { patientId } = request as RecordRequest;
  const code = request.operation === 'searchResources' ? request.code : undefined;
  return model.patients
    .get(patientId)!
    .resources.filter((resource) => isVisible(parts, resource))
    .filter(
      (resource) =>
        code === undefined ||
        codingsOf(findVersion(resource)!.written).some((coding) => coding.code === code),
    )
    .map(({ resourceType, resourceId }) => `${resourceType}/${resourceId}`);
}

function told(person: Person, session: ModelSession | undefined, request: WardRequest): string {
  const { role } = person;
  const purpose =
    'purpose' in request && request.purpose !== undefined && ` for ${request.purpose}`;
  const types =
    'types' in request && request.types
      ? ` of ${request.types.join(', ')}`
      : 'resourceType' in request
        ? ` of ${request.resourceType}`
        : '';
  const scope = session?.scope === undefined ? '' : ` with the scope "${session.scope}"`;
  return `${request.operation}${types} by a ${role}${purpose || ''}${scope}`;
}
