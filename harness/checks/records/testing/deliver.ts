/** Alerts and entries on their way to the organisations, until they are received. */
import { DiskFull } from './disk.ts';
import { has, inBackground, pause, write } from './life.ts';
import type { Life } from './life.ts';
import type { Alert, Change, Step } from './state.ts';

const RETRY_PAUSE_MS = 200;
const MAX_BATCH = 1_000;

/** What was not received in earlier lives. */
export function resumeDeliveries(life: Life): void {
  const { state, freedoms, isRestarted } = life;
  if (isRestarted && freedoms.deliveriesAfterCrash === 'begin anew') {
    state.alerted.clear();
    state.told.clear();
  }
  if (isRestarted && has(life, 'forgets deliveries in a crash')) {
    for (const { alertId } of state.alerts.values()) state.alerted.add(alertId);
    for (const [organizationId, all] of state.entriesOfOrganization) {
      state.told.set(organizationId, all.length);
    }
  }
  for (const alert of state.alerts.values()) {
    if (!state.alerted.has(alert.alertId)) sendAlert(life, alert);
  }
  for (const organizationId of state.entriesOfOrganization.keys()) tellSink(life, organizationId);
}

export function deliver(life: Life, { changes, entry }: Step): void {
  for (const { kind, value } of changes) if (kind === 'alert') sendAlert(life, value);
  if (entry?.organizationId !== undefined) tellSink(life, entry.organizationId);
}

function sendAlert(life: Life, alert: Alert): void {
  const times = life.freedoms.deliveries === 'twice' ? 2 : 1;
  inBackground(life, async () => {
    for (let received = 0, sent = 0; received < times; sent += 1) {
      const isOther = has(life, 'sends each alert under an id of its own') && sent > 0;
      const told = isOther ? { ...alert, alertId: `${alert.alertId}:${sent}` } : alert;
      const { kind } = await life.outside.receiveAlert(told);
      if (kind === 'answer' || has(life, 'sends alerts once')) received += 1;
      else await pause(life, RETRY_PAUSE_MS);
    }
    life.state.alerted.add(alert.alertId);
    keep(life, { kind: 'alerted', value: alert.alertId });
  });
}

/** One sending at a time to each sink, in the order of the log. */
function tellSink(life: Life, organizationId: string): void {
  const { state, telling, freedoms } = life;
  if (telling.has(organizationId) || has(life, 'tells no sink')) return;
  telling.add(organizationId);
  const times = freedoms.deliveries === 'twice' ? 2 : 1;
  const size = freedoms.sinkBatches === 'single entries' ? 1 : MAX_BATCH;
  inBackground(life, async () => {
    for (;;) {
      const all = state.entriesOfOrganization.get(organizationId) ?? [];
      const from = state.told.get(organizationId) ?? 0;
      const indexes = all.slice(from, from + size);
      if (indexes.length === 0) break;
      const isReceived = await sendBatch(life, organizationId, indexes, times);
      if (!isReceived && !has(life, 'tells sinks once')) {
        await pause(life, RETRY_PAUSE_MS);
        continue;
      }
      const count = from + indexes.length;
      state.told.set(organizationId, count);
      keep(life, { kind: 'told', value: { organizationId, count } });
    }
    telling.delete(organizationId);
  });
}

async function sendBatch(
  life: Life,
  organizationId: string,
  indexes: readonly number[],
  times: number,
): Promise<boolean> {
  const entries = indexes.flatMap((index) => {
    const { event } = life.state.entries[index]!;
    if (event.outcome !== '0' && has(life, 'tells sinks of what was done only')) return [];
    const told = has(life, 'tells sinks no entities') ? { ...event, entity: [] } : event;
    return [{ index: has(life, 'tells sinks other indexes') ? index + 1 : index, event: told }];
  });
  if (entries.length === 0) return true;
  const everybody = has(life, 'tells each sink of everything')
    ? [...life.state.entriesOfOrganization.keys()]
    : [organizationId];
  let isReceived = true;
  for (let sent = 0; sent < times; sent += 1) {
    for (const each of everybody) {
      const { kind } = await life.outside.receiveAuditEntries(each, entries);
      isReceived &&= kind === 'answer';
    }
  }
  return isReceived;
}

/** What is not kept is sent once more after a crash. */
function keep(life: Life, change: Change): void {
  try {
    write(life, { changes: [change] });
  } catch (error) {
    if (!(error instanceof DiskFull)) throw error;
  }
}
