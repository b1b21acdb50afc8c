/** Requests of many kinds, so that the log has something to tell. */
import type { Answer } from '../../target/target.ts';
import { clinicalResource } from './clinical.ts';
import type { Admitted, Ward } from './wardTypes.ts';

const AT_A_TIME = 8;

/** @returns whom they were about: a new patient, unless one is given */
export async function traffic(ward: Ward, requests: number, of?: Admitted): Promise<Admitted> {
  const patient = of ?? (await ward.admit());
  for (let at = 0; at < requests; at += AT_A_TIME) {
    const some = Array.from({ length: Math.min(AT_A_TIME, requests - at) }, (_, index) =>
      send(ward, patient, at + index),
    );
    await Promise.all(some);
  }
  return patient;
}

/** Answered and refused ones in turn. */
async function send(ward: Ward, { patientId, physician }: Admitted, index: number): Promise<void> {
  const condition = clinicalResource('Condition', patientId);
  switch (index % 6) {
    case 0:
      await ward.write(physician, patientId, condition);
      return;
    case 1:
      await ward.access(physician, patientId);
      return;
    case 2:
      await ward.access(physician, patientId, { purpose: 'HMARKT' });
      return;
    case 3:
      await ward.read(physician, patientId, 'Condition', ward.requestId());
      return;
    case 4:
      await ward.read(physician, patientId, 'Patient', patientId);
      return;
    default:
      await ward.access({ ...physician, authorization: 'Bearer nobody' }, patientId);
  }
}

/** For killInFlight: reads and writes of which only some will be answered. */
export function unansweredTraffic(
  ward: Ward,
  { patientId, physician: { authorization } }: Admitted,
): (() => Promise<Answer>)[] {
  const of = { authorization, patientId, purpose: 'TREAT' };
  return Array.from({ length: 16 }, (_, index) => () => {
    const asked = { ...of, requestId: ward.requestId() };
    if (index % 2 === 0) return ward.session.raw('accessRecord', asked);
    return ward.session.raw('putResource', {
      ...{ ...asked, resourceType: 'Condition', resourceId: ward.requestId() },
      resource: { ...clinicalResource('Condition', patientId) } as never,
    });
  });
}
