/** How the payments case judges a campaign of faults: keys against the providers' own ledger, the books, and the feed. */
import type { CampaignFinding, CampaignJudge } from '../campaignJudge.ts';
import type { JsonObject } from '../../target/target.ts';
import { realWaits } from '../kit/campaign/finalFrame.ts';
import type { Waits } from '../kit/campaign/finalFrame.ts';
import { lookUpKey } from '../kit/campaign/lookUpKey.ts';
import { keyedCommands } from './campaign/commands.ts';
import { finalReads } from './campaign/finalReads.ts';
import type { PaymentsFinals } from './campaign/finalReads.ts';
import { judgeEvents } from './campaign/judgeEvents.ts';
import { judgeKeys } from './campaign/judgeKeys.ts';
import { judgeLedger } from './campaign/judgeLedger.ts';

export const campaign: CampaignJudge<PaymentsFinals> = paymentsCampaign(realWaits);

/** @param waits for what the platform resolves by itself */
export function paymentsCampaign(waits: Waits): CampaignJudge<PaymentsFinals> {
  return {
    partitionOf: (_operation, input) =>
      text(input['paymentId']) ?? text(input['idempotencyKey']) ?? '',
    idempotencyKeyOf: (_operation, input) => text(input['idempotencyKey']),
    // A version orders the commands of one payment, and a first one comes under a key whose payment nobody knows yet.
    witnessSeqOf: () => undefined,
    // Declined, a payment stays on record, and its key is used up.
    observes: (_operation, code) => code === 'DECLINED',
    lookUp: lookUpKey,
    finalReads: (context) => finalReads(context, waits),
    judge({ history, finals, kills, killsOnReply }): readonly CampaignFinding[] {
      const commands = keyedCommands(history.operations);
      const { charges, retried, ...keys } = judgeKeys(commands, finals);
      const { captures, ...ledger } = judgeLedger(commands, finals);
      const { acknowledged, ...events } = judgeEvents(commands, history.operations, finals);
      return [
        { clause: 'PAY-IDEM-04.c', ...keys, hits: { kills, charges, retried } },
        { clause: 'PAY-LEDGER-01.e', ...ledger, hits: { kills, captures } },
        { clause: 'PAY-EVT-01.e', ...events, hits: { kills, killsOnReply, acknowledged } },
      ];
    },
  };
}

function text(value: JsonObject[string] | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
