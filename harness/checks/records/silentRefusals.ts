/** EHR-LEAK-01: whoever has no business with a patient does not learn whether there is one; what is withheld is as if it were not there. */
import type { RecordView, ResourceType } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import type { JsonObject } from '../../target/target.ts';
import { hold } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf, permit } from './consents.ts';
import { SENSITIVE } from './policy.ts';
import { readsVersions } from './readsVersions.ts';
import { difference, told } from './sameReply.ts';
import { openWard } from './ward.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';

/** Of the same question about the same patient: what changes from one to the next names the request. */
const ROUNDS = 3;

interface Question {
  readonly person: Person;
  readonly operation: string;
  readonly input: (patientId: string) => JsonObject;
}

const sameRefusal: Check = {
  id: 'same-refusal',
  isolation: 'shared',
  async run({ session, hit }) {
    const ward = openWard(session());
    const [foreign, erased] = [await ward.admit(), await ward.admit()];
    okOutput('shredPatient', await ward.shred(erased));
    const patients = [ward.id('nobody'), foreign.patientId, erased.patientId];
    for (const question of await questionsOfStrangers(ward)) {
      const rounds = [];
      for (const patientId of patients) rounds.push(await askedOften(ward, question, patientId));
      const differs = difference(rounds);
      const { operation, person } = question;
      hold(
        differs === undefined,
        `${operation} by a ${person.role} without relationship should be refused alike for unknown, foreign and erased patients: ${differs}.`,
        'the same status, headers and body',
        rounds.map(([reply]) => Object.fromEntries(reply!)),
      );
      hit('compared', patients.length - 1);
    }
  },
};

async function askedOften(ward: Ward, { person, operation, input }: Question, patientId: string) {
  const replies = [];
  for (let round = 0; round < ROUNDS; round += 1) {
    const asked = { requestId: ward.requestId(), ...input(patientId) };
    const reply = await ward.ask(person, operation, asked);
    refusedWith(operation, reply, 'ACCESS_DENIED', 'BREAK_GLASS_REQUIRED');
    replies.push(told(reply, asked));
  }
  return replies;
}

async function questionsOfStrangers(ward: Ward): Promise<Question[]> {
  const other = ward.id('other-org');
  const [physician, billing, registry, officer, patient] = await Promise.all([
    ward.person('physician'),
    ward.person('billing', { organizationId: other }),
    ward.person('researcher'),
    ward.person('privacy-officer', { organizationId: other }),
    ward.person('patient', { patientId: ward.id('somebody-else') }),
  ]);
  const hasVersions = await readsVersions(ward);
  const type: ResourceType = 'Observation';
  const one = { resourceType: type, resourceId: 'vitals-1' };
  const ask =
    (person: Person, operation: string, more: (patientId: string) => object = () => ({})) =>
    (purpose?: string): Question => ({
      person,
      operation,
      input: (patientId) =>
        ({
          patientId,
          ...(purpose !== undefined && { purpose }),
          ...more(patientId),
        }) as JsonObject,
    });
  return [
    ask(physician, 'accessRecord')('TREAT'),
    ask(physician, 'accessRecord')('ETREAT'),
    ask(physician, 'readPatient')('TREAT'),
    ask(physician, 'readResource', () => one)('TREAT'),
    ...(hasVersions
      ? [ask(physician, 'readVersion', () => ({ ...one, versionId: '1' }))('BTG')]
      : []),
    ask(physician, 'searchResources', () => ({ resourceType: type }))('TREAT'),
    ask(physician, 'putResource', (patientId) => ({
      ...one,
      resource: clinicalResource('Observation', patientId),
    }))('TREAT'),
    ask(physician, 'putPatient', () => ({
      ifMatch: etagOf(1),
      resource: patientResource(ward.organizationId),
    }))('TREAT'),
    ask(billing, 'accessRecord')('HPAYMT'),
    ask(registry, 'accessRecord')('HRESCH'),
    ask(patient, 'accessRecord')('PATRQT'),
    ask(officer, 'accessRecord')('HOPERAT'),
    ask(officer, 'listConsents')(),
    ask(officer, 'putConsent', (patientId) => ({
      consentId: 'consent-1',
      resource: consentOf(patientId, permit()),
    }))(),
    ask(officer, 'revokeConsent', () => ({ consentId: 'consent-1' }))(),
    ask(officer, 'listDisclosures')(),
    ask(officer, 'getKeys')(),
    ask(officer, 'rotateKey', () => ({ scope: 'wrapping' }))(),
    ask(officer, 'shredPatient')(),
  ];
}

