import type { CreatePayment } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { methodFault } from '../../methods/paymentMethod.ts';
import { exponentOf } from '../../money/currencies.ts';
import { confirmWithToken, maskedMethod } from '../confirmation.ts';
import type { Rules } from '../confirmation.ts';
import { refused } from '../endings.ts';
import type { Claim } from '../keys.ts';
import { inTurn } from '../onPayment.ts';
import type { Platform } from '../platform.ts';
import { rulesFor } from '../rules.ts';
import { answerPayment, startRun } from '../run.ts';
import type { Run } from '../run.ts';

export function createPayment(
  platform: Platform,
  claim: Claim,
  input: CreatePayment,
): Promise<Answer> {
  const checked = check(platform, input);
  if ('refusal' in checked) return Promise.resolve(checked.refusal);
  const paymentId = platform.newId('pay');
  return inTurn(platform, paymentId, (turn) =>
    create(startRun(platform, claim, paymentId, turn), input, checked),
  );
}

async function create(run: Run, input: CreatePayment, rules: Rules): Promise<Answer> {
  const { outside } = run.platform;
  const { network } = rules;
  const { merchantId, amountMinor, currency, customer, paymentMethod } = input;
  const token = await outside.tokenize(paymentMethod, network.callTimeoutMs);
  const isTaken = token !== 'unavailable';
  const method = isTaken ? maskedMethod(paymentMethod.type, token) : null;
  run.add({
    type: 'payment.created',
    data: {
      merchantId,
      amountMinor,
      currency,
      captureMethod: input.captureMethod ?? 'automatic',
      paymentMethod: method,
    },
    kept: {
      networkId: network.networkId,
      customer,
      splits: input.splits ?? null,
      methodType: paymentMethod.type,
      token: isTaken ? token.token : null,
    },
  });
  if (!isTaken || !method) return refused(run, 'VAULT_UNAVAILABLE', 'the vault gives no token');
  if (input.confirm === false) return answerPayment(run);
  return confirmWithToken(run, rules, { token: token.token, method });
}

/** Step 1: what is refused here leaves no trace. */
function check(platform: Platform, input: CreatePayment): Rules | { refusal: Answer } {
  const { state } = platform;
  const refusal = (code: string, detail: string) => ({ refusal: platform.refusal(code, detail) });
  const { currency, paymentMethod, merchantId } = input;
  if (exponentOf(currency) === undefined) {
    return refusal('UNSUPPORTED_CURRENCY', `ISO 4217 has no ${currency}`);
  }
  const fault = methodFault(paymentMethod);
  if (fault !== undefined) return refusal('INVALID_PAYMENT_METHOD', fault);
  const merchant = state.merchants.get(merchantId);
  if (!merchant) return refusal('UNKNOWN_MERCHANT', `there is no merchant ${merchantId}`);
  const { networkId } = merchant;
  for (const { merchantId: id } of input.splits ?? []) {
    if (state.merchants.get(id)?.networkId !== networkId) {
      return refusal('UNKNOWN_MERCHANT', `there is no merchant ${id} in ${networkId}`);
    }
  }
  return rulesFor(platform, { merchantId, networkId, currency, amountMinor: input.amountMinor });
}
