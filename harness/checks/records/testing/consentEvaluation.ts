/** Whether the consents of a patient, or what holds without one, allow a type of resource, ordinary or with one sensitive label. */
import type {
  Category,
  Consent,
  Provision,
  ResourceType,
} from '../../../../spec/records/messages.d.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { isSame, policy } from './policy.ts';
import type { Code } from './policy.ts';
import type { PatientState, User } from './state.ts';

export interface Asked {
  readonly patientId: string;
  readonly user: User;
  readonly purpose: string;
  readonly type: ResourceType;
  /** Undefined: what has no sensitive label. */
  readonly sensitive: Category | undefined;
}

interface Criteria {
  readonly actors: readonly string[];
  readonly purpose: Code;
  readonly type: Code;
  readonly label: Code | undefined;
}

type Says = 'permit' | 'deny' | undefined;

const TYPES = 'http://hl7.org/fhir/resource-types';

export function consentAllows(life: Life, asked: Asked): boolean {
  const { patientId, purpose, sensitive } = asked;
  const said = currentConsents(life, life.state.patients.get(patientId)!).map((consent) =>
    provisionSays(life, consent.provision, criteriaOf(life, asked), false),
  );
  const decided = together(life, said, 'consents');
  if (decided) return decided === 'permit';
  const row = policy.consentDefaults.find((each) => each.purpose === purpose)!;
  if (has(life, 'demands a consent for everything')) return false;
  if (purpose === 'HRESCH' && has(life, 'opens research without a consent')) return !sensitive;
  if (sensitive && has(life, 'opens what is sensitive without a consent')) return true;
  return row[sensitive ? 'sensitive' : 'ordinary'] === 'permit';
}

const A_MOMENT_MS = 300;

/** A defect remembers them for a moment. */
function currentConsents(life: Life, patient: PatientState): Consent[] {
  if (!has(life, 'decides by the consents of a moment ago')) return countedConsents(life, patient);
  const name = `consents of ${patient.keys.patientId}`;
  const known = life.remembered.get(name) as { sinceMs: number; counted: Consent[] } | undefined;
  if (known && performance.now() - known.sinceMs < A_MOMENT_MS) return known.counted;
  const counted = countedConsents(life, patient);
  life.remembered.set(name, { sinceMs: performance.now(), counted });
  return counted;
}

/** As evaluation takes them; defects take others. */
function countedConsents(life: Life, { consents }: PatientState): Consent[] {
  const newest = [...consents.values()].map((versions) => versions.at(-1)!);
  const counted = newest.filter(({ resource }) => {
    if (resource.status === 'draft') return has(life, 'counts drafts');
    return resource.status === 'active' || has(life, 'counts what is inactive');
  });
  if (has(life, 'lets the newest consent win')) {
    counted.sort((one, other) => one.writtenMs - other.writtenMs);
    return counted.slice(-1).map(({ resource }) => resource);
  }
  return counted.map(({ resource }) => resource);
}

function criteriaOf(life: Life, { patientId, user, purpose, type, sensitive }: Asked): Criteria {
  const teams = [...life.state.teams.values()].filter(
    (team) => team.patientId === patientId && team.members.includes(user.userId),
  );
  const label = policy.sensitiveCategories.find(({ id }) => id === sensitive)?.label;
  return {
    actors: [
      `Practitioner/${user.userId}`,
      `Organization/${user.organizationId}`,
      ...(has(life, 'knows no care teams in consents')
        ? []
        : teams.map(({ careTeamId }) => `CareTeam/${careTeamId}`)),
    ],
    purpose: { system: policy.purposes.system, code: purpose },
    type: { system: TYPES, code: type },
    label,
  };
}

function provisionSays(
  life: Life,
  provision: Provision,
  criteria: Criteria,
  isNamedAround: boolean,
): Says {
  const inner = (provision.provision ?? []).map((each) =>
    provisionSays(life, each, criteria, isNamedAround || provision.securityLabel !== undefined),
  );
  const nested = has(life, 'ignores nested provisions')
    ? undefined
    : together(life, inner, 'provisions');
  if (!applies(life, provision, criteria)) {
    return has(life, 'lets inner provisions apply by themselves') ? nested : undefined;
  }
  if (nested && !has(life, 'lets the outer provision win')) return nested;
  const isNamed = isNamedAround || provision.securityLabel !== undefined;
  const isTooGeneral = criteria.label !== undefined && !isNamed && provision.type === 'permit';
  if (isTooGeneral && !has(life, 'opens what is sensitive by a general permit')) return undefined;
  return provision.type;
}

/** Deny wins, between neighbours and between consents. */
function together(life: Life, said: readonly Says[], between: 'provisions' | 'consents'): Says {
  const isReversed =
    between === 'consents'
      ? has(life, 'lets a permit win between consents')
      : has(life, 'lets a permit win between provisions');
  const first = isReversed ? 'permit' : 'deny';
  const second = first === 'deny' ? 'permit' : 'deny';
  if (said.includes(first)) return first;
  return said.includes(second) ? second : undefined;
}

function applies(life: Life, provision: Provision, criteria: Criteria): boolean {
  const { actor, purpose, securityLabel, period } = provision;
  const { label } = criteria;
  const codes = (given: readonly Code[] | undefined, code: Code): boolean =>
    given?.some((each) =>
      has(life, 'compares codes without their system')
        ? each.code === code.code
        : isSame(each, code),
    ) ?? true;
  const met = [
    has(life, 'ignores periods') || isWithin(life, period),
    has(life, 'ignores the actors of a provision') ||
      (actor?.some(({ reference }) => criteria.actors.includes(reference.reference)) ?? true),
    has(life, 'ignores the purposes of a provision') || codes(purpose, criteria.purpose),
    has(life, 'ignores the classes of a provision') || codes(provision.class, criteria.type),
    has(life, 'ignores the labels of a provision') ||
      securityLabel === undefined ||
      (label !== undefined && codes(securityLabel, label)),
  ];
  return met.every(Boolean);
}

function isWithin(life: Life, period: Provision['period']): boolean {
  const nowMs = has(life, 'reads periods by the time of day') ? Date.now() : life.nowMs;
  const startMs = period?.start === undefined ? -Infinity : Date.parse(period.start);
  const endMs = period?.end === undefined ? Infinity : Date.parse(period.end);
  if (nowMs === startMs && has(life, 'leaves the start of a period out')) return false;
  if (nowMs === endMs && has(life, 'leaves the end of a period out')) return false;
  return nowMs >= startMs && nowMs <= endMs;
}
