/** Who may what, in the steps of the brief; the first that fails is the refusal. */
import type { Category, ResourceType } from '../../../../spec/records/messages.d.ts';
import { holdNotErased, Refusal } from './call.ts';
import type { Call } from './call.ts';
import { consentAllows } from './consentEvaluation.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { categoryOf, policy } from './policy.ts';
import type { Relationship, Rule } from './policy.ts';
import { isInScope } from './scopes.ts';
import type { Right } from './scopes.ts';
import type { PatientState, User } from './state.ts';

export interface Wish {
  readonly patientId: string;
  readonly types: readonly ResourceType[];
  readonly right: Right;
  /** Of what is written. */
  readonly labels?: readonly Category[];
}

export interface Decision {
  readonly rule: Rule;
  /** What is left of the types. */
  readonly types: readonly ResourceType[];
  readonly patient: PatientState;
  /** Types of which consent withholds the ordinary part. */
  readonly withheld: readonly ResourceType[];
  sees(type: ResourceType, labels: readonly Category[]): boolean;
}

/** Steps 1 to 3, which know nothing of the patient. @throws Refusal */
export function holdRule(call: Call, wish: Wish): { rule: Rule; types: readonly ResourceType[] } {
  const { life, trail, session } = call;
  const user = trail.user!;
  const purpose =
    call.input.purpose ?? (has(life, 'takes no purpose for treatment') ? 'TREAT' : '');
  const rule = ruleOf(life, user, purpose);
  if (!rule) throw new Refusal('INVALID_PURPOSE');
  trail.isStranger = rule.relationship === 'none';
  const allowed = wish.right === 'c' || wish.right === 'u' ? rule.write : rule.read;
  const isEverything = has(life, 'gives every role all categories');
  const ofRole = (type: ResourceType): boolean => {
    if (isEverything) return true;
    if (wish.labels && has(life, 'lets whoever reads write'))
      return rule.read.includes(categoryOf(type));
    return allowed.includes(categoryOf(type));
  };
  const ofScope = (type: ResourceType): boolean =>
    isInScope(call, session!, user, wish.patientId, type, wish.right);
  const steps = [
    { holds: ofScope, code: 'INSUFFICIENT_SCOPE' },
    { holds: ofRole, code: 'INSUFFICIENT_PRIVILEGES' },
  ];
  if (life.freedoms.scopeAndRole === 'role first') steps.reverse();
  let types = wish.types;
  for (const { holds, code } of steps) {
    const left = types.filter(holds);
    if (left.length === 0) throw new Refusal(code);
    if (left.length < types.length && has(life, 'refuses all for one type'))
      throw new Refusal(code);
    types = left;
  }
  const isLabelled = wish.labels?.some((label) => !rule.write.includes(label));
  if (isLabelled && !has(life, 'looks at no label of a write')) {
    throw new Refusal('INSUFFICIENT_PRIVILEGES');
  }
  return { rule, types };
}

function ruleOf(life: Life, user: User, purpose: string): Rule | undefined {
  const ofRole = policy.rules.filter(({ role }) => role === user.role);
  const rule = ofRole.find((each) => each.purpose === purpose);
  if (rule) {
    const isFirst = rule === ofRole[0] || rule.relationship === 'break-glass';
    return isFirst || !has(life, 'knows one purpose of each role') ? rule : undefined;
  }
  const isKnown = policy.purposes.codes.includes(purpose);
  if (isKnown && has(life, 'takes each purpose from every role')) {
    return policy.rules.find((each) => each.purpose === purpose);
  }
  if (!isKnown && has(life, 'takes purposes that it does not know')) return ofRole[0];
  return undefined;
}

/** All steps. @throws Refusal */
export function decide(call: Call, wish: Wish): Decision {
  const { life } = call;
  if (has(life, 'decides often asked questions once')) return decideOnce(call, wish);
  if (!has(life, 'decides before it has the key')) return decideNow(call, wish);
  const known = call.heard.get('decision') as Decision | undefined;
  const decision = known ?? decideNow(call, wish);
  call.heard.set('decision', decision);
  return decision;
}

const OFTEN = 50;

function decideOnce(call: Call, wish: Wish): Decision {
  const { life, operation, input, session } = call;
  const name = JSON.stringify([operation, session!.digest, input.purpose, wish]);
  const known = life.remembered.get(name) as { times: number; decision: Decision } | undefined;
  if (known && known.times >= OFTEN) return known.decision;
  const decision = decideNow(call, wish);
  life.remembered.set(name, { times: (known?.times ?? 0) + 1, decision });
  return decision;
}

function decideNow(call: Call, wish: Wish): Decision {
  const { life, trail } = call;
  const { rule, types } = holdRule(call, wish);
  const user = trail.user!;
  const patient = holdRelationship(call, rule, wish.patientId);
  holdNotErased(patient);
  const isRead = wish.labels === undefined;
  const isOverridden =
    rule.consent === 'overridden' && !has(life, 'lets consent close emergencies');
  const isFree = rule.consent === 'not-evaluated' || isOverridden;
  const isTreated = rule.purpose === 'TREAT' && has(life, 'treats whatever consent says');
  const purpose = rule.consent === 'overridden' ? 'TREAT' : rule.purpose;
  const allowed = (type: ResourceType, sensitive: Category | undefined): boolean =>
    isFree ||
    (isTreated && !sensitive) ||
    consentAllows(life, { patientId: wish.patientId, user, purpose, type, sensitive });
  const parts = new Map(
    types.map((type) => [type, partsOf(life, rule, type).filter((part) => allowed(type, part))]),
  );
  const isNothing = [...parts.values()].every((left) => left.length === 0);
  if (isRead && isNothing && !has(life, 'answers with nothing where consent withholds all')) {
    throw rule.relationship === 'none'
      ? new Refusal('ACCESS_DENIED', 'NO_CONSENT')
      : new Refusal('NO_CONSENT');
  }
  return {
    ...{ rule, types, patient },
    withheld: types.filter((type) => !parts.get(type)!.includes(undefined)),
    sees: (type, labels) => isSeen(life, parts.get(type) ?? [], labels),
  };
}

