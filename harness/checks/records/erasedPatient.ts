/** What is left of a patient who was erased. */
import type { Keys } from '../../../spec/records/messages.d.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { consentOf } from './consents.ts';
import { readsVersions } from './readsVersions.ts';
import { WITHIN_MS } from './patience.ts';
import { waitFor } from './waitFor.ts';
import { patientResource } from './wardResources.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';
import type { WrittenVersion } from './writtenRecord.ts';
import type { RecordsWorld } from './worldQuestions.ts';

/** Turns begin with a read, a write, the consents of the patient, and so on. */
const FIRST_STEP = 5;

export interface Gone {
  readonly patient: Admitted;
  /** What was written of them, at least one. */
  readonly written: readonly WrittenVersion[];
  readonly consentId: string;
  /** A user who is this patient. */
  readonly self: Person;
}

/** Erases the patient; the reply may say that the key is still to be destroyed. */
export async function shredded(ward: Ward, patient: Admitted): Promise<Keys> {
  const keys = okOutput('shredPatient', await ward.shred(patient));
  holdOneOf(keys.state, ['erasing', 'erased'], 'shredPatient answers with the state');
  return keys;
}

/**
 * To those who had the relationship every read and write is ERASED; to others it is as if nobody were there.
 * @param turn 0, 1, ...: which part of the requests comes first. What asks the key service may learn there what had been forgotten, so
 *   that all that comes after it would be right.
 */
export async function holdGone(ward: Ward, gone: Gone, when: string, turn: number): Promise<void> {
  const { patient, self } = gone;
  const { patientId, physician, organizationId } = patient;
  const officer = await ward.officer(organizationId);
  const treat = { patientId, purpose: 'TREAT' };
  const { resourceId, resource } = gone.written[0] as WrittenVersion;
  const named = { ...treat, resourceType: resource.resourceType, resourceId };
  const consent = { patientId, consentId: gone.consentId };
  const requests: [Person, string, object][] = [
    // First what needs no key: a system that has forgotten the erasure is told of it by the key service.
    [self, 'listConsents', { patientId }],
    [officer, 'listConsents', { patientId }],
    [officer, 'revokeConsent', consent],
    [
      officer,
      'putConsent',
      {
        ...{ patientId, consentId: ward.requestId() },
        resource: consentOf(patientId, { type: 'permit' }),
      },
    ],
    [officer, 'rotateKey', { patientId, scope: 'data' }],
    [officer, 'rotateKey', { patientId, scope: 'wrapping' }],
    [
      physician,
      'declareBreakGlass',
      { patientId, grantId: ward.requestId(), purpose: 'ETREAT', reason: 'found in the street' },
    ],
    [physician, 'readPatient', treat],
    [physician, 'accessRecord', treat],
    [physician, 'readResource', named],
    ...((await readsVersions(ward))
      ? [[physician, 'readVersion', { ...named, versionId: '1' }] as [Person, string, object]]
      : []),
    [physician, 'searchResources', { ...treat, resourceType: resource.resourceType }],
    [physician, 'putResource', { ...named, resource, ifMatch: etagOf(2) }],
    [
      physician,
      'putResource',
      {
        ...{ ...treat, resourceType: 'Observation', resourceId: ward.requestId() },
        resource: clinicalResource('Observation', patientId),
      },
    ],
    [
      physician,
      'putPatient',
      { ...treat, resource: patientResource(organizationId), ifMatch: etagOf(1) },
    ],
    [self, 'accessRecord', { patientId, purpose: 'PATRQT' }],
  ];
  const first = (turn * FIRST_STEP) % requests.length;
  for (const [person, operation, input] of [
    ...requests.slice(first),
    ...requests.slice(0, first),
  ]) {
    const reply = await ward.ask(person, operation, input);
    refusedWith(`${operation} of an erased patient, ${when},`, reply, 'ERASED');
  }
  const again = await ward.ask(physician, 'putPatient', {
    ...{ ...treat, resource: patientResource(organizationId) },
  });
  const registering = `Registering a patient with the id of an erased one, ${when},`;
  refusedWith(registering, again, 'ERASED', 'ACCESS_DENIED', 'VERSION_MISMATCH');
}

/** The key is destroyed, at the latest after the contract's time, and shown so. */
export async function holdErased(
  ward: Ward,
  world: RecordsWorld,
  patient: Admitted,
): Promise<void> {
  const { patientId } = patient;
  const key = await waitFor(
    () => world.key(patientId),
    (seen) => seen?.state === 'destroyed',
    world.withinMs,
  );
  hold(
    key?.state === 'destroyed',
    `The wrapping key of an erased patient was not destroyed within ${WITHIN_MS / 1_000} s.`,
    'destroyed',
    key,
  );
  const keys = await waitFor(
    () => ward.keys(patient),
    ({ state }) => state === 'erased',
    world.withinMs,
  );
  hold(
    keys.state === 'erased',
    'The key of a patient is destroyed, and getKeys does not say that they are erased.',
    'erased',
    keys,
  );
  const again = okOutput('A second shredPatient', await ward.shred(patient));
  hold(
    again.state === 'erased',
    'A second shredPatient should be answered as it stands: erased.',
    'erased',
    again,
  );
}
