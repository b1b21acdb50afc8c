/** EHR-CACHE-01: what was decided often is decided anew after a change. */
import type { Check } from '../check.ts';
import { clinicalResource } from './clinical.ts';
import { forPurposes, permit } from './consents.ts';
import { together } from '../kit/together.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

const ACCESSES = 100;
const AT_ONCE = 10;

interface Warm {
  readonly person: Person;
  readonly patient: Admitted;
  readonly purpose: string;
  readonly change: () => Promise<unknown>;
  /** What the next access is refused with. */
  readonly codes: readonly string[];
  /** Where it can be taken back: the next access is allowed again. */
  readonly takeBack?: () => Promise<unknown>;
}

const CHANGES: Readonly<Record<string, (ward: Ward) => Promise<Warm>>> = {
  async consent(ward) {
    const [person, patient] = [await ward.person('researcher'), await admit(ward)];
    const provision = permit(forPurposes('HRESCH'));
    const consentId = await ward.consent(patient, provision);
    return {
      ...{ person, patient, purpose: 'HRESCH', codes: ['ACCESS_DENIED'] },
      change: async () => okOutput('revokeConsent', await ward.revoke(patient, consentId)),
      takeBack: () => ward.consent(patient, provision),
    };
  },
  async 'care team'(ward) {
    const person = await ward.person('nurse');
    const patient = await admit(ward, person);
    return {
      ...{ person, patient, purpose: 'TREAT', codes: ['ACCESS_DENIED'] },
      change: () => ward.setCareTeam(patient, [patient.physician]),
      takeBack: () => ward.setCareTeam(patient, [person]),
    };
  },
  async role(ward) {
    const person = await ward.person('physician');
    const patient = await admit(ward, person);
    return {
      ...{ person, patient, purpose: 'TREAT', codes: ['INVALID_PURPOSE', 'SESSION_EXPIRED'] },
      change: () => ward.putUser(person, { role: 'billing' }),
    };
  },
  async session(ward) {
    const person = await ward.person('physician');
    const patient = await admit(ward, person);
    return {
      ...{ person, patient, purpose: 'TREAT', codes: ['SESSION_EXPIRED'] },
      change: () => ward.must(person, 'endSession', {}),
    };
  },
  async key(ward) {
    const person = await ward.person('nurse');
    const patient = await admit(ward, person);
    return {
      ...{ person, patient, purpose: 'TREAT', codes: ['ERASED'] },
      change: async () => okOutput('shredPatient', await ward.shred(patient)),
    };
  },
};

async function admit(ward: Ward, ...members: Person[]): Promise<Admitted> {
  const patient = await ward.admit({ members });
  const { patientId, physician } = patient;
  await ward.write(physician, patientId, clinicalResource('Condition', patientId));
  return patient;
}

const staleDecisions: Check = {
  id: 'no-stale-decision',
  isolation: 'shared',
  async run({ session, hit }) {
    const ward = openWard(session());
    for (const [what, setUp] of Object.entries(CHANGES)) {
      const warm = await setUp(ward);
      const { person, patient, purpose } = warm;
      const { patientId } = patient;
      const reads: Readonly<Record<string, () => Promise<Reply<unknown>>>> = {
        accessRecord: () => ward.access(person, patientId, { purpose }),
        readPatient: () => ward.ask(person, 'readPatient', { patientId, purpose }),
      };
      await together(AT_ONCE, async () => {
        for (let count = 0; count < ACCESSES / AT_ONCE; count += 1) {
          okOutput(`accessRecord before a change of ${what}`, await reads['accessRecord']!());
          hit('warmed');
        }
      });
      okOutput(`readPatient before a change of ${what}`, await reads['readPatient']!());
      await warm.change();
      for (const [operation, read] of Object.entries(reads)) {
        refusedWith(`${operation} after a change of ${what}`, await read(), ...warm.codes);
      }
      hit('changes');
      if (!warm.takeBack) continue;
      await warm.takeBack();
      for (const [operation, read] of Object.entries(reads)) {
        okOutput(`${operation} after a change of ${what} was taken back`, await read());
      }
    }
  },
};

export const noStaleDecision: readonly Check[] = [staleDecisions];
