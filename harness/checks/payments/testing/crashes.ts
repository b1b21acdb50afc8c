/** What defects lose in a crash; without one nothing is lost that was on disk. */
import type { Defect } from './defects.ts';
import type { DiskRecord, State, StepRecord } from './state.ts';

export function afterCrash(
  defect: Defect | undefined,
  records: readonly DiskRecord[],
): readonly DiskRecord[] {
  if (defect === 'loses the last step in a crash') {
    const last = records.findLastIndex(({ kind }) => kind === 'step');
    return records.filter((_record, index) => index !== last);
  }
  if (defect === 'forgets the entries of refunds in a crash') {
    return changed(records, (step) => ({
      ...step,
      entries: step.entries.filter(({ kind }) => kind !== 'refund'),
    }));
  }
  if (defect === 'forgets decisions in a crash') {
    return changed(records, (step) => ({
      ...step,
      events: step.events.filter(({ type }) => !type.endsWith('.decided')),
    }));
  }
  return records;
}

function changed(
  records: readonly DiskRecord[],
  change: (step: StepRecord) => StepRecord,
): DiskRecord[] {
  return records.map((record) => (record.kind === 'step' ? change(record) : record));
}

const MIN_HOLD_MS = 1_000;

export function beginDeadlinesAnew({ payments }: State, nowMs: number): void {
  for (const payment of payments.values()) {
    const { paymentId, expiresAtMs, createdMs } = payment;
    if (expiresAtMs === null) continue;
    const anew = nowMs + Math.max(MIN_HOLD_MS, expiresAtMs - createdMs);
    payments.set(paymentId, { ...payment, expiresAtMs: anew });
  }
}
