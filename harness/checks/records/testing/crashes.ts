/** What defects lose or change in a crash; without one nothing is lost that was on disk. */
import type { Defect } from './defects.ts';
import type { Change, Step } from './state.ts';

const DEFAULT_DURATION_MS = 14_400_000;
/** So many of the newest steps are lost where replies do not wait for the disk. */
const LOST_STEPS = 3;

export function afterCrash(
  defects: ReadonlySet<string>,
  steps: readonly Step[],
  nowMs: number,
): readonly Step[] {
  const has = (defect: Defect): boolean => defects.has(defect);
  const forgotten = FORGOTTEN.filter(([defect]) => has(defect)).map(([, kind]) => kind);
  if (forgotten.length > 0) return changed(steps, (change) => !forgotten.includes(change.kind));
  if (has('forgets grants in a crash')) return changed(steps, ({ kind }) => kind !== 'grant');
  if (has('begins emergencies anew after a crash')) {
    return steps.map((step) => ({
      ...step,
      changes: step.changes.map((change) => begun(change, nowMs)),
    }));
  }
  if (has('replies before it is durable')) return steps.slice(0, -LOST_STEPS);
  if (has('forgets the newest entries in a crash')) return withoutNewestEntries(steps);
  if (has('forgets erasures in a crash')) {
    return changed(steps, (change) => change.kind !== 'keys' || change.value.state === 'active');
  }
  if (has('forgets unfinished erasures in a crash')) {
    return changed(steps, (change) => change.kind !== 'keys' || change.value.state !== 'erasing');
  }
  if (has('changes older entries in a crash')) return steps.map(renamed);
  if (has('forgets rotations in a crash')) return withFirstKeys(steps);
  return steps;
}

const FORGOTTEN: readonly (readonly [Defect, Change['kind']])[] = [
  ['forgets sessions in a crash', 'session'],
  ['forgets care teams in a crash', 'team'],
  ['forgets consents in a crash', 'consent'],
  ['forgets deliveries in a crash', 'alert'],
];

function changed(steps: readonly Step[], isKept: (change: Change) => boolean): Step[] {
  return steps.map((step) => ({ ...step, changes: step.changes.filter(isKept) }));
}

function begun(change: Change, nowMs: number): Change {
  if (change.kind !== 'grant') return change;
  return { kind: 'grant', value: { ...change.value, expiresAtMs: nowMs + DEFAULT_DURATION_MS } };
}

function withoutNewestEntries(steps: readonly Step[]): Step[] {
  const withEntry = steps.filter(({ entry }) => entry).slice(-LOST_STEPS);
  return steps.map((step) => (withEntry.includes(step) ? { changes: step.changes } : step));
}

function renamed(step: Step): Step {
  const { entry } = step;
  if (!entry) return step;
  const event = { ...entry.event, source: { observer: { display: 'restarted' } } };
  return { ...step, entry: { ...entry, event } };
}

function withFirstKeys(steps: readonly Step[]): Step[] {
  const seen = new Set<string>();
  return changed(steps, (change) => {
    if (change.kind !== 'keys' || change.value.state !== 'active') return true;
    const isFirst = !seen.has(change.value.patientId);
    seen.add(change.value.patientId);
    return isFirst;
  });
}
