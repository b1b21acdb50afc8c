/** EHR-BTG-01.e: a declared emergency, and what was done under it, can be told from the audit log and waits for review. */
import type { Grant, Reviews } from '../../../spec/records/messages.d.ts';
import type { Check } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { refusedWith } from '../kit/replies.ts';

import { clinicalResource } from './clinical.ts';
import { admitCasualty, declared, EMERGENCY_PURPOSES, stranger } from './emergencies.ts';
import type { Casualty } from './emergencies.ts';
import { policy } from './policy.ts';
import { theEntryOf } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Person, Ward } from './wardTypes.ts';

const DURATION_MS = 3_600_000;
const REASON = 'brought in without consciousness';

export const emergenciesAreRecorded: Check = {
  id: 'emergencies-are-recorded',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const casualty = await admitCasualty(ward);
    const { patientId } = casualty.patient;
    const grants = (['physician', 'nurse'] as const).flatMap((role) =>
      EMERGENCY_PURPOSES.map(async (purpose) => {
        const person = await stranger(ward, role);
        const requestId = ward.requestId();
        const more = { grantId: ward.id(`g-${role}-${purpose}`), purpose, reason: REASON };
        const asked = { requestId, durationMs: DURATION_MS, ...more };
        const grant = await declared(ward, person, patientId, asked);
        holdGrant(grant, person, patientId, more);
        await holdEntry(ward, requestId, 'declareBreakGlass', purpose, grant);
        await holdOnce(ward, person, grant);
        context.hit('grants');
        for (const accessFor of EMERGENCY_PURPOSES) {
          const count = await holdAccesses(ward, person, casualty, accessFor, grant);
          context.hit('accesses', count);
        }
      }),
    );
    await Promise.all(grants);
  },
};

function holdGrant(
  grant: Grant,
  { userId }: Person,
  patientId: string,
  { grantId, purpose, reason }: { grantId: string; purpose: string; reason: string },
): void {
  const { grantedAtMs } = grant;
  const dueAtMs = grantedAtMs + policy.breakGlass.reviewWithinMs;
  holdSame(
    grant,
    {
      ...{ grantId, patientId, userId, purpose, reason, grantedAtMs },
      expiresAtMs: grantedAtMs + DURATION_MS,
      review: { status: 'pending', dueAtMs, overdue: false },
    },
    'A grant should say who may see whom for what, until when, and that it waits for review.',
  );
}

/** The same declaration again is the same grant; it is listed once, with every filter that it fits. */
async function holdOnce(ward: Ward, person: Person, grant: Grant): Promise<void> {
  const { patientId, grantId, purpose, reason } = grant;
  const again = { grantId, purpose, reason, durationMs: DURATION_MS };
  holdSame(
    await declared(ward, person, patientId, again),
    grant,
    'The same declaration again should be answered with the grant as it stands.',
  );
  const other = await ward.declare(person, patientId, { ...again, durationMs: DURATION_MS - 1 });
  refusedWith('Another declaration with the id of a grant', other, 'ID_REUSED');
  const officer = await ward.officer();
  for (const filter of [{ patientId }, { status: 'pending' }, { patientId, status: 'pending' }]) {
    const { reviews } = await ward.must<Reviews>(officer, 'listReviews', filter);
    holdSame(
      reviews.filter((each) => each.grantId === grantId),
      [grant],
      `listReviews with ${JSON.stringify(filter)} should list the grant once, as it was granted.`,
    );
  }
  const done = { patientId, status: 'justified' };
  const { reviews } = await ward.must<Reviews>(officer, 'listReviews', done);
  hold(
    reviews.every((each) => each.grantId !== grantId),
    'A grant that waits for review should not be listed as justified.',
    [],
    reviews,
  );
}

async function holdAccesses(
  ward: Ward,
  person: Person,
  { patient, kept }: Casualty,
  purpose: string,
  grant: Grant,
): Promise<number> {
  const { patientId } = patient;
  const condition = kept.find(({ resource }) => resource.resourceType === 'Condition')!;
  const of = { patientId, purpose };
  const type = { ...of, resourceType: 'Condition' };
  const requests = {
    accessRecord: of,
    readPatient: of,
    readResource: { ...type, resourceId: condition.resourceId },
    searchResources: type,
    putResource: {
      ...of,
      resourceType: 'Observation',
      resourceId: ward.requestId(),
      resource: clinicalResource('Observation', patientId, 'seen in an emergency'),
    },
  };
  for (const [operation, input] of Object.entries(requests)) {
    const requestId = ward.requestId();
    await ward.must(person, operation, { ...input, requestId });
    await holdEntry(ward, requestId, operation, purpose, grant);
  }
  return Object.keys(requests).length;
}

async function holdEntry(
  ward: Ward,
  requestId: string,
  operation: string,
  purpose: string,
  { grantId, userId, patientId }: Grant,
): Promise<void> {
  const entry = await theEntryOf(ward, requestId, `${operation} in an emergency`);
  const { outcome, purpose: recorded, patientId: about } = entry;
  holdSame(
    {
      ...{ outcome, operation: entry.operation, purpose: recorded, patientId: about },
      ...{ userId: entry.userId, grantId: entry.grantId },
    },
    { ...{ outcome: '0', operation, purpose, patientId }, ...{ userId, grantId } },
    `The entry of ${operation} in an emergency should name the user, the patient, the purpose and the grant.`,
  );
}
