import type { ConfirmPayment } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { methodFault } from '../../methods/paymentMethod.ts';
import { confirmWithToken, maskedMethod } from '../confirmation.ts';
import type { MaskedToken, Rules } from '../confirmation.ts';
import { refused } from '../endings.ts';
import type { Claim } from '../keys.ts';
import { onPayment } from '../onPayment.ts';
import type { Platform } from '../platform.ts';
import { rulesFor } from '../rules.ts';
import type { Run } from '../run.ts';

export function confirmPayment(
  platform: Platform,
  claim: Claim,
  input: ConfirmPayment,
): Promise<Answer> {
  return onPayment(platform, claim, input, async (run) => {
    const { status, token } = run.payment;
    const isNew = input.paymentMethod !== undefined;
    const mayConfirm =
      (status === 'requires_confirmation' && (isNew || token !== null)) ||
      (status === 'requires_payment_method' && isNew);
    if (!mayConfirm) {
      const detail = `a payment in ${status} cannot be confirmed ${isNew ? 'so' : 'without a payment method'}`;
      return platform.refusal('INVALID_STATE', detail);
    }
    const fault = input.paymentMethod && methodFault(input.paymentMethod);
    if (fault !== undefined) return platform.refusal('INVALID_PAYMENT_METHOD', fault);
    const rules = rulesFor(platform, run.payment);
    if ('refusal' in rules) return rules.refusal;
    const method = await tokenOf(run, rules, input);
    if (method === 'unavailable') {
      return refused(run, 'VAULT_UNAVAILABLE', 'the vault gives no token');
    }
    return confirmWithToken(run, rules, method);
  });
}

/** The token that the payment has, or that of the new method. */
async function tokenOf(
  { payment, platform }: Run,
  { network }: Rules,
  { paymentMethod }: ConfirmPayment,
): Promise<{ token: string; method: MaskedToken } | 'unavailable'> {
  if (!paymentMethod) {
    const { token, method } = payment;
    return token !== null && method ? { token, method } : 'unavailable';
  }
  const token = await platform.outside.tokenize(paymentMethod, network.callTimeoutMs);
  if (token === 'unavailable') return token;
  return { token: token.token, method: maskedMethod(paymentMethod.type, token) };
}
