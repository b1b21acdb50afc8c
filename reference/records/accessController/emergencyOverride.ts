/** Declared emergencies, and the review that each of them waits for. */
import type {
  DeclareBreakGlass,
  Grant,
  ListReviews,
  ReviewGrant,
  Reviews,
} from '../../../spec/records/messages.d.ts';
import { addAlert, breakGlass, reviewOverdue } from '../auditLogger/alerts.ts';
import type { Records } from '../records.ts';
import { Refusal } from '../request.ts';
import type { GrantRow } from '../store/consents.ts';
import { dutyRelationship, policy } from './policy.ts';
import { dutyOf, erased } from './relationships.ts';
import type { DecideForUser } from './sessionManager.ts';

const { defaultDurationMs, reviewWithinMs } = policy.breakGlass;

export const declareBreakGlass: DecideForUser<DeclareBreakGlass> = (request, input) => {
  const { records, user, nowMs, operation } = request;
  const { store } = records;
  const { patientId, grantId, purpose, reason, durationMs = defaultDurationMs } = input;
  if (!dutyRelationship(operation, user.role)) {
    throw new Refusal('NOT_BREAK_GLASS_AUTHORISED', 'the role may not declare an emergency');
  }
  const patient = store.patient(patientId);
  if (!patient) throw new Refusal('UNKNOWN_PATIENT', 'no such patient');
  if (patient.state !== 'active') throw erased();
  const declared = { grantId, patientId, userId: user.userId, purpose, reason };
  const before = store.grant(grantId);
  if (before) {
    if (isSame(before, { ...declared, durationMs })) return { output: grantOf(before, nowMs) };
    throw new Refusal('ID_REUSED', 'the id is that of another emergency');
  }
  const grant: GrantRow = {
    ...declared,
    grantedAtMs: nowMs,
    expiresAtMs: nowMs + durationMs,
    dueAtMs: nowMs + reviewWithinMs,
    status: 'pending',
    reviewerId: null,
    overdueTold: 0,
  };
  store.putGrant(grant);
  addAlert(records, patient, breakGlass(grant), nowMs);
  return { output: grantOf(grant, nowMs) };
};

export const listReviews: DecideForUser<ListReviews> = (request, { patientId, status }) => {
  dutyOf(request);
  const { records, nowMs } = request;
  const reviews = records.store
    .grants()
    .filter((grant) => patientId === undefined || grant.patientId === patientId)
    .filter((grant) => status === undefined || grant.status === status)
    .map((grant) => grantOf(grant, nowMs));
  const output: Reviews = { reviews };
  return { output };
};

export const reviewGrant: DecideForUser<ReviewGrant> = (request, { grantId, outcome }) => {
  const { records, user, nowMs, facts } = request;
  const grant = records.store.grant(grantId);
  if (grant) facts.patientId = grant.patientId;
  dutyOf(request);
  if (!grant) throw new Refusal('UNKNOWN_GRANT', 'no such emergency');
  if (grant.status === outcome) return { output: grantOf(grant, nowMs) };
  if (grant.status !== 'pending') {
    throw new Refusal('ALREADY_REVIEWED', 'it was reviewed with another outcome');
  }
  const reviewed: GrantRow = { ...grant, status: outcome, reviewerId: user.userId };
  records.store.putGrant(reviewed);
  return { output: grantOf(reviewed, nowMs) };
};

/** Tells, once it is due, that nobody has looked at an emergency. To be called when time has passed. */
export async function tellOverdue(records: Records): Promise<void> {
  const { store, turns, clock } = records;
  if (store.dueGrants(clock.nowMs()).length === 0) return;
  await turns.take(() => {
    const nowMs = clock.nowMs();
    for (const grant of store.dueGrants(nowMs)) {
      store.putGrant({ ...grant, overdueTold: 1 });
      const patient = store.patient(grant.patientId);
      if (patient) addAlert(records, patient, reviewOverdue(grant), nowMs);
    }
  });
}

function isSame(
  grant: GrantRow,
  declared: Pick<GrantRow, 'patientId' | 'userId' | 'purpose' | 'reason'> & { durationMs: number },
): boolean {
  return (
    grant.patientId === declared.patientId &&
    grant.userId === declared.userId &&
    grant.purpose === declared.purpose &&
    grant.reason === declared.reason &&
    grant.expiresAtMs - grant.grantedAtMs === declared.durationMs
  );
}

function grantOf(grant: GrantRow, nowMs: number): Grant {
  const { grantId, patientId, userId, purpose, reason, grantedAtMs, expiresAtMs } = grant;
  const { status, dueAtMs, reviewerId } = grant;
  const overdue = status === 'pending' && nowMs >= dueAtMs;
  const review = { status, dueAtMs, overdue, ...(reviewerId !== null && { reviewerId }) };
  return { grantId, patientId, userId, purpose, reason, grantedAtMs, expiresAtMs, review };
}
