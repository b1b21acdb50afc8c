/** Two clinics with their staff and patients, in memory, and who may see what there by reasoning of its own. */
import type { Consent, Provision, ResourceType } from '../../../spec/records/messages.d.ts';
import { policy } from '../../../reference/records/accessController/policy.ts';
import type {
  Rule,
  SensitiveCategory,
} from '../../../reference/records/accessController/policy.ts';
import type { UserRow } from '../../../reference/records/store/people.ts';
import { seededRandom } from '../../marketplace/micro/seededRandom.ts';

export const NOW_MS = Date.parse('2026-01-05T09:30:00Z');

/** The ordinary part of a type ('') or the part with a label. */
export interface Part {
  readonly type: ResourceType;
  readonly category: string;
  readonly label: SensitiveCategory | '';
}

/** All that a record can have: 21, of which a decision is a bit each. Labels of a Patient mean nothing. */
export const PARTS: readonly Part[] = policy.categories.flatMap(({ id, resourceType: type }) =>
  (type === 'Patient' ? [''] : ['', ...policy.sensitiveCategories.map((one) => one.id)]).map(
    (label) => ({ type, category: id, label: label as Part['label'] }),
  ),
);

export interface WardPatient {
  readonly patientId: string;
  readonly organizationId: string;
  readonly consents: readonly Consent[];
  /** Ids of users; their team has the id `team-<patientId>`. */
  readonly careTeam: readonly string[];
  /** Of users, until when. */
  readonly emergencies: ReadonlyMap<string, number>;
  readonly kind: Kind;
}

export interface Question {
  readonly user: UserRow;
  readonly patient: WardPatient;
  readonly purpose: string;
}

const ORGANISATIONS = ['clinic-a', 'clinic-b'];
const PATIENTS = 60;

const coded = (system: string, code: string) => [{ system, code }];
const purposes = (...codes: string[]) =>
  codes.map((code) => ({ system: policy.purposes.system, code }));
const substanceUse = policy.sensitiveCategories.filter(({ id }) => id === 'substance-use');

/** What a patient has agreed to, or not. */
const PROVISIONS = {
  nothing: () => [],
  'opted-out': () => [{ type: 'deny' }],
  research: () => [{ type: 'permit', purpose: purposes('HRESCH') }],
  'substance-use': () => [
    {
      type: 'permit',
      purpose: purposes('TREAT'),
      securityLabel: substanceUse.map(({ label }) => label),
    },
  ],
  'no-observations': () => [
    {
      type: 'permit',
      purpose: purposes('HRESCH', 'HMARKT'),
      provision: [
        { type: 'deny', class: coded('http://hl7.org/fhir/resource-types', 'Observation') },
      ],
    },
  ],
  'team-only': (patientId) => [
    {
      type: 'deny',
      provision: [
        {
          type: 'permit',
          actor: [{ role: { text: 'team' }, reference: { reference: `CareTeam/team-${patientId}` } }], // prettier-ignore
        },
      ],
    },
  ],
} satisfies Record<string, (patientId: string) => Provision[]>;

type Kind = keyof typeof PROVISIONS;
const KINDS = Object.keys(PROVISIONS) as Kind[];

function consentOf(patientId: string, provision: Provision, status: Consent['status']): Consent {
  const any = { text: 'any' };
  return {
    resourceType: 'Consent',
    status,
    scope: any,
    category: [any],
    patient: { reference: `Patient/${patientId}` },
    policyRule: any,
    provision,
  };
}

export const users: readonly UserRow[] = ORGANISATIONS.flatMap((organizationId, at) =>
  policy.roles.map((role) => ({
    userId: `${role}-of-${organizationId}`,
    role,
    organizationId,
    patientId: role === 'patient' ? patientIdOf(at) : null,
    active: 1 as const,
    credential: Buffer.alloc(32),
  })),
);

export const patients: readonly WardPatient[] = Array.from({ length: PATIENTS }, (_, at) => {
  const patientId = patientIdOf(at);
  const organizationId = ORGANISATIONS[at % ORGANISATIONS.length]!;
  const kind = KINDS[at % KINDS.length]!;
  const provisions: readonly Provision[] = PROVISIONS[kind](patientId);
  return {
    patientId,
    organizationId,
    kind,
    consents: [
      ...provisions.map((provision) => consentOf(patientId, provision, 'active')),
      consentOf(patientId, { type: 'deny' }, 'inactive'),
    ],
    careTeam: at % 4 < 3 ? [`physician-of-${organizationId}`, `nurse-of-${organizationId}`] : [],
    // Every other one is over.
    emergencies: new Map([['physician-of-clinic-a', NOW_MS + (at % 2)]]),
  };
});

function patientIdOf(at: number): string {
  return `patient-${at}`;
}

/** As many that show something as others, in a mixed order. */
export function questions(count: number): Question[] {
  const random = seededRandom(9);
  const all = users.flatMap((user) =>
    patients.flatMap((patient) =>
      policy.purposes.codes.map((purpose) => ({ user, patient, purpose })),
    ),
  );
  const shown = all.filter((question) => partsByHand(question) > 0);
  const hidden = all.filter((question) => partsByHand(question) === 0);
  return Array.from({ length: count }, (_, at) => {
    const some = at % 2 === 0 ? shown : hidden;
    return some[Math.floor(random() * some.length)]!;
  });
}

/** A bit for each of PARTS that is to be seen. */
export function partsByHand({ user, patient, purpose }: Question): number {
  const rule = policy.rules.find((one) => one.role === user.role && one.purpose === purpose);
  if (!rule || !isRelatedByHand(rule, user, patient)) return 0;
  return PARTS.reduce((mask, part, at) => {
    const wanted: string[] = part.label === '' ? [part.category] : [part.category, part.label];
    const mayRead = wanted.every((one) => (rule.read as readonly string[]).includes(one));
    const isOpen =
      rule.consent !== 'evaluated' ||
      isConsented(patient.kind, purpose, part, patient.careTeam.includes(user.userId));
    return mayRead && isOpen ? mask | (1 << at) : mask;
  }, 0);
}

function isRelatedByHand({ relationship }: Rule, user: UserRow, patient: WardPatient): boolean {
  if (relationship === 'care-team') return patient.careTeam.includes(user.userId);
  if (relationship === 'organization') return patient.organizationId === user.organizationId;
  if (relationship === 'self') return patient.patientId === user.patientId;
  if (relationship === 'none') return true;
  return (patient.emergencies.get(user.userId) ?? 0) > NOW_MS;
}

/** The consents of PROVISIONS in words. */
function isConsented(kind: Kind, purpose: string, { type, label }: Part, isInTeam: boolean) {
  if (kind === 'substance-use' && label === 'substance-use') return purpose === 'TREAT';
  if (label !== '' || kind === 'opted-out') return false;
  if (kind === 'team-only') return isInTeam;
  if (['TREAT', 'HPAYMT', 'HOPERAT', 'PUBHLTH'].includes(purpose)) return true;
  if (kind === 'research') return purpose === 'HRESCH';
  if (kind !== 'no-observations') return false;
  return purpose === 'HMARKT' || type !== 'Observation';
}
