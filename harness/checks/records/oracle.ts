/**
 * Who may see what, as the brief's section of that name says it: steps 1 to 7, duties, registering. A pure function over a plain model.
 * Where the brief leaves several refusals open it names them all.
 */
import type { Patient, ResourceType } from '../../../spec/records/messages.d.ts';
import { consentAllows } from './consentOracle.ts';
import { decideDuty } from './dutyOracle.ts';
import { hasRelationship, refusalWithout, userOf } from './relationshipOracle.ts';
import { allowed, isRefused, refused } from './decision.ts';
import type { Allowed, Decision, Part, Parts } from './decision.ts';
import { categoryOf, labelsOf, ruleFor, SENSITIVE, TYPES } from './policy.ts';
import type { Rule, WrittenResource } from './policy.ts';
import { scopeGives } from './scopeOracle.ts';
import type { ScopeRight } from './scopeOracle.ts';
import { careTeamsWith, findResource, findVersion, labelsOfVersion } from './wardModel.ts';
import type {
  ModelPatient,
  ModelResource,
  ModelSession,
  ModelUser,
  ModelVersion,
  WardModel,
} from './wardModel.ts';
import { isDuty, isWrite } from './wardRequests.ts';
import type { ReadRequest, RecordRequest, WardRequest, WriteRequest } from './wardRequests.ts';

/** @param session undefined: none, or one that is over */
export function decide(
  ward: WardModel,
  session: ModelSession | undefined,
  request: WardRequest,
): Decision {
  const user = userOf(ward, session);
  if (!session || !user) return refused('NOT_AUTHENTICATED', 'SESSION_EXPIRED');
  if (isDuty(request)) return decideDuty(ward, user, request);
  const rule = ruleFor(user.role, request.purpose);
  if (!rule) return refused('INVALID_PURPOSE');
  const left = typesLeft(rule, session, user, request);
  if (isRefused(left)) return left;
  const asker: Asker = { ward, user, rule };
  if (isRegistration(request)) return decideRegistration(asker, request);

  const patient = ward.patients.get(request.patientId);
  if (!patient || !hasRelationship(ward, user, rule.relationship, patient.patientId)) {
    return refusalWithout(rule.relationship);
  }
  if (patient.erased) return refused(rule.relationship === 'none' ? 'ACCESS_DENIED' : 'ERASED');
  return isWrite(request)
    ? decideWrite(asker, patient, request)
    : decideRead(asker, patient, left, request);
}

interface Asker {
  readonly ward: WardModel;
  readonly user: ModelUser;
  readonly rule: Rule;
}

type Registration = Extract<RecordRequest, { operation: 'putPatient' }>;

function isRegistration(request: RecordRequest): request is Registration {
  return request.operation === 'putPatient' && request.ifMatch === undefined;
}

/** Steps 2 and 3, which may come in either order. */
function typesLeft(
  rule: Rule,
  session: ModelSession,
  user: ModelUser,
  request: RecordRequest,
): readonly ResourceType[] | ReturnType<typeof refused> {
  const { scope } = session;
  const ownPatientId = user.role === 'patient' ? user.patientId : session.patientId;
  const right = scopeRightOf(request);
  const asked = typesAsked(request);
  const inScope = asked.filter((type) =>
    scopeGives(scope, right, type, request.patientId, ownPatientId),
  );
  const inRole = asked.filter((type) =>
    isWrite(request) ? mayWrite(rule, request.resource) : rule.read.includes(categoryOf(type)),
  );
  const left = inScope.filter((type) => inRole.includes(type));
  if (left.length > 0) return left;
  const scopeFirst = inScope.length === 0 ? 'INSUFFICIENT_SCOPE' : 'INSUFFICIENT_PRIVILEGES';
  const roleFirst = inRole.length === 0 ? 'INSUFFICIENT_PRIVILEGES' : 'INSUFFICIENT_SCOPE';
  // That a registration needs the right to write demographics may be told as the rest of what it needs.
  const other = isRegistration(request) && inRole.length === 0 ? ['ACCESS_DENIED'] : [];
  return refused(scopeFirst, roleFirst, ...other);
}

function typesAsked(request: RecordRequest): readonly ResourceType[] {
  switch (request.operation) {
    case 'putPatient':
    case 'readPatient':
      return ['Patient'];
    case 'accessRecord':
      return request.types ?? TYPES;
    default:
      return [request.resourceType];
  }
}

function scopeRightOf(request: RecordRequest): ScopeRight {
  if (isWrite(request)) return request.ifMatch === undefined ? 'c' : 'u';
  return request.operation === 'searchResources' ? 's' : 'r';
}

function mayWrite({ write }: Rule, written: WrittenResource): boolean {
  return [categoryOf(written.resourceType), ...labelsOf(written)].every((category) =>
    write.includes(category),
  );
}

