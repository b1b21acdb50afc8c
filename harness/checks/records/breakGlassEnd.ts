/** EHR-BTG-02: a grant ends at its deadline, and whether it was an emergency is looked at afterwards. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Grant, Reviews } from '../../../spec/records/messages.d.ts';
import type { Check, CheckContext } from '../check.ts';
import { hold, holdSame } from '../kit/hold.ts';
import { okOutput, refusedWith } from '../kit/replies.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { wardClock } from './clock.ts';
import { admitCasualty, declared, holdOpen, holdShut, stranger } from './emergencies.ts';
import type { Casualty } from './emergencies.ts';
import { worldOf } from './outside.ts';
import { policy } from './policy.ts';
import { openWard } from './ward.ts';
import type { TakenAlert } from './worldQuestions.ts';
import type { Person, Ward } from './wardTypes.ts';

const { maxDurationMs, reviewWithinMs } = policy.breakGlass;
/** The last is the default. */
const DURATIONS_MS = [1, 60_000, 3_600_000, maxDurationMs - 1, undefined] as const;
/** After that one is over. */
const KILL_AFTER = 1;
const MAX_ALERT_MS = 20_000;
const POLL_MS = 20;

const grantExpires: Check = {
  id: 'grant-expires',
  isolation: 'exclusive',
  needs: ['virtual-clock', 'restart'],
  async run(context) {
    holdCanRestart(context.target);
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const casualty = await admitCasualty(ward);
    const { patientId } = casualty.patient;
    const grants = await Promise.all(
      DURATIONS_MS.map(async (durationMs, index) => {
        const person = await stranger(ward, index % 2 === 0 ? 'physician' : 'nurse');
        const more = { grantId: ward.requestId(), ...(durationMs && { durationMs }) };
        return { person, more, grant: await declared(ward, person, patientId, more) };
      }),
    );
    for (const [index, { person, more, grant }] of grants.entries()) {
      const expiresAtMs = context.target.startClockMs + (DURATIONS_MS[index] ?? maxDurationMs);
      hold(
        grant.expiresAtMs === expiresAtMs,
        `A grant of ${context.target.startClockMs} should have expiresAtMs ${expiresAtMs}.`,
        expiresAtMs,
        grant,
      );
      await holdExpires(context, ward, { casualty, person, more, expiresAtMs }, (ms) =>
        clock.moveTo(ward, ms),
      );
      if (index === KILL_AFTER) {
        await killAndRestart(context.target);
        context.hit('kills');
        const again = await ward.login(person);
        await holdShut(ward, again, patientId, 'under a grant that was over before SIGKILL');
      }
    }
    const [{ person }] = grants as [(typeof grants)[0]];
    const again = await ward.login(person);
    await declared(ward, again, patientId);
    await holdOpen(ward, again, casualty, 'BTG', 'under another grant than the one that is over');
  },
};

interface Expiring {
  readonly casualty: Casualty;
  readonly person: Person;
  /** As it was declared. */
  readonly more: { grantId: string; durationMs?: number };
  readonly expiresAtMs: number;
}

async function holdExpires(
  { hit }: CheckContext,
  ward: Ward,
  { casualty, person, more, expiresAtMs }: Expiring,
  moveTo: (nowMs: number) => Promise<void>,
): Promise<void> {
  const { patientId } = casualty.patient;
  await moveTo(expiresAtMs - 1);
  // Its session may have been idle for too long.
  const again = await ward.login(person);
  await holdOpen(ward, again, casualty, 'ETREAT', 'one millisecond before its grant is over');
  await moveTo(expiresAtMs);
  await holdShut(ward, again, patientId, 'at the expiresAtMs of its grant');
  const repeated = okOutput(
    'The same declaration again',
    await ward.declare(again, patientId, more),
  );
  hold(
    repeated.expiresAtMs === expiresAtMs,
    'The same declaration again should be answered with the grant as it stands, which is over.',
    expiresAtMs,
    repeated,
  );
  await holdShut(
    ward,
    again,
    patientId,
    'after the declaration of a grant that is over was sent again',
  );
  hit('expired');
}

