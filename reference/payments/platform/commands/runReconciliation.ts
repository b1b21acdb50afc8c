import type { RunReconciliation } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { reconcile } from '../../reconciliation/reconcile.ts';
import type { Platform } from '../platform.ts';

/** batchId is the key: the same batch with the same content gives the same run. */
export async function runReconciliation(
  platform: Platform,
  input: RunReconciliation,
): Promise<Answer> {
  const { state, database, keys } = platform;
  const { batchId, networkId, providerId, fromMs, toMs } = input;
  if (!state.networks.has(networkId)) {
    return platform.refusal('UNKNOWN_NETWORK', `there is no network ${networkId}`);
  }
  const id = `${networkId}:${providerId}:${batchId}`;
  const request = keys.digest('runReconciliation', input);
  // A run of the same batch that is being written is read below.
  platform.commits.flush();
  const before = database.run(id);
  if (before) {
    return request.equals(before.request)
      ? (JSON.parse(before.reply) as Answer)
      : platform.refusal('IDEMPOTENCY_KEY_REUSED', `${batchId} was run with other lines`);
  }
  const records = state.settled.get(`${networkId}:${providerId}`) ?? [];
  const result = reconcile(
    records.filter(({ atMs }) => atMs >= fromMs && atMs < toMs),
    input.lines,
    {
      payment: (paymentId) => state.streams.get(paymentId)?.payment.networkId === networkId,
      refund: (refundId) => isKnownRefund(platform, networkId, refundId),
    },
  );
  const answer = { output: { runId: platform.newId('run'), batchId, ...result } };
  await platform.commits.commit({ run: { id, request, reply: JSON.stringify(answer) } });
  return answer;
}

function isKnownRefund({ state }: Platform, networkId: string, refundId: string): boolean {
  const paymentId = state.refunds.get(refundId);
  return paymentId !== undefined && state.streams.get(paymentId)?.payment.networkId === networkId;
}
