/** EHR-ALERT-01: emergencies and critical results reach the receiver of the patient's organisation. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Grant, Observation } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { okOutput } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { clinicalResource, etagOf } from './clinical.ts';
import { holdNobodyWaits } from './nobodyWaits.ts';
import { worldOf } from './outside.ts';
import { policy } from './policy.ts';
import { WITHIN_MS } from './patience.ts';
import { waitFor } from './waitFor.ts';
import { openWard } from './ward.ts';
import type { Admitted, Person, Ward } from './wardTypes.ts';
import type { Behaviour, RecordsWorld, SeenCall, TakenAlert } from './worldQuestions.ts';

/** For what should not come, once what should come is there. */
const GRACE_MS = 400;
const FAILURES: readonly Behaviour[] = [
  { kind: 'error', status: 503 },
  { kind: 'silence' },
  { kind: 'reset' },
  { kind: 'silenceBooked' },
];

const emergenciesAlert: Check = {
  id: 'emergencies-alert',
  isolation: 'shared',
  deadlineMs: 2 * WITHIN_MS,
  async run(context) {
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const elsewhere = `${ward.organizationId}.else`;
    const staff = await Promise.all([
      ward.person('physician', { organizationId: elsewhere }),
      ward.person('nurse', { organizationId: elsewhere }),
      ward.person('physician'),
      ward.person('nurse'),
    ]);
    const grants: Grant[] = [];
    for (const [index, person] of staff.entries()) {
      const purpose = index % 3 === 0 ? 'ETREAT' : 'BTG';
      grants.push(await declared(ward, person, patient, purpose));
    }
    // The same again is no other emergency.
    const [first] = grants as [Grant, ...Grant[]];
    const { grantId, purpose, reason } = first;
    await ward.declare(staff[0], patient.patientId, { grantId, purpose, reason });
    const billing = await ward.person('billing');
    const refused = await ward.declare(billing, patient.patientId);

    const taken = await waitFor(
      () => world.alerts(ward.organizationId),
      (alerts) => grants.every((grant) => ofGrant(alerts, grant).length > 0),
      world.withinMs,
    );
    for (const grant of grants) {
      holdAlerted(taken, grant, patient);
      context.hit('alerts');
    }
    await sleep(GRACE_MS);
    const alerts = await world.alerts(ward.organizationId);
    holdOneIdEach(alerts, ({ grantId: id }) => id);
    hold(
      refused.kind === 'refused' && alerts.every((alert) => isOneOf(alert, grants)),
      'An alert tells of an emergency that nobody declared, or that was refused.',
      grants,
      alerts,
    );
    const others = await world.alerts(elsewhere);
    hold(
      others.length === 0,
      'An alert of an emergency went to another organisation than the one that manages the patient.',
      [],
      others,
    );
  },
};

const criticalResultsAlert: Check = {
  id: 'critical-results-alert',
  isolation: 'shared',
  deadlineMs: 2 * WITHIN_MS,
  async run(context) {
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const { system, codes } = policy.criticalInterpretations;
    const expected: string[] = [];
    const quiet: string[] = [];
    for (const code of codes) {
      expected.push(await written(ward, patient, [{ system, code }]));
      // One of several, and not the first.
      expected.push(
        await written(ward, patient, [
          { system, code: 'N' },
          { system, code },
        ]),
      );
    }
    for (const code of ['N', 'H', 'L', 'A']) {
      quiet.push(await written(ward, patient, [{ system, code }]));
    }
    quiet.push(await written(ward, patient, [{ system: 'http://example.org/codes', code: 'HH' }]));
    quiet.push(await written(ward, patient, []));
    quiet.push(await refusedWrite(ward, patient, quiet[0] as string));
    // Each write is one result: the second one of the same observation too.
    const again = expected[0] as string;
    await rewritten(ward, patient, again, [{ system, code: codes[1] as string }]);
    await rewritten(ward, patient, again, [{ system, code: 'N' }], 2);

    const isThere = (alerts: readonly TakenAlert[]): boolean =>
      expected.every((reference) => ofReference(alerts, reference).length > 0) &&
      idsOf(ofReference(alerts, again)).size >= 2;
    await waitFor(() => world.alerts(ward.organizationId), isThere, world.withinMs);
    await sleep(GRACE_MS);
    const alerts = await world.alerts(ward.organizationId);
    for (const reference of expected) {
      const writes = reference === again ? 2 : 1;
      const ids = idsOf(ofReference(alerts, reference));
      hold(
        ids.size === writes,
        `${reference} was written ${writes} times with a critical interpretation; the receiver of the organisation got alerts with ${ids.size} alertIds within ${WITHIN_MS / 1_000} s.`,
        writes,
        ofReference(alerts, reference),
      );
      context.hit('alerts', writes);
    }
    for (const reference of quiet) {
      hold(
        ofReference(alerts, reference).length === 0 || expected.includes(reference),
        `${reference} was written without a critical interpretation, or not written, and there is an alert of it.`,
        [],
        ofReference(alerts, reference),
      );
      context.hit('quiet');
    }
    hold(
      alerts.every(({ patientId }) => patientId === patient.patientId),
      'An alert of a critical result names another patient.',
      patient.patientId,
      alerts,
    );
  },
};

