/** The outside services as functions that answer at once: every payment is approved. What is left is the platform's own time. */
import type { OutsideServices } from '../../reference/payments/outside/outsideServices.ts';
import type { Charge } from '../../reference/payments/outside/outsideTypes.ts';

export const FRAUD_SCORE = 0.1;
/** As the outside services of the contract: 1 % of the capture, half a unit rounded up. */
const FEE_SHARE = 0.01;

/** Only what a createPayment asks; the rest rejects, so that a measurement which needs it fails. */
export function instantOutside(): OutsideServices {
  return {
    tokenize: async (method) => {
      const last4 = method.type === 'card' ? method.number.slice(-4) : '0000';
      return { token: `tok-${last4}`, last4, fingerprint: `fp-${last4}` };
    },
    scoreFraud: async () => FRAUD_SCORE,
    screenSanctions: async () => false,
    createCharge: async ({ reference, amountMinor, capture }) => ({
      kind: 'answered',
      charge: chargeOf(reference, amountMinor, capture ? amountMinor : 0),
    }),
    captureCharge: notAsked,
    voidCharge: notAsked,
    getCharge: notAsked,
    refundCharge: notAsked,
    getProviderRefund: notAsked,
    deliverWebhook: notAsked,
    close: async () => undefined,
  };
}

function chargeOf(reference: string, amountMinor: number, capturedMinor: number): Charge {
  return {
    reference,
    status: capturedMinor > 0 ? 'captured' : 'authorized',
    declineCode: null,
    amountMinor,
    capturedMinor,
    refundedMinor: 0,
    feeMinor: Math.round(capturedMinor * FEE_SHARE),
  };
}

async function notAsked(): Promise<never> {
  throw new Error('a createPayment does not ask for this');
}
