/** Alerts to the receiver of the patient's managing organisation: added with what they are about, and sent until they are taken. */
import type { JsonClient } from '../../kit/jsonClient.ts';
import type { Lifetime } from '../../kit/lifetime.ts';
import type { Records } from '../records.ts';
import type { GrantRow } from '../store/consents.ts';
import type { AlertRow } from '../store/deliveries.ts';
import type { PatientRow } from '../store/patients.ts';
import { outbox } from './outbox.ts';
import type { Outbox } from './outbox.ts';
import { postTo } from './posting.ts';

/** The id is made of what it is about, so it is the same whenever it is sent. */
export type Alert = { readonly alertId: string } & (
  | { readonly kind: 'break-glass'; readonly grantId: string; readonly userId: string }
  | { readonly kind: 'review-overdue'; readonly grantId: string }
  | { readonly kind: 'critical-result'; readonly reference: string }
);

export function breakGlass({ grantId, userId }: GrantRow): Alert {
  return { alertId: `break-glass:${grantId}`, kind: 'break-glass', grantId, userId };
}

export function reviewOverdue({ grantId }: GrantRow): Alert {
  return { alertId: `review-overdue:${grantId}`, kind: 'review-overdue', grantId };
}

export function criticalResult(
  { patientId }: PatientRow,
  observationId: string,
  versionId: number,
): Alert {
  const reference = `Patient/${patientId}/Observation/${observationId}`;
  const alertId = `critical:${patientId}:${observationId}:${versionId}`;
  return { alertId, kind: 'critical-result', reference };
}

/** Within a turn. */
export function addAlert(
  { store, turns, alertAdded }: Records,
  { patientId, organizationId }: PatientRow,
  alert: Alert,
  atMs: number,
): void {
  store.addAlert(organizationId, JSON.stringify({ ...alert, patientId, atMs }));
  turns.afterwards(() => alertAdded(organizationId));
}

/** Sent at once to one receiver: one that does not answer must not hold up those behind it. */
const MAX_AT_ONCE = 16;

export function alertOutbox(
  { store, turns }: Pick<Records, 'store' | 'turns'>,
  client: JsonClient,
  worldUrl: string,
  lifetime: Lifetime,
): Outbox {
  async function sendOne({ organizationId, position, body }: AlertRow): Promise<boolean> {
    const isTaken = await postTo(client, worldUrl, `/alerts/${organizationId}`, body);
    if (isTaken && !lifetime.isClosed()) await turns.take(() => store.removeAlert(position));
    return isTaken;
  }

  return outbox<AlertRow>({
    pending: (organizationId) => store.nextAlerts(organizationId, MAX_AT_ONCE),
    async send(_organizationId, alerts) {
      const taken = await Promise.all(alerts.map(sendOne));
      // As long as some are taken the rest goes with the next ones: one that is never answered costs the others a time-out, and no pauses.
      return taken.some((isTaken) => isTaken);
    },
    // Each is taken out as soon as it is taken.
    delivered: () => undefined,
    lifetime,
  });
}