const withheldIsAbsent: Check = {
  id: 'withheld-is-absent',
  isolation: 'shared',
  async run({ session, hit }) {
    const ward = openWard(session());
    // To whom the role shows no psychotherapy, and consent nothing with a label.
    const nurse = await ward.person('nurse');
    const patient = await ward.admit({ members: [nurse] });
    for (const type of ['Condition', 'Observation'] as const) {
      const { physician, patientId } = patient;
      const shown = await ward.write(physician, patientId, clinicalResource(type, patientId));
      const withheld = [];
      for (const label of SENSITIVE) {
        const resource = clinicalResource(type, patientId, 'not to be seen', label);
        withheld.push(await ward.write(physician, patientId, resource));
      }
      withheld.push(await labelledLater(ward, patient, type));
      for (const resourceId of withheld) {
        await holdAbsent(ward, nurse, patient, { resourceType: type, resourceId });
        hit('compared', 2);
      }
      await holdCounted(ward, nurse, patient, type, [shown]);
      hit('compared', 2);
    }
  },
};

/** A version counts with the labels of the present one: the first is as withheld as the second. @returns its id */
async function labelledLater(
  ward: Ward,
  { physician, patientId }: Admitted,
  type: 'Condition' | 'Observation',
): Promise<string> {
  const first = clinicalResource(type, patientId);
  const resourceId = await ward.write(physician, patientId, first);
  await ward.write(physician, patientId, clinicalResource(type, patientId, 'found later', 'hiv'), {
    resourceId,
    ifMatch: etagOf(1),
  });
  return resourceId;
}

/** By its id it is refused as an id is that nothing has. */
async function holdAbsent(
  ward: Ward,
  nurse: Person,
  { patientId }: Admitted,
  withheld: { readonly resourceType: ResourceType; readonly resourceId: string },
): Promise<void> {
  const absent = { ...withheld, resourceId: ward.id(`no-${withheld.resourceId}`) };
  const questions = [
    { operation: 'readResource', more: {} },
    ...((await readsVersions(ward))
      ? [{ operation: 'readVersion', more: { versionId: '1' } }]
      : []),
  ];
  for (const { operation, more } of questions) {
    const rounds = [];
    for (const place of [absent, withheld]) {
      const replies = [];
      for (let round = 0; round < ROUNDS; round += 1) {
        const requestId = ward.requestId();
        const asked = { requestId, patientId, purpose: 'TREAT', ...place, ...more };
        const reply = await ward.ask(nurse, operation, asked);
        refusedWith(operation, reply, 'UNKNOWN_RESOURCE');
        replies.push(told(reply, asked));
      }
      rounds.push(replies);
    }
    const differs = difference(rounds);
    hold(
      differs === undefined,
      `${operation} of what is withheld should be refused as if it were not there: ${differs}.`,
      'the same status, headers and body',
      rounds.map(([reply]) => Object.fromEntries(reply!)),
    );
  }
}

async function holdCounted(
  ward: Ward,
  nurse: Person,
  { patientId }: Admitted,
  resourceType: ResourceType,
  visible: readonly string[],
): Promise<void> {
  interface Found {
    total: number;
    entry: { resource: { id: string } }[];
  }
  const input = { patientId, resourceType, purpose: 'TREAT' };
  const { total, entry } = await ward.must<Found>(nurse, 'searchResources', input);
  const found = entry.map(({ resource }) => resource.id);
  hold(
    total === visible.length && found.length === total && found.every((id) => visible.includes(id)),
    'searchResources should find and count what the reader may see, and nothing else.',
    { total: visible.length, ids: visible },
    { total, ids: found },
  );
  const view = okOutput<RecordView>(
    'accessRecord',
    await ward.access(nurse, patientId, { types: [resourceType] }),
  );
  const accessed = view.resources.map(({ id }) => id);
  hold(
    accessed.length === visible.length && accessed.every((id) => visible.includes(id)),
    'accessRecord should give what the reader may see, and nothing else.',
    visible,
    accessed,
  );
}

export const silentRefusals: readonly Check[] = [sameRefusal, withheldIsAbsent];