const alertsAreDelivered: Check = {
  id: 'alerts-are-delivered',
  isolation: 'exclusive',
  needs: ['restart'],
  deadlineMs: 3 * WITHIN_MS,
  async run(context) {
    const { target } = context;
    holdCanRestart(target);
    const ward = openWard(context.session());
    const world = worldOf(context);
    const patient = await ward.admit();
    const stranger = await ward.person('physician', {
      organizationId: `${ward.organizationId}.else`,
    });
    const { patientId } = patient;
    const { authorization } = stranger;
    const declaration = () => ({
      operation: 'declareBreakGlass',
      input: {
        ...{ authorization, requestId: ward.requestId(), patientId, grantId: ward.requestId() },
        ...{ purpose: 'ETREAT', reason: 'found in the street' },
      },
    });
    const declarations = await holdNobodyWaits(ward, 'the alert receiver', declaration, () =>
      world.script('receiveAlert', ward.organizationId, [], { kind: 'silence' }),
    );
    const grants = declarations as unknown as Grant[];
    const again = await Promise.all(
      FAILURES.map((failure, index) => sentAgain(ward, world, failure, index)),
    );
    context.hit('redelivered', again.length);

    await killAndRestart(target);
    context.hit('kills');
    await world.script('receiveAlert', ward.organizationId, []);
    // Before there is another one: nothing but the restart brings them.
    await holdAllAlerted(world, grants, patient);
    await holdAllAlerted(world, [await declared(ward, stranger, patient)], patient);
  },
};

/** One alert, whose first sending fails, to a receiver of its own. */
async function sentAgain(
  ward: Ward,
  world: RecordsWorld,
  failure: Behaviour,
  index: number,
): Promise<void> {
  const organizationId = `${ward.organizationId}.${index}`;
  const patient = await ward.admit({ organizationId });
  await world.script('receiveAlert', organizationId, [failure]);
  const grant = await declared(ward, await ward.person('physician'), patient);
  const calls = await waitFor(
    () => world.calls(organizationId, ['receiveAlert']),
    (seen) => callsOf(seen, grant).length > 1,
    world.withinMs,
  );
  hold(
    callsOf(calls, grant).length > 1,
    `The first sending of an alert met ${failure.kind === 'error' ? 'an error' : failure.kind}, and it was not sent again within ${WITHIN_MS / 1_000} s.`,
    'a second sending',
    calls,
  );
  await holdAllAlerted(world, [grant], patient);
}

async function holdAllAlerted(
  world: RecordsWorld,
  grants: readonly Grant[],
  patient: Admitted,
): Promise<void> {
  const { organizationId } = patient;
  const taken = await waitFor(
    () => world.alerts(organizationId),
    (alerts) => grants.every((grant) => ofGrant(alerts, grant).length > 0),
    world.withinMs,
  );
  for (const grant of grants) holdAlerted(taken, grant, patient);
  const calls = await world.calls(organizationId, ['receiveAlert']);
  holdOneIdEach(
    calls.map(({ input }) => input as unknown as TakenAlert),
    ({ grantId }) => grantId,
  );
}

