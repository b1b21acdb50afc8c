/** EHR-CONS-02: what holds without a consent, by purpose and sensitivity, and what opens or closes it. */
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { deny, forPurposes, permit, withLabels } from './consents.ts';
import { openConsentScene, purposeOf } from './consentScene.ts';
import type { ConsentScene, ReadingRole } from './consentScene.ts';
import { generateResource } from './patients.ts';
import { CLINICAL_TYPES, labelsOf, ruleFor, SENSITIVE } from './policy.ts';
import type { Admitted } from './wardTypes.ts';
import { findVersion } from './wardModel.ts';

/** One or more for each purpose that has a default. */
const READING: readonly ReadingRole[] = [
  'physician',
  'nurse',
  'billing',
  'privacy-officer',
  'registry',
  'researcher',
  'outreach',
];

const defaultsByPurpose: Check = {
  id: 'defaults-by-purpose',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, READING);
    const patient = await scene.admit();
    const decided = async (): Promise<void> =>
      context.hit('decisions', (await scene.judgeAll(patient)).length);
    await decided();
    for (const purpose of ['HRESCH', 'HMARKT']) {
      await scene.judged.consent(patient, permit(forPurposes(purpose)));
      await decided();
    }
    const permitted = await scene.admit();
    await scene.judged.consent(permitted, permit());
    context.hit('decisions', (await scene.judgeAll(permitted)).length);
  },
};

const optingOut: Check = {
  id: 'opting-out',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, READING);
    const { judged, readers } = scene;
    for (const purposes of [[], ['TREAT', 'HPAYMT'], ['HOPERAT', 'PUBHLTH']]) {
      const patient = await scene.admit(['hiv']);
      const criteria = purposes.length > 0 ? forPurposes(...purposes) : {};
      await judged.consent(patient, deny(criteria));
      for (const { code } of await scene.judgeAll(patient)) {
        if (code !== undefined) context.hit('refused');
      }
      const { resources } = judged.model.patients.get(patient.patientId)!;
      const kept = resources.find(({ resourceType }) => resourceType === 'Condition')!;
      const resourceType = 'Condition';
      await Promise.all(
        readers.map(async (reader) => {
          const of = { patientId: patient.patientId, purpose: purposeOf(reader.role) };
          await judged.judge(reader, { operation: 'readPatient', ...of });
          await judged.judge(reader, { operation: 'searchResources', ...of, resourceType });
          const { resourceId } = kept;
          await judged.judge(reader, {
            operation: 'readResource',
            ...of,
            resourceType,
            resourceId,
          });
        }),
      );
    }
  },
};

const sensitiveNeedsAPermit: Check = {
  id: 'sensitive-needs-a-permit',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, ['physician', 'nurse', 'registry']);
    const { judged } = scene;
    const several = [['hiv', 'substance-use'], [...SENSITIVE]] as const;
    const giving = [
      [],
      [permit()],
      [permit(forPurposes('TREAT', 'PUBHLTH'))],
      ...SENSITIVE.map((label) => [permit(withLabels(label))]),
      [permit(withLabels('hiv', 'substance-use'))],
      [permit(), permit({}, permit(withLabels(...SENSITIVE)))],
    ];
    await Promise.all(
      giving.map(async (provisions) => {
        const patient = await scene.admit();
        const labellings = [...SENSITIVE.map((label) => [label]), ...several];
        const written = labellings.flatMap((labels, index) =>
          [CLINICAL_TYPES[index % CLINICAL_TYPES.length]!, 'Observation' as const].map((type) =>
            generateResource(type, patient, context.seed + index, { labels, elements: 'random' }),
          ),
        );
        await Promise.all(written.map((resource) => judged.write(patient, resource)));
        for (const provision of provisions) await judged.consent(patient, provision);
        await judgeSensitive(context, scene, patient);
      }),
    );
  },
};

/** Each resource with a label that the role may read is shown or withheld. */
async function judgeSensitive(
  { hit }: CheckContext,
  { judged, readers, judgeAll }: ConsentScene,
  patient: Admitted,
): Promise<void> {
  const judgements = await judgeAll(patient);
  const { resources } = judged.model.patients.get(patient.patientId)!;
  for (const [index, { shown, code }] of judgements.entries()) {
    const { role } = readers[index]!;
    hold(code === undefined, `A ${role} should be shown what has no label.`, undefined, code);
    const rule = ruleFor(role, purposeOf(role))!;
    for (const resource of resources) {
      const labels = labelsOf(findVersion(resource)!.written);
      if (labels.length === 0 || !labels.every((label) => rule.read.includes(label))) continue;
      const isShown = shown.includes(`${resource.resourceType}/${resource.resourceId}`);
      hit(isShown ? 'returned' : 'withheld');
    }
  }
}

export const consentDefaults: readonly Check[] = [
  defaultsByPurpose,
  optingOut,
  sensitiveNeedsAPermit,
];
