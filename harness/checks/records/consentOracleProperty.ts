/** EHR-CONS-01.d: for consents and requests at random what is returned is what the brief's evaluation allows. */
import fc from 'fast-check';
import type { Provision, ResourceType } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { deny, during, forActors, forPurposes, ofTypes, permit, withLabels } from './consents.ts';
import { openConsentScene, purposeOf } from './consentScene.ts';
import type { ConsentScene, Given, ReadingRole } from './consentScene.ts';
import { CLINICAL_TYPES, SENSITIVE } from './policy.ts';
import type { RecordRequest } from './wardRequests.ts';
import type { Admitted, Person } from './wardTypes.ts';

const READERS: readonly ReadingRole[] = ['physician', 'nurse', 'researcher', 'registry', 'billing'];
const RUNS = 5;
/** In one run, each with consents of their own. */
const PATIENTS = 4;

const consentsLikeTheOracle: Check = {
  id: 'consents-like-the-oracle',
  isolation: 'shared',
  run: (context) =>
    context.property(
      fc.array(fc.array(given, { minLength: 1, maxLength: 3 }), {
        minLength: PATIENTS,
        maxLength: PATIENTS,
      }),
      async (patients, session) => {
        const scene = await openConsentScene(context, READERS, session);
        const decisions = await Promise.all(patients.map((each) => judgePatient(scene, each)));
        context.hit(
          'decisions',
          decisions.reduce((sum, each) => sum + each, 0),
        );
      },
      { runs: RUNS },
    ),
};

/** Criteria are drawn before there are ids, so that what violates can be shrunk. */
interface Drawn {
  readonly status: NonNullable<Given['status']>;
  readonly provision: DrawnProvision;
}

interface DrawnProvision {
  readonly permits: boolean;
  readonly actors: readonly Actor[] | undefined;
  readonly purposes: readonly string[] | undefined;
  readonly types: readonly ResourceType[] | undefined;
  readonly labels: readonly (typeof SENSITIVE)[number][] | undefined;
  /** From and to, in ms after now. */
  readonly period: readonly [number | undefined, number | undefined] | undefined;
  readonly inner: readonly DrawnProvision[];
}

type Actor = ReadingRole | 'organization' | 'care team' | 'somebody else';

const ACTORS: readonly Actor[] = [...READERS, 'organization', 'care team', 'somebody else'];
const MAX_DEPTH = 3;

/** Most provisions have few criteria: of many none would ever apply. */
const seldom = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.oneof({ weight: 2, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary });
const some = <T>(items: readonly T[]): fc.Arbitrary<T[]> =>
  fc.subarray([...items], { minLength: 1, maxLength: Math.min(3, items.length) });
/** Its ends, the milliseconds beside now, and far from it. */
const edge = fc.constantFrom(undefined, -1_000_000_000, -1, 0, 1, 1_000_000_000);

function provisionTo(depth: number): fc.Arbitrary<DrawnProvision> {
  return fc.record({
    permits: fc.boolean(),
    actors: seldom(some(ACTORS)),
    purposes: seldom(some(['TREAT', 'HRESCH', 'PUBHLTH', 'HPAYMT', 'HMARKT'])),
    types: seldom(some(['Patient', ...CLINICAL_TYPES] as const)),
    labels: seldom(some(SENSITIVE)),
    period: seldom(fc.tuple(edge, edge)),
    inner: depth === 0 ? fc.constant([]) : fc.array(provisionTo(depth - 1), { maxLength: 2 }),
  });
}

const given: fc.Arbitrary<Drawn> = fc.record({
  status: fc.oneof(
    { weight: 6, arbitrary: fc.constant('active' as const) },
    { weight: 1, arbitrary: fc.constantFrom('draft' as const, 'inactive' as const) },
  ),
  provision: provisionTo(MAX_DEPTH),
});

function provisionOf(drawn: DrawnProvision, scene: ConsentScene, patient: Admitted): Provision {
  const { permits, actors, purposes, types, labels, period, inner } = drawn;
  const { nowMs } = scene.judged.model;
  const at = (ms: number | undefined): number | undefined =>
    ms === undefined ? undefined : nowMs + ms;
  const criteria = {
    ...(actors && forActors(...actors.map((actor) => referenceOf(actor, scene, patient)))),
    ...(purposes && forPurposes(...purposes)),
    ...(types && ofTypes(...types)),
    ...(labels && withLabels(...labels)),
    ...(period && during(at(period[0]), at(period[1]))),
  };
  const make = permits ? permit : deny;
  return make(criteria, ...inner.map((each) => provisionOf(each, scene, patient)));
}

function referenceOf(
  actor: Actor,
  { readers }: ConsentScene,
  { careTeamId, organizationId }: Admitted,
): string {
  switch (actor) {
    case 'organization':
      return `Organization/${organizationId}`;
    case 'care team':
      return `CareTeam/${careTeamId}`;
    case 'somebody else':
      return 'Practitioner/somebody-else';
    default:
      return `Practitioner/${readers.find(({ role }) => role === actor)!.userId}`;
  }
}

async function judgePatient(scene: ConsentScene, consents: readonly Drawn[]): Promise<number> {
  const patient = await scene.admit(SENSITIVE);
  for (const { status, provision } of consents) {
    await scene.judged.consent(patient, provisionOf(provision, scene, patient), { status });
  }
  const { judged, readers } = scene;
  const requests = readers.flatMap((reader) =>
    requestsOf(patient, reader).map((request) => ({ reader, request })),
  );
  await Promise.all(requests.map(({ reader, request }) => judged.judge(reader, request)));
  return requests.length;
}

function requestsOf({ patientId }: Admitted, { role }: Person): RecordRequest[] {
  const of = { patientId, purpose: purposeOf(role) };
  return [
    { operation: 'accessRecord', ...of },
    role === 'billing'
      ? { operation: 'accessRecord', ...of, types: ['Condition'] }
      : { operation: 'searchResources', ...of, resourceType: 'Observation' },
  ];
}

export const consentOracleProperty: readonly Check[] = [consentsLikeTheOracle];
