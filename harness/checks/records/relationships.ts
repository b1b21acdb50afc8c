/** EHR-RBAC-01.b: without the relationship that the rule needs nothing is given, with it the same request is answered. */
import type { Check, CheckContext } from '../check.ts';
import { clinicalResource } from './clinical.ts';
import { permit } from './consents.ts';
import { openJudgedWard } from './judgedWard.ts';
import type { JudgedWard } from './judgedWard.ts';
import { policy } from './policy.ts';
import type { Rule } from './policy.ts';
import type { Admitted, Person } from './wardTypes.ts';
import type { RecordRequest } from './wardRequests.ts';

export const relationshipIsNeeded: Check = {
  id: 'relationship-is-needed',
  isolation: 'shared',
  async run(context) {
    const judged = openJudgedWard(context);
    const [patient, other] = [await judged.admit(), await judged.admit()];
    for (const each of [patient, other]) {
      await judged.consent(each, permit());
      await judged.write(each, clinicalResource('Condition', each.patientId));
    }
    const needing = policy.rules.filter(({ relationship }) => relationship !== 'none');
    const scene: Scene = { context, judged, patient, other };
    for (const rule of needing) await RELATIONS[rule.relationship](scene, rule);
  },
};

interface Scene {
  readonly context: CheckContext;
  readonly judged: JudgedWard;
  readonly patient: Admitted;
  /** With whom there is the relationship that is missing with the patient. */
  readonly other: Admitted;
}

type TryOut = (scene: Scene, rule: Rule) => Promise<void>;

const RELATIONS: Readonly<Record<Rule['relationship'], TryOut>> = {
  'care-team': async (scene, rule) => {
    const { judged, patient, other } = scene;
    const person = await judged.person(rule.role);
    const first = patient;
    const second = { ...patient, careTeamId: judged.ward.requestId() };
    await judged.setCareTeam(other, [other.physician, person]);
    await ask(scene, rule, person);
    for (const team of [first, second]) {
      await judged.setCareTeam(team, [patient.physician, person]);
      await ask(scene, rule, person);
      await judged.setCareTeam(team, [patient.physician]);
      await ask(scene, rule, person);
    }
    // In one of two care teams, whichever.
    await judged.setCareTeam(first, [patient.physician, person]);
    await ask(scene, rule, person);
    await judged.setCareTeam(first, [patient.physician]);
  },
  organization: async (scene, rule) => {
    const { judged, patient } = scene;
    const elsewhere = { organizationId: `${patient.organizationId}.else` };
    const stranger = await judged.person(rule.role, elsewhere);
    // Neither of these makes an organisation.
    const inTeam = await judged.person(rule.role, elsewhere);
    const namesake = await judged.person(rule.role, { ...elsewhere, patientId: patient.patientId });
    await judged.setCareTeam(patient, [patient.physician, inTeam]);
    for (const person of [stranger, inTeam, namesake]) await ask(scene, rule, person);
    await ask(scene, rule, await judged.person(rule.role));
  },
  self: async (scene, rule) => {
    const { judged, patient, other } = scene;
    const { patientId } = other;
    await ask(scene, rule, await judged.person(rule.role, { patientId }));
    await ask(scene, rule, await judged.person(rule.role));
    await ask(scene, rule, await judged.person(rule.role, { patientId: patient.patientId }));
  },
  'break-glass': async (scene, rule) => {
    const { judged, patient, other } = scene;
    const person = await judged.person(rule.role);
    await judged.declare(person, other.patientId);
    await judged.setCareTeam(patient, [patient.physician, person]);
    await ask(scene, rule, person);
    await judged.declare(person, patient.patientId);
    await ask(scene, rule, person);
  },
  none: async () => undefined,
};

/** Reads of the patient, and of one who does not exist. */
async function ask(
  { context, judged, patient }: Scene,
  { purpose }: Rule,
  person: Person,
): Promise<void> {
  const of = { patientId: patient.patientId, purpose };
  const nobody = { patientId: `${patient.patientId}.nobody`, purpose };
  const requests: RecordRequest[] = [
    { operation: 'accessRecord', ...of },
    { operation: 'readPatient', ...of },
    { operation: 'accessRecord', ...nobody },
  ];
  for (const request of requests) {
    const { allowed } = await judged.judge(person, request);
    context.hit(allowed ? 'allowed' : 'refused');
  }
}
