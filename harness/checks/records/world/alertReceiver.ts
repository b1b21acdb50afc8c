/** The organisations' alert receivers: they take whatever comes, as often as it comes. */
import type { JsonObject } from '../../../target/target.ts';
import { boundedMap } from '../../kit/world/boundedMap.ts';
import { groups } from '../../kit/world/groups.ts';
import type { TakenAlert } from '../worldQuestions.ts';

const MAX_ALERTS = 100_000;

export interface AlertReceiver {
  take(alert: Omit<TakenAlert, 'arrivedMs'>): void;
  /** Whether it took one with this id before. */
  has(organizationId: string, alertId: string): boolean;
  /** In the order of arrival. */
  list(organizationId: string): JsonObject[];
}

/**
 * @param now real time, in ms since the epoch
 * @param maxAlerts the newest so many are kept
 */
export function createAlertReceiver(now: () => number, maxAlerts = MAX_ALERTS): AlertReceiver {
  const byOrganization = groups<TakenAlert>();
  const known = boundedMap<true>(maxAlerts);
  const all = boundedMap<TakenAlert>(maxAlerts, (oldest) =>
    byOrganization.remove(oldest.organizationId, oldest),
  );
  let count = 0;
  return {
    take(alert) {
      const taken = { ...alert, arrivedMs: now() };
      all.set(String(count), taken);
      count += 1;
      byOrganization.add(taken.organizationId, taken);
      known.set(keyOf(alert.organizationId, alert.alertId), true);
    },
    has: (organizationId, alertId) => known.get(keyOf(organizationId, alertId)) === true,
    list: (organizationId) => [...byOrganization.of(organizationId)].map((taken) => ({ ...taken })),
  };
}

function keyOf(organizationId: string, alertId: string): string {
  return `${organizationId} ${alertId}`;
}
