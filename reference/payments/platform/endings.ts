/** How a confirmation ends without a charge. */
import type { DeclineCode } from '../../../spec/payments/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { Run } from './run.ts';

/** The codes of a 503 that leaves the payment in requires_confirmation. */
export type RefusalCode =
  'NO_ROUTE_AVAILABLE' | 'FRAUD_UNAVAILABLE' | 'COMPLIANCE_UNAVAILABLE' | 'VAULT_UNAVAILABLE';

/** 402, kept under the key. */
export async function declined(run: Run, declineCode: DeclineCode): Promise<Answer> {
  const { paymentId, platform } = run;
  run.add({ type: 'payment.declined', data: { declineCode } });
  const answer = platform.refusal('DECLINED', `declined: ${declineCode}`, {
    paymentId,
    declineCode,
  });
  await write(run, { kind: 'kept', answer });
  return answer;
}

/** A definite 503: the payment keeps its events, and the key is free again. */
export async function refused(run: Run, code: RefusalCode, detail: string): Promise<Answer> {
  const { paymentId, platform } = run;
  run.add({ type: 'payment.refused', data: { code } });
  await write(run, { kind: 'free' });
  return platform.refusal(code, detail, { paymentId });
}

/** Once a provider has been asked there is no way back; before that, what cannot be written has not happened. */
function write(run: Run, fate: Parameters<Run['record']>[0]): Promise<void> {
  const { attempts, attemptsBefore } = run.payment;
  return attempts.length > attemptsBefore ? run.persist(fate) : run.record(fate);
}
