/** Whether readVersion is there at all: that it is not, or gives something else, is found by its own clause and told by no other. */
import type { Observation } from '../../../spec/records/messages.d.ts';
import type { Session } from '../check.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { sendRawUntilDecided } from './sendRaw.ts';
import type { Ward } from './wardTypes.ts';

const known = new WeakMap<Session, Promise<boolean>>();

/**
 * Asked once in each conversation. A part of what EHR-INT-01.c holds: a system of which this is false fails there.
 * @returns true also where there is no answer, which is not for this to judge
 */
export function readsVersions(ward: Ward): Promise<boolean> {
  const asked = known.get(ward.session) ?? readsEarlierVersion(ward);
  known.set(ward.session, asked);
  return asked;
}

async function readsEarlierVersion(ward: Ward): Promise<boolean> {
  const { patientId, physician } = await ward.admit();
  const observation = (text: string) => clinicalResource('Observation', patientId, text);
  const resourceId = await ward.write(physician, patientId, observation('first'));
  const more = { resourceId, ifMatch: etagOf(1) };
  await ward.write(physician, patientId, observation('second'), more);
  const answer = await sendRawUntilDecided(ward, physician, 'readVersion', {
    ...{ patientId, resourceType: 'Observation', resourceId, versionId: '1', purpose: 'TREAT' },
  });
  if (answer.kind === 'indeterminate') return !answer.reply;
  return answer.kind === 'ok' && (answer.output as Partial<Observation>).valueString === 'first';
}
