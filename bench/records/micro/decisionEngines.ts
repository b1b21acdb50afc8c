/**
 * Who decides: the reference's access controller, and two packages with policy.json's rules as theirs, the way their manuals have it. Neither has
 * a notion of consents, so all three ask the reference's evaluation: what is compared is roles, purposes, categories and relationships.
 */
import { createMongoAbility } from '@casl/ability';
import type { MongoAbility } from '@casl/ability';
import { newEnforcer, newModelFromString, StringAdapter } from 'casbin';
import { decideRead } from '../../../reference/records/accessController/decide.ts';
import { policy } from '../../../reference/records/accessController/policy.ts';
import type { Rule } from '../../../reference/records/accessController/policy.ts';
import type { SessionRequest } from '../../../reference/records/accessController/sessionManager.ts';
import { consentAllows } from '../../../reference/records/consentManager/evaluateConsents.ts';
import { Refusal } from '../../../reference/records/request.ts';
import type { UserRow } from '../../../reference/records/store/people.ts';
import { NOW_MS, PARTS, patients, users } from './ward.ts';
import type { Part, Question, WardPatient } from './ward.ts';

/** @returns a bit for each of PARTS that is to be seen */
export type Decide = (question: Question) => number;

const TYPES = policy.categories.map(({ resourceType }) => resourceType);

function maskOf(isSeen: (part: Part) => boolean): number {
  let mask = 0;
  for (let at = 0; at < PARTS.length; at++) if (isSeen(PARTS[at]!)) mask |= 1 << at;
  return mask;
}

const byId = new Map(patients.map((patient) => [patient.patientId, patient]));

/** What the access controller asks of the store. */
const store = {
  patient(patientId: string) {
    const patient = byId.get(patientId);
    return patient && { ...patient, state: 'active' };
  },
  careTeamsWith: (patientId: string, userId: string) =>
    byId.get(patientId)?.careTeam.includes(userId) ? [`team-${patientId}`] : [],
  consentsOf: (patientId: string) =>
    byId.get(patientId)?.consents.map((resource) => ({ resource })) ?? [],
  openGrants: (patientId: string, userId: string, nowMs: number) =>
    (byId.get(patientId)?.emergencies.get(userId) ?? 0) > nowMs ? [{ grantId: 'g' }] : [],
};

function requestOf(user: UserRow): SessionRequest {
  const session = { scope: null, patientId: null };
  const request = { records: { store }, user, session, nowMs: NOW_MS, facts: {} };
  return request as unknown as SessionRequest;
}

export const reference: Decide = ({ user, patient: { patientId }, purpose }) => {
  try {
    const granted = decideRead(requestOf(user), { patientId, purpose }, TYPES, 'r');
    return maskOf(({ type, label }) => granted.sees(type, label === '' ? [] : [label]));
  } catch (error) {
    if (error instanceof Refusal) return 0;
    throw error;
  }
};

function isConsented(
  { userId, organizationId }: UserRow,
  { patientId, careTeam, consents }: WardPatient,
  purpose: string,
  { type, label }: Part,
): boolean {
  const actors = [`Practitioner/${userId}`, `Organization/${organizationId}`];
  if (careTeam.includes(userId)) actors.push(`CareTeam/team-${patientId}`);
  const wanted = label === '' ? undefined : label;
  return consentAllows(consents, { purpose, type, label: wanted, actors, nowMs: NOW_MS });
}

const RELATED: Record<Rule['relationship'], (user: UserRow, patient: WardPatient) => boolean> = {
  'care-team': ({ userId }, { careTeam }) => careTeam.includes(userId),
  organization: (user, patient) => user.organizationId === patient.organizationId,
  self: (user, { patientId }) => user.patientId === patientId,
  'break-glass': ({ userId }, { emergencies }) => (emergencies.get(userId) ?? 0) > NOW_MS,
  none: () => true,
};

const MODEL = `
[request_definition]
r = user, patient, purpose, part
[policy_definition]
p = role, purpose, relationship, consent, categories
[policy_effect]
e = some(where (p.eft == allow))
[matchers]
m = r.user.role == p.role && r.purpose == p.purpose && reads(p.categories, r.part) && \
isRelated(p.relationship, r.user, r.patient) && \
(p.consent != 'evaluated' || isConsented(r.user, r.patient, r.purpose, r.part))
`;

const lines = policy.rules.map(({ role, purpose, relationship, consent, read }) =>
  ['p', role, purpose, relationship, consent, read.join('|')].join(', '),
);
const enforcer = await newEnforcer(newModelFromString(MODEL), new StringAdapter(lines.join('\n')));
const readable = new Map(policy.rules.map(({ read }) => [read.join('|'), new Set<string>(read)]));
await enforcer.addFunction('reads', (categories: string, { category, label }: Part) => {
  const known = readable.get(categories)!;
  return known.has(category) && (label === '' || known.has(label));
});
await enforcer.addFunction(
  'isRelated',
  (relationship: Rule['relationship'], user: UserRow, patient: WardPatient) =>
    RELATED[relationship](user, patient),
);
await enforcer.addFunction('isConsented', isConsented);

export const casbin: Decide = ({ user, patient, purpose }) =>
  maskOf((part) => enforcer.enforceSync(user, patient, purpose, part));

/** What abilities are asked about. */
interface Subject extends Part {
  readonly patientId: string;
  readonly organizationId: string;
  readonly careTeam: readonly string[];
  readonly inEmergencyOf: readonly string[];
  readonly isConsented: boolean;
}

function conditionsOf({ relationship, consent, read }: Rule, user: UserRow): object {
  const { userId, organizationId, patientId } = user;
  const related = {
    'care-team': { careTeam: userId },
    organization: { organizationId },
    self: { patientId },
    'break-glass': { inEmergencyOf: userId },
    none: {},
  }[relationship];
  const sensitive = policy.sensitiveCategories.map(({ id }) => id);
  const label = { $in: ['', ...sensitive.filter((id) => read.includes(id))] };
  return { label, ...related, ...(consent === 'evaluated' && { isConsented: true }) };
}

/** One for each user and purpose, as a log-in would make it. */
function abilitiesOf(user: UserRow): [string, MongoAbility][] {
  return policy.rules
    .filter(({ role }) => role === user.role)
    .map((rule) => {
      const conditions = conditionsOf(rule, user);
      const rules = rule.read.map((subject) => ({ action: 'read', subject, conditions }));
      const detectSubjectType = (subject: object) => (subject as Subject).category;
      const ability = createMongoAbility(rules as never, { detectSubjectType } as never);
      return [`${user.userId} ${rule.purpose}`, ability];
    });
}

const abilities = new Map(users.flatMap(abilitiesOf));

export const casl: Decide = ({ user, patient, purpose }) => {
  const ability = abilities.get(`${user.userId} ${purpose}`);
  if (!ability) return 0;
  const { patientId, organizationId, careTeam, emergencies } = patient;
  const inEmergencyOf = [...emergencies].flatMap(([id, untilMs]) => (untilMs > NOW_MS ? id : []));
  return maskOf((part) => {
    const subject: Subject = {
      ...part,
      ...{ patientId, organizationId, careTeam, inEmergencyOf },
      // Asked only when everything else is right.
      get isConsented() {
        return isConsented(user, patient, purpose, part);
      },
    };
    return ability.can('read', subject as never);
  });
};
