/** declareBreakGlass, listReviews, reviewGrant. */
import type {
  DeclareBreakGlass,
  Grant,
  ListReviews,
  ReviewGrant,
} from '../../../../spec/records/messages.d.ts';
import { emergencyAlert, isOverdue } from './alerts.ts';
import { holdNotErased, Refusal } from './call.ts';
import type { Handler } from './call.ts';
import { holdDuty } from './decide.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import { policy } from './policy.ts';
import type { Change, GrantState } from './state.ts';

const { defaultDurationMs, reviewWithinMs } = policy.breakGlass;

export const declareBreakGlass: Handler<DeclareBreakGlass> = (call, input) => {
  const { life, trail } = call;
  const { patientId, grantId, purpose, reason } = input;
  try {
    holdDuty(call);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal('NOT_BREAK_GLASS_AUTHORISED');
  }
  const patient = life.state.patients.get(patientId);
  if (!patient) throw new Refusal('UNKNOWN_PATIENT');
  holdNotErased(patient);
  const { userId } = trail.user!;
  const durationMs = input.durationMs ?? defaultDurationMs;
  const known = life.state.grants.get(grantId);
  if (known) {
    const isSame =
      known.patientId === patientId &&
      known.userId === userId &&
      known.purpose === purpose &&
      known.reason === reason &&
      known.durationMs === durationMs;
    if (!isSame) throw new Refusal('ID_REUSED');
    return { output: grantView(life, known) };
  }
  const grant: GrantState = {
    ...{ grantId, patientId, userId, purpose, reason, durationMs },
    ...{ grantedAtMs: life.nowMs, expiresAtMs: life.nowMs + durationMs },
    ...{ status: 'pending', dueAtMs: life.nowMs + reviewWithinMs },
  };
  const changes: Change[] = [
    { kind: 'grant', value: grant },
    ...emergencyAlert(life, patient, grant),
  ];
  return { output: grantView(life, grant), changes };
};

function grantView(life: Life, grant: GrantState): Grant {
  const { grantId, patientId, userId, purpose, reason, grantedAtMs, expiresAtMs } = grant;
  const { status, dueAtMs, reviewerId } = grant;
  return {
    ...{ grantId, patientId, userId, purpose, reason, grantedAtMs, expiresAtMs },
    review: {
      ...{ status, dueAtMs, overdue: isOverdue(life, grant) },
      ...(reviewerId !== undefined && { reviewerId }),
    },
  };
}

export const listReviews: Handler<ListReviews> = (call, { patientId, status }) => {
  const { life } = call;
  holdDuty(call);
  const listed = [...life.state.grants.values()].filter((grant) => {
    if (patientId !== undefined && grant.patientId !== patientId) return false;
    if (grant.expiresAtMs <= life.nowMs && has(life, 'lists open emergencies only')) return false;
    return status === undefined || grant.status === status;
  });
  return { output: { reviews: listed.map((grant) => grantView(life, grant)) } };
};

export const reviewGrant: Handler<ReviewGrant> = (call, { grantId, outcome }) => {
  const { life, trail } = call;
  holdDuty(call);
  const grant = life.state.grants.get(grantId);
  if (!grant) throw new Refusal('UNKNOWN_GRANT');
  trail.patientId = grant.patientId;
  if (grant.status === outcome) return { output: grantView(life, grant) };
  if (grant.status !== 'pending') throw new Refusal('ALREADY_REVIEWED');
  const reviewed: GrantState = { ...grant, status: outcome, reviewerId: trail.user!.userId };
  if (has(life, 'forgets reviews')) return { output: grantView(life, reviewed) };
  return { output: grantView(life, reviewed), changes: [{ kind: 'grant', value: reviewed }] };
};