/** What of a type the role may see: the ordinary part, and each sensitive label. */
function partsOf(life: Life, rule: Rule, type: ResourceType): (Category | undefined)[] {
  const sensitive = policy.sensitiveCategories.map(({ id }) => id);
  if (type === 'Patient') return [undefined];
  const isEverything = has(life, 'gives every role all categories');
  return [undefined, ...sensitive.filter((id) => isEverything || rule.read.includes(id))];
}

function isSeen(
  life: Life,
  parts: readonly (Category | undefined)[],
  labels: readonly Category[],
): boolean {
  if (labels.length === 0) return parts.includes(undefined);
  if (has(life, 'opens by one label of several'))
    return labels.some((label) => parts.includes(label));
  if (has(life, 'knows no sensitive labels')) return parts.includes(undefined);
  return labels.every((label) => parts.includes(label));
}

/** Step 4. @throws Refusal ACCESS_DENIED or BREAK_GLASS_REQUIRED */
function holdRelationship(call: Call, rule: Rule, patientId: string): PatientState {
  const { life } = call;
  const patient = life.state.patients.get(patientId);
  if (patient && hasRelationship(call, rule.relationship, patient)) {
    const isStrangers = has(life, 'asks for a care team in emergencies');
    const isTreating = hasRelationship(call, 'care-team', patient);
    if (rule.relationship !== 'break-glass' || !isStrangers || isTreating) return patient;
  }
  if (!patient && has(life, 'tells patients that are unknown'))
    throw new Refusal('UNKNOWN_PATIENT');
  const isErased = patient && patient.keys.state !== 'active';
  if (isErased && has(life, 'tells strangers that a patient is erased'))
    throw new Refusal('ERASED');
  if (rule.relationship === 'break-glass') throw new Refusal('BREAK_GLASS_REQUIRED');
  throw new Refusal('ACCESS_DENIED', patient ? 'NO_RELATIONSHIP' : 'UNKNOWN_PATIENT');
}

export function hasRelationship(
  { life, trail }: Call,
  relationship: Relationship,
  patient: PatientState,
): boolean {
  const { patientId, organizationId } = patient.keys;
  const user = trail.user!;
  const teams = [...life.state.teams.values()].filter((team) => team.patientId === patientId);
  const isOwn = user.organizationId === organizationId;
  switch (relationship) {
    case 'care-team': {
      if (has(life, 'asks for no care team')) return true;
      if (isOwn && has(life, 'takes the organisation for the care team')) return true;
      if (
        openGrants(life, user, patientId).length > 0 &&
        has(life, 'opens treatment in an emergency')
      )
        return true;
      const known = has(life, 'knows one care team of each patient') ? teams.slice(0, 1) : teams;
      return known.some(({ members }) => members.includes(user.userId));
    }
    case 'organization':
      return isOwn || has(life, 'asks for no organisation');
    case 'self':
      return user.patientId === patientId || has(life, 'takes every patient for oneself');
    case 'break-glass': {
      const grants = openGrants(life, user, patientId);
      const named = life.freedoms.openGrants === 'all named' ? grants : grants.slice(0, 1);
      trail.grantIds = named.map(({ grantId }) => grantId);
      return grants.length > 0 || has(life, 'asks for no emergency');
    }
    case 'none':
      return true;
  }
}

function openGrants(life: Life, { userId }: User, patientId: string) {
  return [...life.state.grants.values()].filter(
    (grant) =>
      (grant.patientId === patientId || has(life, 'opens every patient in an emergency')) &&
      (grant.userId === userId || has(life, 'opens an emergency to every user')) &&
      life.nowMs < grantEndMs(life, grant.expiresAtMs),
  );
}

function grantEndMs(life: Life, expiresAtMs: number): number {
  if (has(life, 'never ends an emergency')) return Infinity;
  if (has(life, 'ends emergencies a millisecond late')) return expiresAtMs + 1;
  if (has(life, 'ends emergencies a millisecond early')) return expiresAtMs - 1;
  return expiresAtMs;
}

/** A duty needs a role and its relationship, and no purpose. @throws Refusal */
export function holdDuty(call: Call, patientId?: string): PatientState | undefined {
  const { life, operation, trail } = call;
  const user = trail.user!;
  const duty = policy.duties.find(({ operations }) => operations.includes(operation))!;
  const isAnyRole =
    (operation === 'listAudit' && has(life, 'shows the log to every role')) ||
    (operation === 'putConsent' && has(life, 'takes consents from every role')) ||
    (operation === 'declareBreakGlass' && has(life, 'lets every role declare emergencies'));
  const allowed = duty.allowed.filter(({ role }) => isAnyRole || role === user.role);
  if (allowed.length === 0) throw new Refusal('INSUFFICIENT_PRIVILEGES');
  if (patientId === undefined) return undefined;
  const patient = life.state.patients.get(patientId);
  const isFree = has(life, 'asks for no relationship in duties');
  const isHis = allowed.some(
    ({ relationship }) => patient && (isFree || hasRelationship(call, relationship, patient)),
  );
  if (patient && isHis) return patient;
  throw new Refusal('ACCESS_DENIED', patient ? 'NO_RELATIONSHIP' : 'UNKNOWN_PATIENT');
}