async function declared(
  ward: Ward,
  person: Person,
  { patientId }: Admitted,
  purpose: 'ETREAT' | 'BTG' = 'ETREAT',
): Promise<Grant> {
  return okOutput('declareBreakGlass', await ward.declare(person, patientId, { purpose }));
}

/** @returns its reference */
async function written(
  ward: Ward,
  { patientId, physician }: Admitted,
  interpretation: readonly Interpretation[],
): Promise<string> {
  const observed = observation(patientId, interpretation);
  return `Patient/${patientId}/Observation/${await ward.write(physician, patientId, observed)}`;
}

type Interpretation = { readonly system: string; readonly code: string };

async function rewritten(
  ward: Ward,
  { patientId, physician }: Admitted,
  reference: string,
  interpretation: readonly Interpretation[],
  version = 1,
): Promise<void> {
  const resourceId = reference.split('/').at(-1) as string;
  const observed = observation(patientId, interpretation);
  await ward.write(physician, patientId, observed, { resourceId, ifMatch: etagOf(version) });
}

/** A critical result that is not written: the observation has no such version. */
async function refusedWrite(
  ward: Ward,
  { patientId, physician }: Admitted,
  reference: string,
): Promise<string> {
  const resourceId = reference.split('/').at(-1) as string;
  const { system, codes } = policy.criticalInterpretations;
  const observed = observation(patientId, [{ system, code: codes[0] as string }]);
  await ward.put(physician, patientId, observed, { resourceId, ifMatch: etagOf(7) });
  return reference;
}

/** Each coding in a concept of its own. */
function observation(patientId: string, interpretation: readonly Interpretation[]): Observation {
  return {
    ...(clinicalResource('Observation', patientId) as Observation),
    ...(interpretation.length > 0 && {
      interpretation: interpretation.map((coding) => ({ coding: [{ ...coding }] })),
    }),
  };
}

function ofGrant(alerts: readonly TakenAlert[], { grantId }: Grant): TakenAlert[] {
  return alerts.filter((alert) => alert.grantId === grantId);
}

function callsOf(calls: readonly SeenCall[], { grantId }: Grant): SeenCall[] {
  return calls.filter(({ input }) => input['grantId'] === grantId);
}

function ofReference(alerts: readonly TakenAlert[], reference: string): TakenAlert[] {
  return alerts.filter((alert) => alert.reference === reference);
}

function idsOf(alerts: readonly TakenAlert[]): Set<string> {
  return new Set(alerts.map(({ alertId }) => alertId));
}

function isOneOf(alert: TakenAlert, grants: readonly Grant[]): boolean {
  return grants.some(({ grantId }) => grantId === alert.grantId);
}

function holdAlerted(taken: readonly TakenAlert[], grant: Grant, { patientId }: Admitted): void {
  const alerts = ofGrant(taken, grant);
  hold(
    alerts.length > 0,
    `The emergency ${grant.grantId} did not reach the alert receiver of the patient's organisation within ${WITHIN_MS / 1_000} s.`,
    'an alert',
    taken,
  );
  for (const { kind, userId, ...alert } of alerts) {
    hold(
      kind === 'break-glass' && userId === grant.userId && alert.patientId === patientId,
      'The alert of an emergency should have the kind break-glass, and say who declared it with whom.',
      { kind: 'break-glass', patientId, userId: grant.userId },
      { kind, userId, ...alert },
    );
  }
}

/** However often it is sent. */
function holdOneIdEach(
  alerts: readonly TakenAlert[],
  aboutOf: (alert: TakenAlert) => string | undefined,
): void {
  for (const [about, same] of Map.groupBy(alerts, aboutOf)) {
    const ids = idsOf(same);
    hold(
      ids.size === 1,
      `The alert of ${about} was sent under ${ids.size} alertIds: a receiver cannot know that it is one.`,
      1,
      same,
    );
  }
}

export const alerts: readonly Check[] = [
  emergenciesAlert,
  criticalResultsAlert,
  alertsAreDelivered,
];
