/** EHR-RBAC-01: what a role may read, of whom, of what is asked. */
import fc from 'fast-check';
import type { ClinicalResource, ResourceType } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { permit, withLabels } from './consents.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { generateResource } from './patients.ts';
import {
  categoryOf,
  CLINICAL_TYPES,
  labelsOf,
  policy,
  PURPOSES,
  ruleFor,
  SENSITIVE,
  TYPES,
} from './policy.ts';
import type { SensitiveCategory } from './policy.ts';
import { withEverybody } from './purpose.ts';
import { relationshipIsNeeded } from './relationships.ts';
import type { Admitted, Person } from './wardTypes.ts';

/** Without a label, with each, and with two or three. */
const LABELLINGS: readonly (readonly SensitiveCategory[])[] = [
  [],
  ...SENSITIVE.map((label) => [label]),
];
const SEVERAL: readonly (readonly SensitiveCategory[])[] = [
  ['hiv', 'substance-use'],
  ['hiv', 'psychotherapy'],
  [...SENSITIVE],
];

const rolePurposeCategory: Check = {
  id: 'role-purpose-category',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const { patient, people } = await withEverybody(judged);
    await judged.consent(patient, permit(withLabels(...SENSITIVE)));
    const kept = await keepEveryCategory(judged, patient, context.seed);
    await Promise.all(
      people.flatMap((person) =>
        PURPOSES.map(async (purpose) => {
          await judgeEveryCategory(judged, patient, person, purpose, kept);
          // What the record shows, or does not, decides about each category.
          context.hit('decisions', TYPES.length + SENSITIVE.length);
        }),
      ),
    );
  },
};

interface Kept {
  readonly id: string;
  readonly resource: ClinicalResource;
}

async function keepEveryCategory(
  { write }: JudgedWard,
  patient: Admitted,
  seed: number,
): Promise<Kept[]> {
  const resources = CLINICAL_TYPES.flatMap((type, index) => [
    ...LABELLINGS.map((labels) => generateResource(type, patient, seed + index, { labels })),
    ...(type === 'Observation'
      ? SEVERAL.map((labels) => generateResource(type, patient, seed, { labels }))
      : []),
  ]);
  // A label that policy.json does not know means nothing.
  const unknown = generateResource('Condition', patient, seed);
  const security = [{ system: 'http://terminology.hl7.org/CodeSystem/v3-ActCode', code: 'TABOO' }];
  return Promise.all(
    [...resources, { ...unknown, meta: { security } }].map(async (resource) => ({
      id: await write(patient, resource),
      resource,
    })),
  );
}

/** By accessRecord, by search, and of observations and one of each type one by one. */
async function judgeEveryCategory(
  { judge }: JudgedWard,
  { patientId }: Admitted,
  person: Person,
  purpose: string,
  kept: readonly Kept[],
): Promise<void> {
  const of = { patientId, purpose };
  await judge(person, { operation: 'accessRecord', ...of });
  if (!ruleFor(person.role, purpose)) return;
  await judge(person, { operation: 'readPatient', ...of });
  for (const resourceType of CLINICAL_TYPES) {
    await judge(person, { operation: 'searchResources', ...of, resourceType });
  }
  for (const { id, resource } of kept) {
    const { resourceType } = resource;
    if (resourceType !== 'Observation' && labelsOf(resource).length > 0) continue;
    const one = { ...of, resourceType, resourceId: id };
    await judge(person, { operation: 'readResource', ...one });
  }
}

const MIXTURES = 3;

const onlyWhatIsAsked: Check = {
  id: 'only-what-is-asked',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const { patient, people } = await withEverybody(judged);
    await Promise.all(
      CLINICAL_TYPES.map((type, index) =>
        judged.write(patient, generateResource(type, patient, context.seed + index)),
      ),
    );
    await Promise.all(
      policy.rules.map(async (rule, index) => {
        const person = people.find(({ role }) => role === rule.role)!;
        const [has, lacks] = [typesOf(rule.read, true), typesOf(rule.read, false)];
        const drawn = fc.sample(fc.subarray([...TYPES], { minLength: 1, maxLength: 5 }), {
          ...{ seed: context.seed + index, numRuns: MIXTURES },
        });
        const mixed = lacks.length > 0 ? [[has[0]!, ...lacks]] : [];
        for (const types of [[has[0]!], [has.at(-1)!], ...mixed, ...drawn, lacks]) {
          if (types.length === 0) continue;
          const asked = { patientId: patient.patientId, purpose: rule.purpose, types };
          const { shown, allowed } = await judged.judge(person, {
            operation: 'accessRecord',
            ...asked,
          });
          if (!allowed) continue;
          hold(shown.length > 0, `A ${rule.role} should see some of ${types.join(', ')}.`);
          context.hit('partial');
        }
      }),
    );
  },
};

function typesOf(read: readonly string[], has: boolean): ResourceType[] {
  return TYPES.filter((type) => read.includes(categoryOf(type)) === has);
}

export const rolePurposeCategories: readonly Check[] = [
  rolePurposeCategory,
  relationshipIsNeeded,
  onlyWhatIsAsked,
];
