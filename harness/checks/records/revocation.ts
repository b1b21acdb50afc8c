/** EHR-CONS-03.a: a change of consent holds for every request that begins after its reply. */
import type { ClinicalType, Provision, Role } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { deny, forPurposes, permit, withLabels } from './consents.ts';
import { ruleFor } from './policy.ts';
import { revocationRace } from './revocationRace.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

type ChangeKind = 'revoked' | 'replaced by one that denies' | 'joined by one that denies';

interface Scenario {
  readonly role: Role;
  readonly purpose: string;
  /** What alone allows it; undefined: the default of the purpose does. */
  readonly permit?: Provision;
  readonly change: ChangeKind;
  readonly code: 'NO_CONSENT' | 'ACCESS_DENIED';
}

const research = permit(forPurposes('HRESCH'));
const marketing = permit(forPurposes('HMARKT'));

const SCENARIOS: readonly Scenario[] = [
  {
    ...{ role: 'researcher', purpose: 'HRESCH', permit: research },
    ...{ change: 'revoked', code: 'ACCESS_DENIED' },
  },
  {
    ...{ role: 'researcher', purpose: 'HRESCH', permit: research },
    ...{ change: 'replaced by one that denies', code: 'ACCESS_DENIED' },
  },
  {
    ...{ role: 'researcher', purpose: 'HRESCH', permit: research },
    ...{ change: 'joined by one that denies', code: 'ACCESS_DENIED' },
  },
  {
    ...{ role: 'outreach', purpose: 'HMARKT', permit: marketing },
    ...{ change: 'revoked', code: 'ACCESS_DENIED' },
  },
  ...(['physician', 'nurse'] as const).map((role): Scenario => ({
    ...{ role, purpose: 'TREAT' },
    ...{ change: 'joined by one that denies', code: 'NO_CONSENT' },
  })),
  {
    ...{ role: 'billing', purpose: 'HPAYMT' },
    ...{ change: 'joined by one that denies', code: 'NO_CONSENT' },
  },
];

const revokedAtOnce: Check = {
  id: 'revoked-at-once',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const scenarios = SCENARIOS.map((scenario, index) =>
      holdRevoked(context, ward, scenario, index % 2 === 0),
    );
    await Promise.all([...scenarios, holdLabelShut(context, ward)]);
  },
};

async function holdRevoked(
  { hit }: CheckContext,
  ward: Ward,
  scenario: Scenario,
  byPatient: boolean,
): Promise<void> {
  const { role, purpose, change, code } = scenario;
  const person = await ward.person(role);
  const patient = await ward.admit({ members: [person] });
  const { patientId, physician } = patient;
  await ward.write(physician, patientId, clinicalResource('Condition', patientId));
  const by = byPatient ? await ward.person('patient', { patientId }) : await ward.officer();
  const consentId = scenario.permit && (await ward.consent(patient, scenario.permit, { by }));
  const requests = requestsOf(patientId, role, purpose);
  for (const [operation, input] of requests) {
    okOutput(
      `${operation} of a ${role} for ${purpose}, which is allowed,`,
      await ward.ask(person, operation, input),
    );
  }
  const denied = await changeConsent(ward, patient, by, consentId, change);
  for (const [operation, input] of requests) {
    const what = `${operation} of a ${role} for ${purpose} after the consent was ${change}`;
    refusedWith(what, await ward.ask(person, operation, input), code);
    hit('revoked');
  }
  if (change !== 'joined by one that denies') return;
  okOutput('revokeConsent', await ward.revoke(patient, denied, by));
  for (const [operation, input] of requests) {
    const what = `${operation} of a ${role} for ${purpose} after what denies was revoked`;
    okOutput(what, await ward.ask(person, operation, input));
  }
}

/** @returns the consent that was changed or made */
async function changeConsent(
  ward: Ward,
  patient: Admitted,
  by: Person,
  consentId: string | undefined,
  change: ChangeKind,
): Promise<string> {
  if (consentId === undefined || change === 'joined by one that denies') {
    return ward.consent(patient, deny(), { by });
  }
  if (change === 'replaced by one that denies') {
    return ward.consent(patient, deny(), { by, consentId, ifMatch: etagOf(1) });
  }
  const written = okOutput('revokeConsent', await ward.revoke(patient, consentId, by));
  holdSame(written.versionId, '2', 'revokeConsent should make a new version of the consent.');
  holdSame(
    okOutput('revokeConsent of an inactive consent', await ward.revoke(patient, consentId, by)),
    written,
    'revokeConsent of an inactive consent should be answered as it stands.',
  );
  return consentId;
}

function requestsOf(patientId: string, role: Role, purpose: string): [string, object][] {
  const of = { patientId, purpose };
  const readsProblems = ruleFor(role, purpose)?.read.includes('problems');
  const search: [string, object] = ['searchResources', { ...of, resourceType: 'Condition' }];
  return [['accessRecord', of], ['readPatient', of], ...(readsProblems ? [search] : [])];
}

/** What only a consent opens is shut, and the rest stays open. */
async function holdLabelShut({ hit }: CheckContext, ward: Ward): Promise<void> {
  const patient = await ward.admit();
  const { patientId, physician } = patient;
  const type: ClinicalType = 'Observation';
  const labels = withLabels('hiv');
  const consentId = await ward.consent(patient, permit(labels));
  const resourceId = await ward.write(
    physician,
    patientId,
    clinicalResource(type, patientId, 'of a label', 'hiv'),
  );
  const read = (): Promise<Reply<unknown>> => ward.read(physician, patientId, type, resourceId);
  okOutput('readResource of what a consent opens', await read());
  okOutput('revokeConsent', await ward.revoke(patient, consentId));
  const what = 'readResource of what only a consent opened, after it was revoked,';
  refusedWith(what, await read(), 'UNKNOWN_RESOURCE');
  hit('revoked');
  const { resources } = okOutput('accessRecord', await ward.access(physician, patientId));
  holdSame(
    resources.map(({ resourceType, id }) => ({ resourceType, id })),
    [{ resourceType: 'Patient', id: patientId }],
    'accessRecord should give what no label withholds, and nothing else.',
  );
  hit('revoked');
}

export const revocation: readonly Check[] = [revokedAtOnce, revocationRace];
