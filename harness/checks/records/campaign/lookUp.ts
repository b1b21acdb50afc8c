/** Asks what became of a write whose reply was lost: whether it is there. */
import type { CampaignCall } from '../../campaignJudge.ts';
import type { HistoryOperation } from '../../../history/history.ts';
import type { Resolution } from '../../../history/historyRecorder.ts';
import type { JsonObject } from '../../../target/target.ts';

let questions = 0;

/** Of anything else than the first version of a resource nothing is asked: no other operation shows it to the one who sent it. */
export async function lookUp(
  call: CampaignCall,
  { operation, input }: HistoryOperation,
): Promise<Resolution> {
  if (operation !== 'putResource' || input['ifMatch'] !== undefined) return { kind: 'unanswered' };
  const { authorization, patientId, resourceType, resourceId, purpose, requestId } = input;
  questions += 1;
  const answer = await call('readResource', {
    ...{ authorization, patientId, resourceType, resourceId, purpose },
    requestId: `${String(requestId)}.look.${questions}`,
  } as JsonObject);
  switch (answer.kind) {
    case 'ok':
      return { kind: 'found' };
    case 'refused':
      return { kind: answer.problem.code === 'UNKNOWN_RESOURCE' ? 'absent' : 'unanswered' };
    case 'malformed':
    case 'indeterminate':
      return { kind: 'unanswered' };
  }
}
