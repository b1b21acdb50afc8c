/** EHR-AUD-01.a, .b: every request that was answered or refused has one entry, which says what it was and what became of it. */
import type { Check, CheckContext } from '../check.ts';
import { hold } from '../kit/hold.ts';
import { together } from '../kit/together.ts';
import { entriesOfRequest, outcomeOf, parseEntry } from './auditEntries.ts';
import type { AuditEntry, ParsedEntry } from './auditEntries.ts';
import { wardClock } from './clock.ts';
import * as day from './dayOfDeeds.ts';
import { openDiary } from './deeds.ts';
import type { Deed, Diary } from './deeds.ts';
import { worldOf } from './outside.ts';
import { PURPOSES } from './policy.ts';
import { carriedOut } from './recorded.ts';
import { openWard } from './ward.ts';
import type { Sent, Ward } from './wardTypes.ts';

/** Each request at its own time: one that is recorded with another's is found. */
const BETWEEN_MS = 1_013;
const ASKED_AT_A_TIME = 4;

const oneEntryARequest: Check = {
  id: 'one-entry-a-request',
  isolation: 'shared',
  async run(context) {
    const ward = openWard(context.session());
    const hasOne = (sent: Pick<Sent, 'requestId' | 'operation' | 'reply'>) => holdOne(ward, sent);
    // As soon as the reply is there, and whether it still is the only one in the end.
    const diary = openDiary(ward, async () => context.target.startClockMs, hasOne);
    await spendDay(context, diary);
    const codes = new Set<string>();
    await eachOf(byRequest(ward.sent), async (sendings) => {
      const sent = sendings[0] as Sent;
      await hasOne(sent);
      const code = codeOf(sent.reply);
      if (day.isFree(sent.operation, code)) return;
      context.hit('requests');
      if (code !== undefined) codes.add(code);
    });
    context.hit('codes', codes.size);
  },
};

const entrySaysItAll: Check = {
  id: 'entry-says-it-all',
  isolation: 'exclusive',
  needs: ['virtual-clock'],
  async run(context) {
    const ward = openWard(context.session());
    const clock = wardClock(context);
    const diary = openDiary(ward, async () => {
      await clock.advance(ward, BETWEEN_MS);
      return clock.nowMs();
    });
    await spendDay(context, diary);
    await eachOf(diary.deeds, async (deed) => {
      const [entry] = await entriesOf(ward, deed.requestId);
      // That there is one is judged by the clause before.
      if (!entry) return;
      holdSays(entry, deed);
      context.hit('entries');
    });
  },
};

async function spendDay(context: CheckContext, diary: Diary): Promise<void> {
  const open = await day.openDay(diary);
  await day.treatAndRead(open);
  await day.meetSessions(open);
  await day.beRefused(open);
  await day.consentAndDenial(open);
  await day.emergencies(open);
  await day.auditAndKeys(open, worldOf(context));
}

async function holdOne(
  ward: Ward,
  { requestId, operation, reply }: Pick<Sent, 'requestId' | 'operation' | 'reply'>,
): Promise<void> {
  const code = codeOf(reply);
  const entries = await entriesOf(ward, requestId);
  hold(
    entries.length === 1 || (day.isFree(operation, code) && entries.length === 0),
    `${operation} was ${code === undefined ? 'answered' : `refused with ${code}`}, and has ${entries.length} entries in the audit log.`,
    1,
    entries,
  );
  for (const { event } of entries) {
    const said = parseEntry(event);
    hold(
      said.requestId === requestId && said.operation === operation,
      `The entry that listAudit gives for a request of ${operation} is of another one.`,
      { requestId, operation },
      event,
    );
  }
}

function codeOf(reply: Sent['reply']): string | undefined {
  return reply?.kind === 'refused' ? reply.problem.code : undefined;
}

async function entriesOf(ward: Ward, requestId: string): Promise<AuditEntry[]> {
  return carriedOut(await entriesOfRequest(ward, requestId));
}

function byRequest(sent: readonly Sent[]): Sent[][] {
  const done = sent.filter(
    ({ reply }) => reply && !(reply.kind === 'refused' && reply.problem.code === 'OVERLOADED'),
  );
  return [...Map.groupBy(done, ({ requestId }) => requestId).values()];
}

async function eachOf<T>(all: readonly T[], judge: (each: T) => Promise<void>): Promise<void> {
  for (let at = 0; at < all.length; at += ASKED_AT_A_TIME) {
    const some = all.slice(at, at + ASKED_AT_A_TIME);
    await together(some.length, (index) => judge(some[index] as T));
  }
}

/** Undefined: that may be said, or not. */
type Told = Partial<Pick<ParsedEntry, 'userId' | 'role' | 'organizationId' | 'purpose'>> &
  Partial<Pick<ParsedEntry, 'outcome' | 'patientId' | 'resource' | 'grantId'>> & {
    readonly recordedMs: number;
    /** One of them, where there is any. */
    readonly reasons: readonly string[];
  };

function holdSays(entry: AuditEntry, deed: Deed): void {
  const said = parseEntry(entry.event);
  const told = toldOf(deed);
  const wrong = Object.entries({
    time: said.recordedMs === told.recordedMs,
    outcome: said.outcome === told.outcome,
    reason: told.reasons.length === 0 || told.reasons.includes(said.reason ?? ''),
    user: told.userId === undefined || said.userId === told.userId,
    role: says(said.roles, told.role),
    organisation: says(said.organizationIds, told.organizationId),
    purpose: says(said.purposes, told.purpose),
    patient: says(said.patientIds, told.patientId),
    resource: says(said.resources, told.resource),
    grant: told.grantId === undefined || said.grantId === told.grantId,
  }).flatMap(([what, isRight]) => (isRight ? [] : [what]));
  const { operation, reply } = deed;
  const outcome = reply.kind === 'ok' ? 'answered' : `refused with ${reply.problem.code}`;
  hold(
    wrong.length === 0,
    `The entry of ${operation}, which was ${outcome}, does not say the ${wrong.join(', ')} as it was.`,
    told,
    entry.event,
  );
}

function says(said: readonly string[], told: string | undefined): boolean {
  return told === undefined || said.includes(told);
}

function toldOf({ input, by, reply, atMs, reasons, ...more }: Deed): Told {
  const { patientId = more.patientId, purpose, resourceType, resourceId, consentId } = input;
  const isDone = reply.kind === 'ok';
  // Whose log-in failed need not be anybody.
  const who = by ?? (isDone ? more.claimed : undefined);
  const id = resourceId ?? consentId;
  return {
    recordedMs: atMs,
    outcome: outcomeOf(isDone ? undefined : reply.problem.code),
    reasons: isDone ? [] : reasonsOf(reply.problem.code, reasons),
    ...((who ?? more.claimed) && { userId: (who ?? more.claimed)!.userId }),
    ...(who && { role: who.role, organizationId: who.organizationId }),
    ...(typeof purpose === 'string' && PURPOSES.includes(purpose) && { purpose }),
    ...(typeof patientId === 'string' && { patientId }),
    ...(typeof id === 'string' && {
      resource: `Patient/${String(patientId)}/${String(resourceType ?? 'Consent')}/${id}`,
    }),
    ...(isDone && more.grantId !== undefined && { grantId: more.grantId }),
  };
}

/** Instead of ACCESS_DENIED the reason. */
function reasonsOf(code: string, reasons: readonly string[]): readonly string[] {
  return code === 'ACCESS_DENIED' ? reasons : [code];
}

export const everyDecision: readonly Check[] = [oneEntryARequest, entrySaysItAll];
