/** Asks by its idempotency key what became of a command whose reply was lost: of cases that have findKey. */
import type { CampaignCall } from '../../campaignJudge.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { Resolution } from '../../../history/historyRecorder.ts';

/** A command without a key cannot be asked about. */
export async function lookUpKey(
  call: CampaignCall,
  { idempotencyKey }: HistoryOperation,
): Promise<Resolution> {
  if (idempotencyKey === undefined) return { kind: 'absent' };
  const answer = await call('findKey', { idempotencyKey });
  switch (answer.kind) {
    case 'ok':
      return answer.output['state'] === 'completed'
        ? { kind: 'found', output: answer.output }
        : { kind: 'unanswered' };
    case 'refused':
      return { kind: answer.problem.code === 'UNKNOWN_KEY' ? 'absent' : 'unanswered' };
    case 'malformed':
    case 'indeterminate':
      return { kind: 'unanswered' };
  }
}
