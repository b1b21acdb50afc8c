/** EHR-BTG-01: an emergency opens one patient's record to one user, and leaves a trace. */
import type { Bundle, Reviews } from '../../../spec/records/messages.d.ts';
import { Violation } from '../check.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { noEmergencyWithoutSession } from './breakGlassSessions.ts';
import { emergenciesAreRecorded } from './breakGlassTrace.ts';
import {
  admitCasualty,
  declared,
  EMERGENCY_PURPOSES,
  holdOpen,
  holdShut,
  isOpened,
  nameOf,
  namesOf,
  stranger,
} from './emergencies.ts';
import type { Casualty, EmergencyRole } from './emergencies.ts';
import { policy } from './policy.ts';
import { sendRawUntilDecided } from './sendRaw.ts';
import { openWard } from './ward.ts';
import type { Person, Ward } from './wardTypes.ts';

const { maxDurationMs: MAX_DURATION_MS } = policy.breakGlass;

const emergencyOpens: Check = {
  id: 'emergency-opens',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const casualty = await admitCasualty(ward);
    const opened = (['physician', 'nurse'] as const).flatMap((role) =>
      EMERGENCY_PURPOSES.map(async (declaredFor) => {
        const person = await stranger(ward, role);
        const { patientId } = casualty.patient;
        await declared(ward, person, patientId, { purpose: declaredFor });
        for (const purpose of EMERGENCY_PURPOSES) {
          await holdOpen(ward, person, casualty, purpose, `under a grant of ${declaredFor}`);
          context.hit('opened');
        }
        await holdEach(context, ward, person, casualty, declaredFor);
      }),
    );
    await Promise.all(opened);
  },
};

/** One by one, by search, and in writing. */
async function holdEach(
  { hit }: CheckContext,
  ward: Ward,
  person: Person,
  { patient, kept }: Casualty,
  purpose: string,
): Promise<void> {
  const role = person.role as EmergencyRole;
  const { patientId } = patient;
  for (const each of kept.filter((one) => isOpened(role, one))) {
    const { resource, resourceId } = each;
    const reply = await ward.read(person, patientId, resource.resourceType, resourceId, purpose);
    const read = okOutput(`readResource for ${purpose}`, reply);
    holdSame(
      { ...read, id: undefined, meta: undefined },
      { ...resource, meta: undefined },
      `readResource of a ${role} for ${purpose} should give ${nameOf(each)} whole.`,
    );
    hit('opened');
  }
  const found = await ward.must<Bundle>(person, 'searchResources', {
    ...{ patientId, purpose, resourceType: 'Observation' },
  });
  const expected = kept.filter(
    (each) => each.resource.resourceType === 'Observation' && isOpened(role, each),
  );
  holdSame(
    namesOf(found.entry.map(({ resource }) => resource)),
    expected.map(nameOf).sort(),
    `searchResources of a ${role} for ${purpose} should give every Observation that the rule has.`,
  );
  hit('opened');
}

interface WrongDeclaration {
  readonly what: string;
  readonly more: { reason?: string; durationMs?: number };
}

/** No message of the contract: whatever is refused so may have no entry in the log. */
const WRONG_DECLARATIONS: readonly WrongDeclaration[] = [
  { what: 'with a reason of nine characters', more: { reason: 'collapsed' } },
  { what: 'with an empty reason', more: { reason: '' } },
  { what: 'for more than four hours', more: { durationMs: MAX_DURATION_MS + 1 } },
  { what: 'for no time', more: { durationMs: 0 } },
];

const whoMayDeclare: Check = {
  id: 'who-may-declare',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const { patient } = await admitCasualty(ward);
    const { patientId } = patient;
    const others = await Promise.all([
      ...(['billing', 'researcher', 'registry', 'outreach'] as const).map((role) =>
        ward.person(role),
      ),
      ward.officer(),
      ward.person('patient', { patientId }),
    ]);
    await Promise.all([
      ...others.map((person) => refuseDeclaring(context, ward, patientId, person)),
      ...(['physician', 'nurse'] as const).map((role) =>
        refuseWrong(context, ward, patientId, role),
      ),
    ]);
  },
};

