/** EHR-AUD-05: every organisation's sink gets the entries about its patients, in the end. */
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { readLog } from './auditEntries.ts';
import type { AuditEntry } from './auditEntries.ts';
import { clinicalResource } from './clinical.ts';
import { holdNobodyWaits } from './nobodyWaits.ts';
import { worldOf } from './outside.ts';
import { traffic } from './traffic.ts';
import { WITHIN_MS } from './patience.ts';
import { waitFor } from './waitFor.ts';
import { openWard } from './ward.ts';
import type { Admitted, Ward } from './wardTypes.ts';
import type { Behaviour, RecordsWorld, TakenEntry } from './worldQuestions.ts';

const REQUESTS = 24;
const FAILURES: readonly Behaviour[] = [
  { kind: 'error', status: 500 },
  { kind: 'reset' },
  { kind: 'silence' },
];
const DOWN: Behaviour = { kind: 'error', status: 503 };
/** Whoever tries again soon has failed several times by then. */
const SEVERAL_FAILURES_MS = 3_000;

const sinksGetEntries: Check = {
  id: 'sinks-get-entries',
  isolation: 'shared',
  deadlineMs: 4 * WITHIN_MS,
  async run(context) {
    const ward = openWard(context.session());
    const there = await ward.admit({ organizationId: `${ward.organizationId}.else` });
    const here = await traffic(ward, REQUESTS);
    await traffic(ward, REQUESTS, there);
    await visit(ward, here, there);
    for (const patient of [here, there]) {
      await holdSinkHasAll(context, ward, patient);
      // The sink had everything for a while: what comes then has to reach it too.
      await ward.access(patient.physician, patient.patientId);
      await holdSinkHasAll(context, ward, patient);
    }
  },
};

async function holdSinkHasAll(context: CheckContext, ward: Ward, patient: Admitted): Promise<void> {
  const expected = await about(ward, patient);
  const taken = await takenAll(worldOf(context), patient.organizationId, expected);
  context.hit('entries', holdDelivered(expected, taken, patient));
  await holdOwn(ward, patient, taken);
}

/** Each organisation's physician asks about the other's patient. */
async function visit(ward: Ward, here: Admitted, there: Admitted): Promise<void> {
  await ward.access(here.physician, there.patientId);
  await ward.access(there.physician, here.patientId);
  await ward.declare(here.physician, there.patientId);
  await ward.access(here.physician, there.patientId, { purpose: 'ETREAT' });
}

const sinksCatchUp: Check = {
  id: 'sinks-catch-up',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 5 * WITHIN_MS,
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const { organizationId } = ward;
    const patient = await ward.admit();
    const { patientId, physician } = patient;
    const { authorization } = physician;
    const access = () => ({
      operation: 'accessRecord',
      input: { authorization, requestId: ward.requestId(), patientId, purpose: 'TREAT' },
    });
    await holdNobodyWaits(ward, 'the audit sink', access, () =>
      world.script('receiveAuditEntries', organizationId, FAILURES, { kind: 'silence' }),
    );
    const missed = await about(ward, patient);
    await waitFor(
      () => world.calls(organizationId, ['receiveAuditEntries']),
      (calls) => calls.length > FAILURES.length,
      SEVERAL_FAILURES_MS,
    );
    await world.script('receiveAuditEntries', organizationId, []);
    holdDelivered(missed, await takenAll(world, organizationId, missed), patient);

    await world.script('receiveAuditEntries', organizationId, [], DOWN);
    await traffic(ward, REQUESTS, patient);
    const before = await about(ward, patient);
    await killAndRestart(target);
    context.hit('kills');
    await world.script('receiveAuditEntries', organizationId, []);
    // Before there is another entry about the patient: nothing but the restart brings them.
    const taken = await takenAll(world, organizationId, before);
    context.hit('entries', holdDelivered(before, taken, patient));

    await ward.write(physician, patientId, clinicalResource('Condition', patientId));
    await ward.access(physician, patientId);
    const expected = await about(ward, patient);
    holdDelivered(expected, await takenAll(world, organizationId, expected), patient);
  },
};

async function about(ward: Ward, { patientId, organizationId }: Admitted): Promise<AuditEntry[]> {
  return readLog(ward, { by: await ward.officer(organizationId), patientId });
}

/** What the sink has once all is there, or when the time is over. */
function takenAll(
  world: RecordsWorld,
  organizationId: string,
  expected: readonly AuditEntry[],
): Promise<TakenEntry[]> {
  return waitFor(
    () => world.entries(organizationId),
    (taken) => {
      const indexes = new Set(taken.map(({ index }) => index));
      return expected.every(({ index }) => indexes.has(index));
    },
    world.withinMs,
  );
}

function holdDelivered(
  expected: readonly AuditEntry[],
  taken: readonly TakenEntry[],
  { patientId, organizationId }: Admitted,
): number {
  for (const { index, event } of expected) {
    const delivered = taken.filter((each) => each.index === index);
    hold(
      delivered.length > 0,
      `The entry ${index} about ${patientId} did not reach the audit sink of ${organizationId} within ${WITHIN_MS / 1_000} s.`,
      event,
      undefined,
    );
    for (const each of delivered) {
      holdSame(
        each.event,
        event,
        `The entry ${index} should reach the audit sink as listAudit gives it.`,
      );
    }
  }
  return expected.length;
}

/** Nothing about others: what came is what the log has about the organisation's patient. */
async function holdOwn(ward: Ward, patient: Admitted, taken: readonly TakenEntry[]): Promise<void> {
  const known = new Map((await about(ward, patient)).map(({ index, event }) => [index, event]));
  for (const { index, event } of taken) {
    hold(
      sameJson(known.get(index), event),
      `The audit sink of ${patient.organizationId} was sent the entry ${index}, which the log does not have about its only patient.`,
      known.get(index),
      event,
    );
  }
}

export const sinks: readonly Check[] = [sinksGetEntries, sinksCatchUp];
