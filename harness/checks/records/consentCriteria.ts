/** EHR-CONS-01.a and c: each criterion of a provision decides alone; between consents a deny wins, and only active ones count. */
import { okOutput } from '../kit/replies.ts';
import type { Provision } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { deny, during, forActors, forPurposes, ofTypes, permit, withLabels } from './consents.ts';
import { judgeCases, openConsentScene } from './consentScene.ts';
import type { ConsentScene, Given } from './consentScene.ts';
import { labelOf } from './policy.ts';
import type { Admitted } from './wardTypes.ts';

type Criteria = Omit<Provision, 'type'>;

/** Far from now, on both sides. */
const YEAR_MS = 365 * 24 * 3_600_000;

const consentCriteria: Check = {
  id: 'consent-criteria',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, ['researcher', 'physician', 'billing', 'nurse']);
    const others = await scene.admit();
    const cases = criteriaOf(scene, others).flatMap((criteria) =>
      // What is closed without a consent is opened, what is open is closed: each by this criterion alone.
      [permit, deny].map((make) => (patient: Admitted) => [{ provision: make(criteria(patient)) }]),
    );
    context.hit('decisions', await judgeCases(scene, cases, ['hiv']));
  },
};

/** Each alone, right and wrong, and one wrong beside right ones. */
function criteriaOf(
  { judged, readers }: ConsentScene,
  others: Admitted,
): readonly ((patient: Admitted) => Criteria)[] {
  const { organizationId } = judged.ward;
  const nowMs = judged.model.nowMs;
  const [researcher, physician] = readers.map(({ userId }) => userId) as [string, string];
  const wrongSystem = { system: 'http://example.org/codes' };
  const one = (criteria: Criteria) => (): Criteria => criteria;
  return [
    one({}),
    one(forActors(`Practitioner/${researcher}`)),
    one(forActors(`Practitioner/${physician}`)),
    one(forActors(`Organization/${organizationId}`)),
    one(forActors(`Organization/${organizationId}.else`, `Practitioner/${organizationId}`)),
    one(forActors(`Practitioner/${researcher}0`, `Practitioner/${physician}`)),
    one(forActors(`Organization/${researcher}`, `CareTeam/${physician}`, `Patient/${physician}`)),
    ({ careTeamId }) => forActors(`CareTeam/${careTeamId}`),
    // It has the readers, but is another patient's.
    one(forActors(`CareTeam/${others.careTeamId}`)),
    one(forPurposes('HRESCH')),
    one(forPurposes('HMARKT', 'TREAT')),
    one({
      purpose: [
        { ...wrongSystem, code: 'HRESCH' },
        { ...wrongSystem, code: 'TREAT' },
      ],
    }),
    one(ofTypes('Condition')),
    one(ofTypes('Patient', 'Observation')),
    one({ class: [{ ...wrongSystem, code: 'Condition' }] }),
    one(withLabels('hiv')),
    one(withLabels('substance-use')),
    one(withLabels('psychotherapy', 'hiv')),
    one({ securityLabel: [{ ...wrongSystem, code: labelOf('hiv').code }] }),
    one(during(nowMs - YEAR_MS, nowMs + YEAR_MS)),
    one(during(nowMs + YEAR_MS, undefined)),
    one(during(undefined, nowMs - YEAR_MS)),
    one({ ...forPurposes('HRESCH'), ...forActors(`Practitioner/${physician}`) }),
    one({ ...forPurposes('TREAT'), ...ofTypes('Condition'), ...withLabels('hiv') }),
    one({ ...forPurposes('TREAT'), ...ofTypes('Observation'), ...withLabels('hiv') }),
  ];
}

/** As they are given, one after the other; the second list is that of the same ones the other way round. */
const SEVERAL: readonly (readonly Given[])[] = [
  [{ provision: permit() }, { provision: deny() }],
  [{ provision: deny(ofTypes('Condition')) }, { provision: permit() }],
  [{ provision: permit(ofTypes('Condition')) }, { provision: permit(ofTypes('Observation')) }],
  [{ provision: permit(withLabels('hiv')) }, { provision: deny(ofTypes('Observation')) }],
  [{ provision: permit() }, { provision: permit(withLabels('hiv')) }],
  [{ provision: permit({}, deny(forPurposes('HRESCH'))) }, { provision: permit() }],
  [
    { provision: permit() },
    { provision: deny(forPurposes('HMARKT')) },
    { provision: deny(ofTypes('Patient')) },
  ],
];
/** None of these counts for anything. */
const UNCOUNTED: readonly (readonly Given[])[] = (['draft', 'inactive'] as const).flatMap(
  (status) => [
    [{ provision: permit(), status }],
    [{ provision: permit() }, { provision: deny(), status }],
    [{ provision: deny(ofTypes('Condition')) }, { provision: permit(withLabels('hiv')), status }],
  ],
);

const severalConsents: Check = {
  id: 'several-consents',
  isolation: 'shared',
  async run(context) {
    const scene = await openConsentScene(context, ['researcher', 'physician']);
    const all = [...SEVERAL, ...SEVERAL.map((each) => each.toReversed()), ...UNCOUNTED];
    const cases = all.map((given) => () => given);
    context.hit('decisions', await judgeCases(scene, cases, ['hiv']));
    context.hit('decisions', await judgeChanges(scene));
  },
};

/** One consent through its states: what it says counts while it is active. */
async function judgeChanges(scene: ConsentScene): Promise<number> {
  const { judged } = scene;
  const patient = await scene.admit();
  const consentId = judged.ward.requestId();
  let decisions = 0;
  let version = 0;
  for (const status of ['draft', 'active', 'inactive', 'active'] as const) {
    const ifMatch = version > 0 ? { ifMatch: `W/"${version}"` } : {};
    await judged.consent(patient, permit({}, deny(forPurposes('TREAT'))), {
      ...{ consentId, status },
      ...ifMatch,
    });
    version += 1;
    decisions += (await scene.judgeAll(patient)).length;
  }
  okOutput('revokeConsent', await judged.ward.revoke(patient, consentId));
  const { consents } = judged.model.patients.get(patient.patientId)!;
  const given = consents.get(consentId)!;
  consents.set(consentId, {
    versionId: version + 1,
    resource: { ...given.resource, status: 'inactive' },
  });
  return decisions + (await scene.judgeAll(patient)).length;
}

export const consentCriteriaChecks: readonly Check[] = [consentCriteria, severalConsents];
