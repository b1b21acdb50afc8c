/** How the trading case judges a campaign of faults: what HFT-COMP-03.a-c ask of single kills, of a whole history under load. */
import type { CampaignFinding, CampaignJudge } from '../campaignJudge.ts';
import type { JsonObject } from '../../target/target.ts';
import { SEQUENCED, idempotencyKeyOf } from './campaign/commands.ts';
import { finalReads } from './campaign/finalReads.ts';
import type { TradingFinals } from './campaign/finalReads.ts';
import { judgeHistory } from './campaign/judgeHistory.ts';

const CLAUSE = 'HFT-COMP-03.d';

export const campaign: CampaignJudge<TradingFinals> = {
  // A cancel or a replace names an order and an account, and whose symbol it is only the venue knows.
  partitionOf: (_operation, input) => text(input['symbol']) ?? text(input['account']) ?? '',
  idempotencyKeyOf,
  witnessSeqOf(operation, output) {
    const { auditSeq, asOfAuditSeq } = output as JsonObject;
    if (SEQUENCED.has(operation)) return number(auditSeq);
    return operation === 'getPositions' ? number(asOfAuditSeq) : undefined;
  },
  async lookUp(call, { operation, input }) {
    const clOrdId = operation === 'replaceOrder' ? input['newClOrdId'] : input['clOrdId'];
    // Without an id made by its client there is nothing to look for: the journal explains it, or nothing does.
    if (idempotencyKeyOf(operation, input) === undefined) return { kind: 'absent' };
    const answer = await call('getOrder', { account: input['account']!, clOrdId: clOrdId! });
    switch (answer.kind) {
      // The reply has the present state of the order: what the report of the command was it does not say.
      case 'ok':
        return { kind: answer.output['clOrdId'] === clOrdId ? 'found' : 'absent' };
      case 'refused':
        return { kind: answer.problem.code === 'UNKNOWN_ORDER' ? 'absent' : 'unanswered' };
      case 'malformed':
      case 'indeterminate':
        return { kind: 'unanswered' };
    }
  },
  finalReads,
  judge({ history, finals, kills, killsOnReply }): readonly CampaignFinding[] {
    const { violations, acknowledged, unknown } = judgeHistory(history.operations, finals);
    const { replayedEvents: replayed } = finals;
    const hits = { kills, killsOnReply, acknowledged, unknown, replayed };
    return [{ clause: CLAUSE, violations: [...violations, ...finals.findings], hits }];
  },
};

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function number(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}