async function refuseDeclaring(
  { hit }: CheckContext,
  ward: Ward,
  patientId: string,
  person: Person,
): Promise<void> {
  for (const purpose of EMERGENCY_PURPOSES) {
    for (const id of [patientId, `${patientId}.nobody`]) {
      const reply = await ward.declare(person, id, { purpose });
      refusedWith(
        `declareBreakGlass of a user of role ${person.role}`,
        reply,
        'NOT_BREAK_GLASS_AUTHORISED',
      );
      hit('refused');
    }
    const reply = await ward.access(person, patientId, { purpose });
    refusedWith(`accessRecord for ${purpose} of a ${person.role}`, reply, 'INVALID_PURPOSE');
  }
  await holdNoGrant(ward, patientId, person);
}

async function refuseWrong(
  { hit }: CheckContext,
  ward: Ward,
  patientId: string,
  role: EmergencyRole,
): Promise<void> {
  const person = await stranger(ward, role);
  for (const { what, more } of WRONG_DECLARATIONS) {
    const answer = await sendRawUntilDecided(ward, person, 'declareBreakGlass', {
      ...{ patientId, grantId: ward.requestId(), purpose: 'ETREAT' },
      ...{ reason: 'found unconscious', ...more },
    });
    if (answer.kind === 'malformed' || answer.kind === 'indeterminate') {
      throw new Violation(`declareBreakGlass ${what}: ${answer.reason}`, 'INVALID_REQUEST');
    }
    refusedWith(`declareBreakGlass ${what}`, answer, 'INVALID_REQUEST');
    hit('refused');
  }
  await holdShut(ward, person, patientId, 'after a declaration that was refused');
  await holdNoGrant(ward, patientId, person);
  // At the bounds it is a declaration.
  const more = { reason: 'collapsed!', durationMs: MAX_DURATION_MS };
  await declared(ward, person, patientId, more);
}

async function holdNoGrant(ward: Ward, patientId: string, { userId }: Person): Promise<void> {
  const officer = await ward.officer();
  const reviews = await ward.must<Reviews>(officer, 'listReviews', { patientId });
  hold(
    reviews.reviews.every((grant) => grant.userId !== userId),
    'A declaration that was refused should leave no grant to review.',
    [],
    reviews,
  );
}

const onePatientOneUser: Check = {
  id: 'one-patient-one-user',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const [casualty, other] = await Promise.all([admitCasualty(ward), admitCasualty(ward)]);
    const { patientId } = casualty.patient;
    const otherId = other.patient.patientId;
    for (const role of ['physician', 'nurse'] as const) {
      const [person, colleague] = [await stranger(ward, role), await stranger(ward, role)];
      const grantId = ward.id(`grant of ${role}`.replaceAll(' ', '-'));
      await declared(ward, person, patientId, { grantId });
      const refused = [
        await holdShut(ward, person, otherId, 'with another patient than the grant’s'),
        await holdShut(ward, person, `${otherId}.nobody`, 'with a patient who does not exist'),
        await holdShut(ward, colleague, patientId, 'by another user than the grant’s'),
        await holdOtherPurposes(ward, person, patientId),
        await holdIdTaken(ward, person, otherId, grantId),
        await holdIdTaken(ward, colleague, patientId, grantId),
        await holdShut(ward, person, otherId, 'after the id of a grant was used again'),
        await holdShut(ward, colleague, patientId, 'after the id of a grant was used again'),
      ];
      context.hit(
        'refused',
        refused.reduce((sum, each) => sum + each, 0),
      );
      const anew = await ward.login(person);
      await holdOpen(ward, anew, casualty, 'ETREAT', 'in another session of the user');
    }
  },
};

async function holdOtherPurposes(ward: Ward, person: Person, patientId: string): Promise<number> {
  const codes: Record<string, string> = {
    TREAT: 'ACCESS_DENIED',
    HOPERAT: person.role === 'physician' ? 'ACCESS_DENIED' : 'INVALID_PURPOSE',
    HPAYMT: 'INVALID_PURPOSE',
    PATRQT: 'INVALID_PURPOSE',
  };
  for (const [purpose, code] of Object.entries(codes)) {
    const reply = await ward.access(person, patientId, { purpose });
    refusedWith(`accessRecord for ${purpose} under a grant`, reply, code);
  }
  return Object.keys(codes).length;
}

async function holdIdTaken(
  ward: Ward,
  person: Person,
  patientId: string,
  grantId: string,
): Promise<number> {
  const reply = await ward.declare(person, patientId, { grantId });
  refusedWith('Another declaration with the id of a grant', reply, 'ID_REUSED');
  return 1;
}

export const breakGlass: readonly Check[] = [
  emergencyOpens,
  whoMayDeclare,
  onePatientOneUser,
  noEmergencyWithoutSession,
  emergenciesAreRecorded,
];
