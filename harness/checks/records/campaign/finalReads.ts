/** What is read when everything has healed and nothing is sent any more: the whole log, and every record that was written to; then once more after another kill. */
import { randomBytes } from 'node:crypto';
import type { AuditPage, RecordView, Resource } from '../../../../spec/records/messages.d.ts';
import { asker } from '../../askHealed.ts';
import type { Ask } from '../../askHealed.ts';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { restartOnce, unless } from '../../kit/campaign/finalFrame.ts';
import { findings } from '../../kit/campaign/findings.ts';
import { Violation } from '../../check.ts';
import { place, recordsHistory } from './commands.ts';
import type { RecordsHistory } from './commands.ts';

export interface RecordsView {
  readonly entries: AuditPage['entries'];
  /** By place(). */
  readonly resources: ReadonlyMap<string, Resource>;
}

export interface RecordsFinals {
  /** Before one more kill; undefined when what it showed has not the shape of the contract. */
  readonly before: RecordsView | undefined;
  readonly after: RecordsView | undefined;
  /** Of the newest operation that was known when it was read. */
  readonly lastEvent: number;
  /** Sentences: what was wrong while it was read. */
  readonly findings: readonly string[];
}

const PAGE = 1_000;
/** A campaign of hours at 500 requests a second has fewer entries. */
const MAX_ENTRIES = 5_000_000;

export async function finalReads(context: CampaignFinalContext): Promise<RecordsFinals> {
  const { operations } = await context.history();
  const history = recordsHistory(operations);
  const ask = asker(context.call, context.errors);
  const { sentences, report } = findings();
  const before = await unless(report, () => readView(ask, history));
  const after = await unless(report, async () => {
    await restartOnce(context, 'the records system');
    return readView(ask, history);
  });
  const lastEvent = operations.reduce((last, { callEvent }) => Math.max(last, callEvent), 0);
  return { before, after, lastEvent, findings: sentences };
}

async function readView(ask: Ask, history: RecordsHistory): Promise<RecordsView> {
  // Ids of its own, so that nothing here is mistaken for a request of the load.
  const token = randomBytes(6).toString('hex');
  let requests = 0;
  const requestId = (): string => `final-${token}-${(requests += 1)}`;
  const person = async (role: string): Promise<{ userId: string; authorization: string }> => {
    const userId = `final-${role}-${token}`;
    const credential = randomBytes(24).toString('hex');
    const organizationId = `final-org-${token}`;
    await ask('putUser', { userId, role, organizationId, credential });
    const login = { requestId: requestId(), userId, credential };
    return { userId, ...(await ask<{ authorization: string }>('createSession', login)) };
  };
  const [officer, physician] = [await person('privacy-officer'), await person('physician')];

  const resources = new Map<string, Resource>();
  for (const patientId of new Set([...history.writes.values()].map((write) => write.patientId))) {
    await ask('putCareTeam', {
      careTeamId: `final-${patientId}`,
      patientId,
      members: [physician.userId],
    });
    const view = await ask<RecordView>('accessRecord', {
      authorization: physician.authorization,
      requestId: requestId(),
      patientId,
      purpose: 'TREAT',
    });
    for (const each of view.resources) {
      resources.set(place(patientId, each.resourceType, each.id), each);
    }
  }
  return { entries: await readLog(ask, officer.authorization, requestId), resources };
}

async function readLog(
  ask: Ask,
  authorization: string,
  requestId: () => string,
): Promise<AuditPage['entries']> {
  const entries: AuditPage['entries'] = [];
  let fromIndex: number | null = 0;
  // What the reading itself adds is not waited for.
  let endAt: number | undefined;
  while (fromIndex !== null && fromIndex < (endAt ?? Infinity) && entries.length < MAX_ENTRIES) {
    const page: AuditPage = await ask<AuditPage>('listAudit', {
      authorization,
      requestId: requestId(),
      fromIndex,
      limit: PAGE,
    });
    endAt ??= page.treeSize;
    entries.push(...page.entries);
    if (page.nextIndex !== null && page.nextIndex <= fromIndex) {
      throw new Violation(
        `listAudit from ${fromIndex} says that the next page begins at ${page.nextIndex}.`,
      );
    }
    fromIndex = page.nextIndex;
  }
  return entries;
}