function decideRegistration(
  { ward, user }: Asker,
  { patientId, resource }: Registration,
): Decision {
  const taken = ward.patients.get(patientId);
  const isOurs = managedBy(resource) === user.organizationId;
  if (!taken && isOurs) return allowed(new Map());
  return refused(
    'ACCESS_DENIED',
    ...(taken ? ['VERSION_MISMATCH'] : []),
    ...(taken?.erased ? ['ERASED'] : []),
  );
}

function decideWrite({ rule }: Asker, patient: ModelPatient, request: WriteRequest): Decision {
  const { resource, ifMatch } = request;
  const present = findResource(patient, resource.resourceType, resourceIdOf(request));
  const codes: string[] = [];
  if (resource.resourceType === 'Patient' && managedBy(resource) !== patient.organizationId) {
    codes.push('INVALID_REQUEST');
  }
  const expected = present ? `W/"${present.versions.length}"` : undefined;
  if (ifMatch !== expected) codes.push('VERSION_MISMATCH');
  const replaced = present && findVersion(present);
  if (replaced && !mayWrite(rule, replaced.written)) {
    codes.push('INSUFFICIENT_PRIVILEGES', 'VERSION_MISMATCH');
  }
  return codes.length > 0 ? refused(...codes) : allowed(new Map(), rule);
}

function resourceIdOf(request: WriteRequest): string {
  return request.operation === 'putPatient' ? request.patientId : request.resourceId;
}

function managedBy({ managingOrganization }: Patient): string {
  return managingOrganization.reference.replace('Organization/', '');
}

/** Steps 6 and 7. */
function decideRead(
  asker: Asker,
  patient: ModelPatient,
  types: readonly ResourceType[],
  request: ReadRequest,
): Decision {
  const { rule } = asker;
  const parts = new Map(types.map((type) => [type, partsOf(asker, patient, type)]));
  if ([...parts.values()].every(({ size }) => size === 0)) {
    return decideNothingAllowed(asker, patient, request, parts);
  }
  const decision = allowed(parts, rule);
  const isOne = request.operation === 'readResource' || request.operation === 'readVersion';
  if (!isOne) return decision;
  return visibleVersion(patient, request, decision) ? decision : refused('UNKNOWN_RESOURCE');
}

/** What of a type this reader may see: what the role has and consent leaves. */
function partsOf(asker: Asker, patient: ModelPatient, type: ResourceType): ReadonlySet<Part> {
  const { read } = asker.rule;
  const labels = SENSITIVE.filter((label) => read.includes(label));
  const ofRole: Part[] = ['ordinary', ...(type === 'Patient' ? [] : labels)];
  return new Set(ofRole.filter((part) => consentLeaves(asker, patient, type, part)));
}

function consentLeaves(
  { ward, user, rule }: Asker,
  { patientId, consents }: ModelPatient,
  type: ResourceType,
  part: Part,
): boolean {
  if (rule.consent !== 'evaluated') return true;
  const teams = careTeamsWith(ward, patientId, user.userId);
  return consentAllows(
    [...consents.values()].map(({ resource }) => resource),
    {
      purpose: rule.purpose,
      type,
      ...(part !== 'ordinary' && { label: part }),
      actors: [
        `Practitioner/${user.userId}`,
        `Organization/${user.organizationId}`,
        ...teams.map((teamId) => `CareTeam/${teamId}`),
      ],
      nowMs: ward.nowMs,
    },
  );
}

function decideNothingAllowed(
  asker: Asker,
  patient: ModelPatient,
  { operation }: ReadRequest,
  parts: Parts,
): Decision {
  const { rule } = asker;
  const code = rule.relationship === 'none' ? 'ACCESS_DENIED' : 'NO_CONSENT';
  // No label means anything on a Patient; whether it has a sensitive part that consent can allow is not said.
  const hasOddPart =
    parts.has('Patient') &&
    SENSITIVE.some(
      (label) => rule.read.includes(label) && consentLeaves(asker, patient, 'Patient', label),
    );
  if (!hasOddPart) return refused(code);
  return operation === 'readPatient'
    ? refused(code, 'UNKNOWN_RESOURCE')
    : allowed(parts, rule, [code]);
}

/** The version of a readResource or readVersion; undefined: there is none that this reader may see. */
export function visibleVersion(
  patient: ModelPatient,
  request: Extract<ReadRequest, { operation: 'readResource' | 'readVersion' }>,
  { parts }: Allowed,
): ModelVersion | undefined {
  const resource = findResource(patient, request.resourceType, request.resourceId);
  if (!resource) return undefined;
  const version =
    request.operation === 'readVersion'
      ? findVersion(resource, Number(request.versionId))
      : findVersion(resource);
  return version && isVisible(parts, resource, version) ? version : undefined;
}

/** Each of its labels has to be visible, or the ordinary part if it has none. */
export function isVisible(
  parts: Parts,
  resource: ModelResource,
  version: ModelVersion | undefined = findVersion(resource),
): boolean {
  const visible = parts.get(resource.resourceType);
  if (!visible || !version) return false;
  const labels = [...labelsOfVersion(resource, version)];
  return labels.length === 0
    ? visible.has('ordinary')
    : labels.every((label) => visible.has(label));
}
