/** One reader for each rule of the policy, and everything that a reader can ask about a patient. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type {
  ClinicalResource,
  Patient,
  RecordView,
  Resource,
  ResourceType,
  Written,
} from '../../../spec/records/messages.d.ts';
import { categoryOf, labelOf, policy, SENSITIVE } from './policy.ts';
import type { Rule, WrittenResource } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

export interface Reader {
  readonly rule: Rule;
  readonly person: Person;
}

/** What is kept of a patient, as it was written. */
export interface Kept {
  readonly id: string;
  readonly written: WrittenResource;
  /** Of the write. */
  readonly lastUpdated: string;
}

export interface Reading {
  readonly operation: string;
  readonly requestId: string;
  readonly reply: Reply<object>;
  /** What the reply shows. */
  readonly resources: readonly Resource[];
  /** Of which types it is asked. */
  readonly types: readonly ResourceType[];
}

/** With the relationship that each rule needs, emergencies declared. */
export async function readersOf(
  ward: Ward,
  patient: Admitted,
  rules: readonly Rule[] = policy.rules,
): Promise<Reader[]> {
  const readers = await Promise.all(
    rules.map(async (rule): Promise<Reader> => {
      const { patientId, organizationId } = patient;
      const person = await ward.person(rule.role, {
        organizationId,
        ...(rule.relationship === 'self' && { patientId }),
      });
      if (rule.relationship === 'break-glass') {
        okOutput('declareBreakGlass', await ward.declare(person, patientId));
      }
      return { rule, person };
    }),
  );
  const treating = readers.filter(({ rule }) => rule.relationship === 'care-team');
  await ward.setCareTeam(patient, [patient.physician, ...treating.map(({ person }) => person)]);
  return readers;
}

/** Consents to everything, each sensitive label named. */
export async function consentToAll(ward: Ward, patient: Admitted): Promise<void> {
  await ward.consent(patient, { type: 'permit' });
  await ward.consent(patient, { type: 'permit', securityLabel: SENSITIVE.map(labelOf) });
}

/** Writes the resources of a patient who is admitted, by the physician who admitted them. */
export async function keepAll(
  ward: Ward,
  { patientId, physician }: Admitted,
  resources: readonly ClinicalResource[],
): Promise<Kept[]> {
  return Promise.all(
    resources.map(async (written) => {
      const reply = okOutput('putResource', await ward.put(physician, patientId, written));
      return { id: reply.id, written, lastUpdated: reply.lastUpdated };
    }),
  );
}

/** Replaces what the patient was admitted with. */
export async function keepPatient(
  ward: Ward,
  { patientId, physician }: Admitted,
  written: Patient,
): Promise<Kept> {
  const reply = await ward.must<Written>(physician, 'putPatient', {
    patientId,
    purpose: 'TREAT',
    ifMatch: 'W/"1"',
    resource: written,
  });
  return { id: patientId, written, lastUpdated: reply.lastUpdated };
}

/** By every operation that reads: of each type that the rule may read the whole record, the type, and each resource in its version `versionOf`. */
export async function readEverything(
  ward: Ward,
  { rule, person }: Reader,
  patientId: string,
  kept: readonly Kept[],
): Promise<Reading[]> {
  const { purpose } = rule;
  const mayRead = (type: ResourceType): boolean => rule.read.includes(categoryOf(type));
  const ask = async (
    operation: string,
    input: object,
    types: readonly ResourceType[],
    shown: (output: never) => readonly Resource[],
  ): Promise<Reading> => {
    const requestId = ward.requestId();
    const reply = await ward.ask<object>(person, operation, {
      requestId,
      patientId,
      purpose,
      ...input,
    });
    const resources = reply.kind === 'ok' ? shown(reply.output as never) : [];
    return { operation, requestId, reply, resources, types };
  };
  const one = (resource: Resource): Resource[] => [resource];
  const types = [...new Set(kept.map(({ written }) => written.resourceType))].filter(mayRead);
  const clinical = types.filter((type) => type !== 'Patient');
  const hasVersions = await readsVersions(ward);
  return Promise.all([
    ask('accessRecord', {}, policyTypes(rule), ({ resources }: RecordView) => resources),
    ...(mayRead('Patient') ? [ask('readPatient', {}, ['Patient'], one)] : []),
    ...clinical.map((resourceType) =>
      ask(
        'searchResources',
        { resourceType },
        [resourceType],
        ({ entry }: { entry: { resource: Resource }[] }) => entry.map(({ resource }) => resource),
      ),
    ),
    ...kept
      .filter(({ written }) => written.resourceType !== 'Patient')
      .filter(({ written }) => mayRead(written.resourceType))
      .flatMap(({ id, written: { resourceType } }) => [
        ask('readResource', { resourceType, resourceId: id }, [resourceType], one),
        ...(hasVersions
          ? [
              ask(
                'readVersion',
                { resourceType, resourceId: id, versionId: '1' },
                [resourceType],
                one,
              ),
            ]
          : []),
      ]),
  ]);
}

/** The types that the rule may read. */
function policyTypes(rule: Rule): ResourceType[] {
  return policy.categories
    .filter(({ id }) => rule.read.includes(id))
    .map(({ resourceType }) => resourceType);
}
