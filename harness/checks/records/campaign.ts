/** How the records case judges a campaign of faults: replies against the audit log, roots against the log of later, writes against what is there. */
import type { CampaignEvidence, CampaignFinding, CampaignJudge } from '../campaignJudge.ts';
import type { JsonObject } from '../../target/target.ts';
import { findings } from '../kit/campaign/findings.ts';
import { recordsHistory } from './campaign/commands.ts';
import { finalReads } from './campaign/finalReads.ts';
import type { RecordsFinals } from './campaign/finalReads.ts';
import { holdEntries, holdRoots, holdSameEntries, holdWritten } from './campaign/judgeEntries.ts';
import { holdWrites, seenVersions } from './campaign/judgeWrites.ts';
import { lookUp } from './campaign/lookUp.ts';

export const campaign: CampaignJudge<RecordsFinals> = {
  partitionOf: (_operation, input) => text(input['patientId']) ?? '',
  idempotencyKeyOf,
  witnessSeqOf: () => undefined,
  lookUp,
  finalReads,
  judge,
};

/** A write without ifMatch is carried out once at most: sent again it is refused with VERSION_MISMATCH. A grant and a revocation are answered as they stand. */
function idempotencyKeyOf(operation: string, input: JsonObject): string | undefined {
  const parts = [input['patientId'], input['resourceType']];
  switch (operation) {
    case 'putPatient':
    case 'putResource':
    case 'putConsent': {
      if (input['ifMatch'] !== undefined) return undefined;
      const id = input['resourceId'] ?? input['consentId'];
      return [operation, ...parts, id].map(String).join(' ');
    }
    case 'revokeConsent':
      return [operation, ...parts, input['consentId'], input['requestId']].map(String).join(' ');
    case 'declareBreakGlass':
      return `${operation} ${String(input['grantId'])}`;
    default:
      return undefined;
  }
}

function judge({
  history: recorded,
  finals,
  kills,
  killsOnReply,
}: CampaignEvidence<RecordsFinals>): CampaignFinding[] {
  const history = recordsHistory(recorded.operations);
  const { before, after, findings: found, lastEvent } = finals;
  const [audited, rooted, kept] = [findings(), findings(), findings()];
  // What was still sent while the final state was read says nothing of it.
  const isOver = recorded.operations.every(({ callEvent }) => callEvent <= lastEvent);
  const views = isOver ? [before, after].filter((view) => view !== undefined) : [];
  const seen = seenVersions(recorded.operations);
  found.forEach(kept.report);
  let roots = 0;
  for (const view of views) {
    holdEntries(history, view, audited.report);
    holdWritten(view, history, audited.report);
    roots = holdRoots(history, view, rooted.report);
    holdWrites(history, view, seen, kept.report);
  }
  if (isOver && before && after) holdSameEntries(before, after, rooted.report);
  const acknowledged = views.length > 0 ? history.acknowledged : 0;
  return [
    {
      clause: 'EHR-AUD-01.e',
      violations: audited.sentences,
      hits: { kills, killsOnReply, acknowledged },
    },
    { clause: 'EHR-AUD-03.e', violations: rooted.sentences, hits: { kills, roots } },
    { clause: 'EHR-INT-01.e', violations: kept.sentences, hits: { kills, acknowledged } },
  ];
}

function text(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