const reviewsAreDue: Check = {
  id: 'reviews-are-due',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  deadlineMs: 2 * MAX_ALERT_MS,
  async run(context) {
    const world = worldOf(context);
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const { patientId, organizationId } = await ward.admit();
    const grants = await Promise.all(
      (['physician', 'nurse', 'physician', 'nurse'] as const).map(async (role) =>
        declared(ward, await stranger(ward, role), patientId),
      ),
    );
    const [justified, unjustified, ...left] = grants as [Grant, Grant, ...Grant[]];
    const overdueAlerts = async (): Promise<TakenAlert[]> =>
      (await world.alerts(organizationId)).filter(({ kind }) => kind === 'review-overdue');
    await review(context, ward, justified, 'justified');
    await review(context, ward, unjustified, 'unjustified');
    const dueAtMs = clock.nowMs() + reviewWithinMs;
    await clock.moveTo(ward, dueAtMs - 1);
    ward.forgetStaff();
    const reviews = { justified: [justified], unjustified: [unjustified] };
    await holdLists(ward, patientId, { ...reviews, pending: left }, false);
    holdSame(await overdueAlerts(), [], 'No review is overdue before its dueAtMs.');

    await clock.moveTo(ward, dueAtMs);
    const untilMs = performance.now() + MAX_ALERT_MS;
    await holdLists(ward, patientId, { ...reviews, pending: left }, true);
    for (const { grantId } of left) {
      while (!(await overdueAlerts()).some((alert) => alert.grantId === grantId)) {
        hold(
          performance.now() < untilMs,
          'An alert should say within 20 s that a review is overdue.',
          { kind: 'review-overdue', grantId },
          await overdueAlerts(),
        );
        await sleep(POLL_MS);
      }
      context.hit('overdue');
    }
    holdAlerts(await overdueAlerts(), patientId, left);
    const [late, ...open] = left as [Grant, ...Grant[]];
    await review(context, ward, late, 'justified');
    const after = { ...reviews, justified: [justified, late], pending: open };
    await holdLists(ward, patientId, after, true);
    holdAlerts(await overdueAlerts(), patientId, left);
  },
};

/** Also: once more, which changes nothing, and with the other outcome, which is refused. */
async function review(
  { hit }: CheckContext,
  ward: Ward,
  { grantId }: Grant,
  outcome: 'justified' | 'unjustified',
): Promise<void> {
  const officer = await ward.officer();
  const reviewed = await ward.must<Grant>(officer, 'reviewGrant', { grantId, outcome });
  const { status, overdue, reviewerId } = reviewed.review;
  holdSame(
    { status, overdue, reviewerId },
    { status: outcome, overdue: false, reviewerId: officer.userId },
    'reviewGrant should answer the outcome and who reviewed; what was reviewed is not overdue.',
  );
  holdSame(
    await ward.must<Grant>(officer, 'reviewGrant', { grantId, outcome }),
    reviewed,
    'A review with the same outcome again should be answered as it stands.',
  );
  const other = outcome === 'justified' ? 'unjustified' : 'justified';
  const reply = await ward.ask(officer, 'reviewGrant', { grantId, outcome: other });
  refusedWith('A review with another outcome', reply, 'ALREADY_REVIEWED');
  hit('reviewed');
}

async function holdLists(
  ward: Ward,
  patientId: string,
  lists: Readonly<Record<'pending' | 'justified' | 'unjustified', readonly Grant[]>>,
  isDue: boolean,
): Promise<void> {
  const officer = await ward.officer();
  const listed = async (filter: object): Promise<object[]> => {
    const { reviews } = await ward.must<Reviews>(officer, 'listReviews', filter);
    return reviews
      .filter((each) => each.patientId === patientId)
      .map((each) => statusOf(each, each.review.status, each.review.overdue))
      .sort(byGrant);
  };
  const expected = (status: keyof typeof lists): ReturnType<typeof statusOf>[] =>
    lists[status].map((grant) => statusOf(grant, status, isDue && status === 'pending'));
  const statuses = ['pending', 'justified', 'unjustified'] as const;
  const when = isDue ? 'from dueAtMs on' : 'one millisecond before dueAtMs';
  for (const status of statuses) {
    holdSame(
      await listed({ status }),
      expected(status).sort(byGrant),
      `listReviews ${when} should list what is ${status}.`,
    );
  }
  const all = statuses.flatMap(expected).sort(byGrant);
  holdSame(await listed({ patientId }), all, `listReviews ${when} should list a patient’s grants.`);
  holdSame(await listed({}), all, `listReviews ${when} should list every grant.`);
}

function statusOf({ grantId }: Grant, status: string, overdue: boolean) {
  return { grantId, status, overdue };
}

function byGrant(a: { grantId?: string }, b: { grantId?: string }): number {
  return (a.grantId ?? '') < (b.grantId ?? '') ? -1 : 1;
}

/** More than once is free, with the same id. */
function holdAlerts(
  alerts: readonly TakenAlert[],
  patientId: string,
  overdue: readonly Grant[],
): void {
  const told = new Set(alerts.map(({ alertId, grantId }) => `${alertId} ${grantId}`));
  const grantIds = overdue.map(({ grantId }) => grantId);
  hold(
    told.size === overdue.length &&
      alerts.every(
        (alert) =>
          alert.patientId === patientId &&
          alert.grantId !== undefined &&
          grantIds.includes(alert.grantId),
      ),
    'There should be one alert of kind review-overdue, with one alertId, for each review that is overdue, and none for another.',
    grantIds,
    alerts,
  );
}

export const breakGlassEnd: readonly Check[] = [grantExpires, reviewsAreDue];
