import type { ReviewPayment } from '../../../../spec/payments/messages.d.ts';
import type { Answer } from '../../../kit/service.ts';
import { confirmReviewed } from '../confirmation.ts';
import type { Claim } from '../keys.ts';
import { onPayment } from '../onPayment.ts';
import type { Platform } from '../platform.ts';
import { rulesFor } from '../rules.ts';
import { answerPayment } from '../run.ts';

export function reviewPayment(
  platform: Platform,
  claim: Claim,
  input: ReviewPayment,
): Promise<Answer> {
  return onPayment(platform, claim, input, async (run) => {
    const { status } = run.payment;
    if (status !== 'requires_review') {
      return platform.refusal('INVALID_STATE', `a payment in ${status} does not wait for review`);
    }
    if (input.decision === 'reject') {
      run.add({
        type: 'payment.review_decided',
        data: { decision: 'reject' },
        kept: { regionId: null, plan: null },
      });
      return answerPayment(run);
    }
    const rules = rulesFor(platform, run.payment);
    return 'refusal' in rules ? rules.refusal : confirmReviewed(run, rules);
  });
}
