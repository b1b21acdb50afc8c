/**
 * A confirmation: token, fraud and compliance decisions, then the charge. What was decided is written together with the first
 * attempt, before any provider is asked.
 */
import type { Network, PaymentMethod } from '../../../spec/payments/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import { decideCompliance } from '../complianceEngine/complianceDecision.ts';
import type { CaptureTerms, ChargePlan, ComplianceDecision } from '../eventStore/paymentEvents.ts';
import { decideFraud } from '../fraudDetection/fraudDecision.ts';
import type { FraudDecision } from '../fraudDetection/fraudDecision.ts';
import type { Token } from '../outside/outsideTypes.ts';
import { chargeThroughProviders } from '../regionRouters/charging.ts';
import { providersOf } from '../regionRouters/route.ts';
import type { Route } from '../regionRouters/route.ts';
import { declined, refused } from './endings.ts';
import { answerPayment } from './run.ts';
import type { Run } from './run.ts';
import type { Region } from './state.ts';

/** What a confirmation goes by, as it stood when its command began. */
export interface Rules {
  readonly network: Network;
  readonly route: Exclude<Route, 'no-route'>;
  readonly terms: CaptureTerms;
}

/** Steps 3 to 5 of a payment in requires_confirmation or requires_payment_method. */
export async function confirmWithToken(
  run: Run,
  rules: Rules,
  token: { readonly token: string; readonly method: MaskedToken },
): Promise<Answer> {
  const { network, route, terms } = rules;
  if (route === 'no-route-available') return noRegion(run);
  const { region } = route;
  const plan = planOf(network, region, terms);
  run.add({
    type: 'payment.confirmed',
    data: { regionId: region.regionId, paymentMethod: token.method },
    kept: { token: token.token, plan },
  });
  const [score, isListed] = await Promise.all([askForScore(run, network), screen(run, network)]);
  const fraud = decideFraud(score, network.fraud);
  run.add({
    type: 'fraud.decided',
    data: fraud,
    kept: { score: score === 'unavailable' ? null : score },
  });
  const compliance = decideCompliance(region.compliance, run.payment, isListed);
  addCompliance(run, compliance, region);
  return followDecisions(run, fraud.decision, compliance);
}

/** Steps 4 and 5 of a payment in requires_review. */
export async function confirmReviewed(run: Run, rules: Rules): Promise<Answer> {
  const { network, route, terms } = rules;
  const region = route === 'no-route-available' ? undefined : route.region;
  run.add({
    type: 'payment.review_decided',
    data: { decision: 'approve' },
    kept: {
      regionId: region?.regionId ?? null,
      plan: region ? planOf(network, region, terms) : null,
    },
  });
  if (!region) return noRegion(run);
  const compliance = decideCompliance(region.compliance, run.payment, await screen(run, network));
  addCompliance(run, compliance, region);
  return followDecisions(run, 'allow', compliance);
}

function followDecisions(
  run: Run,
  fraud: FraudDecision['decision'],
  compliance: ComplianceDecision,
): Promise<Answer> {
  if (compliance === 'violation') return declined(run, 'COMPLIANCE_VIOLATION');
  if (fraud === 'block') return declined(run, 'FRAUD_SUSPECTED');
  if (fraud === 'unavailable') return refused(run, 'FRAUD_UNAVAILABLE', 'no usable score');
  if (compliance === 'unavailable') {
    return refused(run, 'COMPLIANCE_UNAVAILABLE', 'the sanctions list does not answer');
  }
  if (fraud === 'review') {
    run.add({ type: 'payment.review_required', data: {} });
    return answerPayment(run);
  }
  return chargeThroughProviders(run);
}

function noRegion(run: Run): Promise<Answer> {
  return refused(run, 'NO_ROUTE_AVAILABLE', 'no region that may carry it is up');
}

function askForScore(run: Run, { callTimeoutMs }: Network): Promise<number | 'unavailable'> {
  const { paymentId, merchantId, amountMinor, currency, customer, method } = run.payment;
  return run.platform.outside.scoreFraud(
    {
      paymentId,
      merchantId,
      deviceId: customer.deviceId,
      amountMinor,
      currency,
      customerCountry: customer.country,
      fingerprint: method?.fingerprint ?? '',
    },
    callTimeoutMs,
  );
}

function screen(run: Run, { callTimeoutMs }: Network): Promise<boolean | 'unavailable'> {
  const { paymentId, merchantId, customer } = run.payment;
  const { name, country } = customer;
  return run.platform.outside.screenSanctions(
    { paymentId, merchantId, name, country },
    callTimeoutMs,
  );
}

function addCompliance(run: Run, decision: ComplianceDecision, { regionId }: Region): void {
  run.add({ type: 'compliance.decided', data: { decision, regionId } });
}

function planOf(network: Network, region: Region, terms: CaptureTerms): ChargePlan {
  const { callTimeoutMs, authorizationTtlMs, maxProviderAttempts } = network;
  const providers = providersOf(region, maxProviderAttempts);
  return { providers, callTimeoutMs, authorizationTtlMs, terms };
}

export type MaskedToken = {
  readonly type: PaymentMethod['type'];
  readonly last4: string;
  readonly fingerprint: string;
};

/** What may be known of a method outside the vault. */
export function maskedMethod(type: PaymentMethod['type'], token: Token): MaskedToken {
  return { type, last4: token.last4, fingerprint: token.fingerprint };
}
