/** For each role a request that it may make of one patient, to see whether a session still gives anything. */
import { okOutput } from '../kit/replies.ts';
import type { Reply } from '../kit/replies.ts';
import type { Role } from '../../../spec/records/messages.d.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

export type Probe = (ward: Ward, person: Person, patientId: string) => Promise<Reply<unknown>>;

const reading =
  (purpose: string): Probe =>
  (ward, person, patientId) =>
    ward.ask(person, 'readPatient', { patientId, purpose });

const accessing =
  (purpose: string): Probe =>
  (ward, person, patientId) =>
    ward.access(person, patientId, { purpose });

const listing: Probe = (ward, person, patientId) => ward.ask(person, 'listConsents', { patientId });

export const PROBES: Readonly<Record<Role, Probe>> = {
  physician: reading('TREAT'),
  nurse: accessing('TREAT'),
  billing: accessing('HPAYMT'),
  researcher: accessing('HRESCH'),
  registry: accessing('PUBHLTH'),
  outreach: reading('HMARKT'),
  patient: reading('PATRQT'),
  'privacy-officer': listing,
};

/** @throws Violation unless it is answered */
export async function holdWorks(
  ward: Ward,
  person: Person,
  patientId: string,
  what: string,
): Promise<void> {
  okOutput(what, await PROBES[person.role](ward, person, patientId));
}

/** A patient about whom a physician, a nurse, a privacy officer and the patient may ask: those, in this order. */
export async function admitWithStaff(ward: Ward): Promise<{ patient: Admitted; staff: Person[] }> {
  const nurse = await ward.person('nurse');
  const patient = await ward.admit({ members: [nurse] });
  const { patientId } = patient;
  const others = await Promise.all([
    ward.person('privacy-officer'),
    ward.person('patient', { patientId }),
  ]);
  return { patient, staff: [patient.physician, nurse, ...others] };
}
