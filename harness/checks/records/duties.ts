/** EHR-RBAC-01.e: consents, reviews, the audit log, disclosures and keys are for the roles and relationships of the duties only. */
import type { Consents, Keys, Reviews } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { consentOf, permit } from './consents.ts';
import { decide } from './oracle.ts';
import { isRefused } from './decision.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { withEverybody } from './purpose.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { DutyRequest } from './wardRequests.ts';

const dutiesOfTheRole: Check = {
  id: 'duties-of-the-role',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const { patient, people } = await withEverybody(judged);
    const other = await judged.admit();
    const grantId = [...judged.model.grants.keys()][0]!;
    const consentId = await judged.consent(patient, permit());
    // With every relationship but that of their duty.
    const elsewhere = { organizationId: `${patient.organizationId}.else` };
    const strangers = await Promise.all([
      judged.person('privacy-officer', elsewhere),
      judged.person('patient', { patientId: other.patientId }),
    ]);
    const [refused, allowed] = split(judged, [...people, ...strangers], () =>
      requestsOf(judged, patient.patientId, { consentId, grantId }),
    );
    const nobody = split(judged, people, () =>
      requestsOf(judged, judged.ward.requestId(), { consentId, grantId }).filter(
        (request) => 'patientId' in request && request.operation !== 'listAudit',
      ),
    )[0];

    const before = await look(judged, patient);
    await judgeAll(judged, [...refused, ...nobody]);
    context.hit('refused', refused.length + nobody.length);
    holdSame(await look(judged, patient), before, 'Duties that are refused should change nothing.');
    for (const each of allowed) {
      await judgeAll(judged, [each]);
      context.hit('allowed');
    }
  },
};

interface Asked {
  readonly person: Person;
  readonly request: DutyRequest;
}

/** Those that the oracle refuses, and the others; erasing comes last. */
function split(
  { model }: JudgedWard,
  people: readonly Person[],
  requests: (person: Person) => readonly DutyRequest[],
): [Asked[], Asked[]] {
  const all = people.flatMap((person) => requests(person).map((request) => ({ person, request })));
  const isNotFor = ({ person: { userId }, request }: Asked): boolean =>
    isRefused(decide(model, { userId }, request));
  const isErasure = ({ request }: Asked): boolean => request.operation === 'shredPatient';
  const allowed = all.filter((each) => !isNotFor(each));
  return [
    all.filter(isNotFor),
    [...allowed.filter((each) => !isErasure(each)), ...allowed.filter(isErasure)],
  ];
}

async function judgeAll({ judge }: JudgedWard, all: readonly Asked[]): Promise<void> {
  await Promise.all(all.map(({ person, request }) => judge(person, request)));
}

/** One of each duty but that of declaring emergencies, which has a requirement of its own. */
function requestsOf(
  { ward }: JudgedWard,
  patientId: string,
  { consentId, grantId }: { consentId: string; grantId: string },
): DutyRequest[] {
  const resource = consentOf(patientId, permit());
  return [
    { operation: 'putConsent', patientId, consentId: ward.requestId(), resource },
    { operation: 'revokeConsent', patientId, consentId },
    { operation: 'listConsents', patientId },
    { operation: 'listReviews' },
    { operation: 'reviewGrant', grantId, outcome: 'justified' },
    { operation: 'listAudit', patientId, limit: 1 },
    { operation: 'listAudit', limit: 1 },
    { operation: 'getAuditRoot' },
    { operation: 'getInclusionProof', index: 0, treeSize: 1 },
    { operation: 'getConsistencyProof', firstSize: 1, secondSize: 2 },
    { operation: 'listDisclosures', patientId },
    { operation: 'getKeys', patientId },
    ...(['wrapping', 'data'] as const).map(
      (scope) => ({ operation: 'rotateKey', patientId, scope }) as const,
    ),
    { operation: 'shredPatient', patientId },
  ];
}

/** What those requests could have changed. */
async function look({ ward }: JudgedWard, patient: Admitted): Promise<object> {
  const officer = await ward.officer();
  const { patientId } = patient;
  const { consents }: Consents = await ward.listConsents(patient);
  const { reviews } = await ward.must<Reviews>(officer, 'listReviews', { patientId });
  const keys: Keys = await ward.keys(patient);
  const inOrder = (values: readonly unknown[]): string[] =>
    values.map((value) => JSON.stringify(value)).sort();
  return { consents: inOrder(consents), reviews: inOrder(reviews), keys };
}

export const duties: readonly Check[] = [dutiesOfTheRole];
