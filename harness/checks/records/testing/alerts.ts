/** What the receivers of organisations are told, each under one alertId. */
import type { Observation, PutResource } from '../../../../spec/records/messages.d.ts';
import type { Call } from './call.ts';
import { has, write } from './life.ts';
import type { Life } from './life.ts';
import { DiskFull } from './disk.ts';
import { policy } from './policy.ts';
import type { Alert, Change, GrantState, PatientState } from './state.ts';

const { system, codes } = policy.criticalInterpretations;

export function criticalAlert(
  { life }: Call,
  { keys }: PatientState,
  { patientId, resourceType, resourceId, resource }: PutResource,
  versionId: string,
): Change[] {
  if (resourceType !== 'Observation') return [];
  const isCritical = isCriticalResult(life, resource as Observation);
  if (!isCritical) return [];
  if (versionId !== '1' && has(life, 'alerts of first versions only')) return [];
  const { valueString, code } = resource as Observation;
  const named = `${valueString ?? code.text ?? ''}`.replace(/[^A-Za-z0-9_.:-]/g, '');
  const suffix = has(life, 'names alerts after their values') ? named.slice(0, 60) : versionId;
  const value: Alert = {
    alertId: `critical:${patientId}:${resourceId}:${suffix}`,
    ...{ organizationId: keys.organizationId, kind: 'critical-result', patientId },
    ...{ reference: `Patient/${patientId}/Observation/${resourceId}`, atMs: life.nowMs },
  };
  return [{ kind: 'alert', value }];
}

function isCriticalResult(life: Life, { interpretation = [] }: Observation): boolean {
  if (has(life, 'alerts of every Observation')) return true;
  const known = has(life, 'knows HH only for critical') ? ['HH'] : codes;
  return interpretation.some(({ coding = [] }) =>
    coding.some((each) => each.system === system && known.includes(each.code)),
  );
}

export function emergencyAlert(life: Life, { keys }: PatientState, grant: GrantState): Change[] {
  if (has(life, 'alerts of no emergency')) return [];
  if (grant.purpose === 'BTG' && has(life, 'alerts of ETREAT only')) return [];
  const { grantId, patientId, userId, grantedAtMs } = grant;
  const organizationId = has(life, "alerts the declaring user's organisation")
    ? life.state.users.get(userId)!.organizationId
    : keys.organizationId;
  const value: Alert = {
    ...{ organizationId, alertId: `break-glass:${grantId}`, kind: 'break-glass' },
    ...{ patientId, grantId, userId, atMs: grantedAtMs },
  };
  return [{ kind: 'alert', value }];
}

export function isOverdue(life: Life, { status, dueAtMs }: GrantState): boolean {
  const lateMs = has(life, 'is overdue a millisecond late') ? 1 : 0;
  return status === 'pending' && life.nowMs >= dueAtMs + lateMs;
}

/** Whenever the clock has moved. What cannot be written now is told another time. */
export function raiseOverdue(life: Life): void {
  if (has(life, 'forgets who is overdue')) return;
  const { state } = life;
  const changes = [...state.grants.values()].flatMap((grant): Change[] => {
    const alertId = `review-overdue:${grant.grantId}`;
    const { patientId, grantId, dueAtMs } = grant;
    if (!isOverdue(life, grant) || state.alerts.has(alertId)) return [];
    const { organizationId } = state.patients.get(patientId)!.keys;
    const kind = 'review-overdue';
    return [
      {
        kind: 'alert',
        value: { organizationId, alertId, kind, patientId, grantId, atMs: dueAtMs },
      },
    ];
  });
  if (changes.length === 0) return;
  try {
    write(life, { changes });
  } catch (error) {
    if (!(error instanceof DiskFull)) throw error;
  }
}
