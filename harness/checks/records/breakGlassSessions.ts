/** EHR-BTG-01.d: a declared emergency stands in for no session, and for no user. */
import { refusedWith } from '../kit/replies.ts';
import type { User } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { clinicalResource } from './clinical.ts';
import { wardClock } from './clock.ts';
import { admitCasualty, declared, holdOpen, stranger } from './emergencies.ts';
import type { Casualty, EmergencyRole } from './emergencies.ts';
import { policy } from './policy.ts';
import { openWard } from './ward.ts';
import type { Person, Ward } from './wardTypes.ts';

export const noEmergencyWithoutSession: Check = {
  id: 'no-emergency-without-session',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const casualty = await admitCasualty(ward);
    const { patientId } = casualty.patient;
    for (const role of ['physician', 'nurse'] as const) {
      const person = await stranger(ward, role);
      const [ended, idle] = [await ward.login(person), await ward.login(person)];
      await declared(ward, person, patientId);
      await holdOpen(ward, idle, casualty, 'ETREAT', 'under a grant');
      await ward.must(ended, 'endSession', {});
      // Before its time is over anyway.
      const inEnded = refuseAll(ward, ended, casualty, 'in an ended session', ['SESSION_EXPIRED']);
      context.hit('refused', await inEnded);
      await clock.advance(ward, policy.sessions.idleTimeoutMs);
      ward.forgetStaff();
      const without: Readonly<Record<string, Pick<Person, 'authorization'> | undefined>> = {
        'without a session': undefined,
        'with a token that never was one': { authorization: `Bearer ${ward.requestId()}` },
        'in a session that has expired': idle,
      };
      for (const [what, asking] of Object.entries(without)) {
        const codes =
          asking === idle ? ['SESSION_EXPIRED'] : ['SESSION_EXPIRED', 'NOT_AUTHENTICATED'];
        context.hit('refused', await refuseAll(ward, asking, casualty, what, codes));
      }
      await holdOpen(ward, await ward.login(person), casualty, 'ETREAT', 'in a new session');
      for (const change of USER_CHANGES) {
        context.hit('refused', await refuseChanged(ward, casualty, role, change));
      }
    }
  },
};

/** What is told of the user as it is then, or that there has to be another log-in. */
const USER_CHANGES: readonly UserChange[] = [
  {
    what: 'of a user who was made inactive',
    change: { active: false },
    codes: ['NOT_AUTHENTICATED'],
  },
  {
    what: 'of a user who has become billing staff',
    change: { role: 'billing' },
    codes: ['INVALID_PURPOSE'],
    declaring: ['NOT_BREAK_GLASS_AUTHORISED'],
  },
];

interface UserChange {
  readonly what: string;
  readonly change: Partial<User>;
  readonly codes: readonly string[];
  /** Of declareBreakGlass; default: as the others. */
  readonly declaring?: readonly string[];
}

/** With a grant that is open: it is the user's, as the user is. */
async function refuseChanged(
  ward: Ward,
  casualty: Casualty,
  role: EmergencyRole,
  { what, change, codes, declaring = codes }: UserChange,
): Promise<number> {
  const person = await stranger(ward, role);
  await declared(ward, person, casualty.patient.patientId);
  await holdOpen(ward, person, casualty, 'BTG', 'under a grant');
  await ward.putUser(person, change);
  const refused = await refuseAll(
    ward,
    person,
    casualty,
    what,
    [...codes, 'SESSION_EXPIRED'],
    [...declaring, 'SESSION_EXPIRED'],
  );
  if (change.active === false) return refused;
  const again = await ward.login(person);
  return (
    refused +
    (await refuseAll(ward, again, casualty, `${what}, in a new session`, codes, declaring))
  );
}

async function refuseAll(
  ward: Ward,
  asking: Pick<Person, 'authorization'> | undefined,
  { patient, kept }: Casualty,
  what: string,
  codes: readonly string[],
  declaring: readonly string[] = codes,
): Promise<number> {
  const { patientId } = patient;
  const [first] = kept;
  const of = { patientId, purpose: 'ETREAT' };
  const one = {
    ...of,
    resourceType: first!.resource.resourceType,
    resourceId: first!.resourceId,
  };
  const resource = clinicalResource('Observation', patientId);
  const requests = {
    accessRecord: of,
    readPatient: of,
    readResource: one,
    putResource: { ...of, resourceType: 'Observation', resourceId: ward.requestId(), resource },
    declareBreakGlass: { ...of, grantId: ward.requestId(), reason: 'nobody has logged in' },
  };
  for (const [operation, input] of Object.entries(requests)) {
    const due = operation === 'declareBreakGlass' ? declaring : codes;
    refusedWith(`${operation} ${what}`, await ward.ask(asking, operation, input), ...due);
  }
  return Object.keys(requests).length;
}
