/** The operations of the contract, each with what carries it out. */
import type { SetClock } from '../../spec/records/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import {
  declareBreakGlass,
  listReviews,
  reviewGrant,
  tellOverdue,
} from './accessController/emergencyOverride.ts';
import { putCareTeam } from './accessController/relationships.ts';
import { createSession, endSession, forUser, putUser } from './accessController/sessionManager.ts';
import type { DecideForUser } from './accessController/sessionManager.ts';
import {
  getAuditRoot,
  getConsistencyProof,
  getInclusionProof,
  listAudit,
  listDisclosures,
} from './auditLogger/auditReads.ts';
import { listConsents, putConsent, revokeConsent } from './consentManager/consentStore.ts';
import { shredPatient } from './encryptionService/erasure.ts';
import { exportCiphertexts } from './encryptionService/exportCiphertexts.ts';
import { getKeys, rotateKey } from './encryptionService/rotation.ts';
import type { Records } from './records.ts';
import { conduct } from './request.ts';
import {
  accessRecord,
  readPatient,
  readResource,
  readVersion,
  searchResources,
} from './resources/reads.ts';
import { putPatient, putResource } from './resources/writes.ts';

/** The input has the shape that the contract gives the operation. */
export type Operation = (records: Records, input: never) => Answer | Promise<Answer>;

interface OfUser {
  readonly requestId: string;
  readonly authorization?: string;
}

/** Where the data directory keeps the clock: after a restart it must not be earlier. */
export const CLOCK = 'clockMs';

export const operations: ReadonlyMap<string, Operation> = new Map<string, Operation>([
  ['putUser', putUser],
  ['putCareTeam', putCareTeam],
  ['createSession', (records, input) => conduct(records, 'createSession', input, createSession)],
  ofUser('endSession', endSession),
  ofUser('putPatient', putPatient),
  ofUser('readPatient', readPatient),
  ofUser('putResource', putResource),
  ofUser('readResource', readResource),
  ofUser('readVersion', readVersion),
  ofUser('searchResources', searchResources),
  ofUser('accessRecord', accessRecord),
  ofUser('putConsent', putConsent),
  ofUser('revokeConsent', revokeConsent),
  ofUser('listConsents', listConsents),
  ofUser('declareBreakGlass', declareBreakGlass),
  ofUser('listReviews', listReviews),
  ofUser('reviewGrant', reviewGrant),
  ofUser('listAudit', listAudit),
  ofUser('getAuditRoot', getAuditRoot),
  ofUser('getInclusionProof', getInclusionProof),
  ofUser('getConsistencyProof', getConsistencyProof),
  ofUser('listDisclosures', listDisclosures),
  ofUser('getKeys', getKeys),
  ofUser('rotateKey', rotateKey),
  ['shredPatient', shredPatient],
  ['exportCiphertexts', exportCiphertexts],
  ['setClock', setClock],
]);

function ofUser<Input extends OfUser, Material>(
  operation: string,
  decide: DecideForUser<Input, Material>,
): [string, Operation] {
  return [
    operation,
    (records, input) => conduct<Input>(records, operation, input, forUser(decide)),
  ];
}

function setClock(records: Records, { nowMs }: SetClock): Answer {
  const { clock, turns, store, dataKeys, problem } = records;
  // What began before is decided before.
  turns.flush();
  if (!clock.moveTo(nowMs)) return { problem: problem('CLOCK_BACKWARDS', 'the clock is later') };
  turns.carry(() => store.setSetting(CLOCK, nowMs));
  turns.flush();
  dataKeys.dropAged();
  tellOverdue(records).catch(() => undefined);
  return { output: { nowMs } };
}
