/** Patients for emergencies: a record of everything, consents that withhold it all, and users who are strangers to them. */
import type { ClinicalResource, Grant, Resource } from '../../../spec/records/messages.d.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { clinicalResource } from './clinical.ts';
import { deny, withLabels } from './consents.ts';
import { categoryOf, CLINICAL_TYPES, ruleFor, SENSITIVE } from './policy.ts';
import type { SensitiveCategory } from './policy.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

export const EMERGENCY_PURPOSES = ['ETREAT', 'BTG'] as const;
export type EmergencyRole = 'physician' | 'nurse';

export interface Kept {
  readonly resourceId: string;
  readonly resource: ClinicalResource;
  readonly label: SensitiveCategory | undefined;
}

export interface Casualty {
  readonly patient: Admitted;
  readonly kept: readonly Kept[];
}

/** With one resource of each type, one of each sensitive label, and a consent that denies everything. */
export async function admitCasualty(ward: Ward): Promise<Casualty> {
  const patient = await ward.admit();
  const { patientId, physician } = patient;
  const keep = async (resource: ClinicalResource, label?: SensitiveCategory): Promise<Kept> => {
    const resourceId = await ward.write(physician, patientId, resource);
    return { resourceId, resource, label };
  };
  const ordinary = CLINICAL_TYPES.map((type) => keep(clinicalResource(type, patientId)));
  const sensitive = SENSITIVE.map((label) =>
    keep(clinicalResource('Observation', patientId, `of ${label}`, label), label),
  );
  const kept = await Promise.all([...ordinary, ...sensitive]);
  await ward.consent(patient, deny({}, ...SENSITIVE.map((label) => deny(withLabels(label)))));
  return { patient, kept };
}

/** A user of another organisation, in no care team. */
export function stranger(ward: Ward, role: EmergencyRole): Promise<Person> {
  return ward.person(role, { organizationId: `${ward.organizationId}.else` });
}

/** By the rules of ETREAT and BTG, which have the same. */
export function isOpened(role: EmergencyRole, { resource, label }: Kept): boolean {
  const categories = ruleFor(role, 'ETREAT')?.read ?? [];
  return (
    categories.includes(categoryOf(resource.resourceType)) &&
    (label === undefined || categories.includes(label))
  );
}

/** A Violation unless it is granted. */
export async function declared(
  ward: Ward,
  person: Person,
  patientId: string,
  more?: Parameters<Ward['declare']>[2],
): Promise<Grant> {
  return okOutput('declareBreakGlass', await ward.declare(person, patientId, more));
}

/** For both purposes, a read, a search and a write: BREAK_GLASS_REQUIRED. @returns how many were refused */
export async function holdShut(
  ward: Ward,
  person: Person,
  patientId: string,
  what: string,
): Promise<number> {
  let refusals = 0;
  for (const purpose of EMERGENCY_PURPOSES) {
    const resource = clinicalResource('Observation', patientId, 'of an emergency');
    const replies = {
      accessRecord: await ward.access(person, patientId, { purpose }),
      readPatient: await ward.ask(person, 'readPatient', { patientId, purpose }),
      putResource: await ward.put(person, patientId, resource, { purpose }),
    };
    for (const [operation, reply] of Object.entries(replies)) {
      refusedWith(`${operation} for ${purpose} ${what}`, reply, 'BREAK_GLASS_REQUIRED');
      refusals += 1;
    }
  }
  return refusals;
}

/** The whole of what the role may see in an emergency, as it was written. */
export async function holdOpen(
  ward: Ward,
  person: Person,
  { patient, kept }: Casualty,
  purpose: string,
  what: string,
): Promise<void> {
  const role = person.role as EmergencyRole;
  const { patientId } = patient;
  const reply = await ward.access(person, patientId, { purpose });
  const { resources } = okOutput(`accessRecord for ${purpose} ${what}`, reply);
  const expected = kept.filter((each) => isOpened(role, each));
  holdSame(
    namesOf(resources),
    [`Patient/${patientId}`, ...expected.map((each) => nameOf(each))].sort(),
    `accessRecord of a ${role} for ${purpose} ${what} should give everything that the rule has.`,
  );
}

export function nameOf({ resource, resourceId }: Kept): string {
  return `${resource.resourceType}/${resourceId}`;
}

export function namesOf(resources: readonly Resource[]): string[] {
  return resources.map(({ resourceType, id }) => `${resourceType}/${id}`).sort();
}
