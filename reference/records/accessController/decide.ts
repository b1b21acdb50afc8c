/** Who may see and write what: the steps of the brief, in its order. The first that fails is the refusal. */
import type { Category, ResourceType } from '../../../spec/records/messages.d.ts';
import { consentAllows } from '../consentManager/evaluateConsents.ts';
import { Refusal } from '../request.ts';
import type { PatientRow } from '../store/patients.ts';
import { categoryOf, policy, ruleFor } from './policy.ts';
import type { Rule, SensitiveCategory } from './policy.ts';
import { accessDenied, erased, relatedPatient } from './relationships.ts';
import { parseScopes, patientOfScopes, scopeGives } from './scopes.ts';
import type { Right } from './scopes.ts';
import type { SessionRequest } from './sessionManager.ts';

export interface Asked {
  readonly patientId: string;
  readonly purpose?: string;
}

export interface ReadGranted {
  readonly rule: Rule;
  readonly patient: PatientRow;
  /** Those asked for that session and role leave. */
  readonly types: readonly ResourceType[];
  /** Whether the reader may see a resource of one of the types, with these labels. */
  sees(type: ResourceType, labels: readonly SensitiveCategory[]): boolean;
}

/** A part of the resources of a type: the ordinary ones (undefined), or those with a label. */
type Part = SensitiveCategory | undefined;

export function decideRead(
  request: SessionRequest,
  asked: Asked,
  types: readonly ResourceType[],
  right: Right,
): ReadGranted {
  const rule = ruleOf(request, asked);
  const inScope = withinScope(request, asked, types, right);
  const left = withinRole(inScope, rule.read);
  const patient = liveRelatedPatient(request, rule, asked);
  const parts = allowedParts(request, rule, patient, left);
  if ([...parts.values()].every((allowed) => allowed.size === 0)) {
    if (rule.relationship === 'none') throw accessDenied('NO_CONSENT');
    throw new Refusal('NO_CONSENT', "the patient's consents withhold all of it");
  }
  return {
    rule,
    patient,
    types: left,
    sees(type, labels) {
      const allowed = parts.get(type);
      if (!allowed) return false;
      return labels.length === 0 ? allowed.has(undefined) : labels.every((one) => allowed.has(one));
    },
  };
}

/** Steps 1 to 3 of a write; `labels`: of what is to be written. */
export function decideRole(
  request: SessionRequest,
  asked: Asked,
  type: ResourceType,
  right: Right,
  labels: readonly SensitiveCategory[],
): Rule {
  const rule = ruleOf(request, asked);
  withinRole(withinScope(request, asked, [type], right), rule.write);
  if (mayWrite(rule, labels)) return rule;
  throw insufficientPrivileges();
}

/** Steps 4 and 5. */
export function liveRelatedPatient(
  request: SessionRequest,
  { relationship }: Rule,
  { patientId }: Asked,
): PatientRow {
  const patient = relatedPatient(request, relationship, patientId);
  if (patient.state === 'active') return patient;
  throw relationship === 'none' ? accessDenied('ERASED') : erased();
}

export function mayWrite(rule: Rule, labels: readonly SensitiveCategory[]): boolean {
  return labels.every((label) => rule.write.includes(label));
}

function ruleOf({ user }: SessionRequest, { purpose }: Asked): Rule {
  const rule = purpose === undefined ? undefined : ruleFor(user.role, purpose);
  if (!rule) throw new Refusal('INVALID_PURPOSE', 'the role does nothing for such a purpose');
  return rule;
}

function withinScope(
  { user, session }: SessionRequest,
  { patientId }: Asked,
  types: readonly ResourceType[],
  right: Right,
): ResourceType[] {
  const scopes = parseScopes(session.scope ?? undefined);
  const ownPatientId = patientOfScopes(
    { role: user.role, patientId: user.patientId ?? undefined },
    { patientId: session.patientId ?? undefined },
  );
  const left = types.filter((type) => scopeGives(scopes, { type, right, patientId, ownPatientId }));
  if (left.length > 0) return left;
  throw new Refusal('INSUFFICIENT_SCOPE', "the session's scopes give none of it");
}

function withinRole(
  types: readonly ResourceType[],
  categories: readonly Category[],
): ResourceType[] {
  const left = types.filter((type) => categories.includes(categoryOf(type)));
  if (left.length > 0) return left;
  throw insufficientPrivileges();
}

function insufficientPrivileges(): Refusal {
  return new Refusal('INSUFFICIENT_PRIVILEGES', 'the role may not do this for this purpose');
}

function allowedParts(
  request: SessionRequest,
  rule: Rule,
  patient: PatientRow,
  types: readonly ResourceType[],
): ReadonlyMap<ResourceType, ReadonlySet<Part>> {
  const isAllowed = consentOf(request, rule, patient);
  const sensitive = policy.sensitiveCategories
    .map(({ id }) => id)
    .filter((id) => rule.read.includes(id));
  return new Map(
    types.map((type) => {
      const parts: Part[] = type === 'Patient' ? [undefined] : [undefined, ...sensitive];
      return [type, new Set(parts.filter((part) => isAllowed(type, part)))];
    }),
  );
}

function consentOf(
  { records, user, nowMs }: SessionRequest,
  { consent, purpose }: Rule,
  { patientId }: PatientRow,
): (type: ResourceType, label: Part) => boolean {
  if (consent !== 'evaluated') return () => true;
  const { store } = records;
  const consents = store.consentsOf(patientId).map(({ resource }) => resource);
  const actors = [
    `Practitioner/${user.userId}`,
    `Organization/${user.organizationId}`,
    ...store.careTeamsWith(patientId, user.userId).map((id) => `CareTeam/${id}`),
  ];
  return (type, label) => consentAllows(consents, { purpose, type, label, actors, nowMs });
}
