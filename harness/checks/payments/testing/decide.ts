/** Fraud and compliance: both are on disk before a provider is asked. */
import type { Network } from '../../../../spec/payments/messages.d.ts';
import type { SystemAnswer } from '../../testing/inMemoryTarget.ts';
import { declineOrRefuse, keep } from './confirm.ts';
import { ask, goodBody, has, paymentOf } from './life.ts';
import type { Life } from './life.ts';
import { homeRegion } from './regions.ts';
import { joined } from './state.ts';
import type { Command, PaymentState } from './state.ts';
import { openStep } from './step.ts';
import { viewPayment } from './views.ts';

/** Undefined when the payment may be charged. */
export async function decide(life: Life, paymentId: string): Promise<SystemAnswer | undefined> {
  const { decisions } = life.options.freedoms;
  if (decisions === 'at once') {
    const payment = paymentOf(life, paymentId);
    const [score, match] = await Promise.all([askScore(life, payment), askMatch(life, payment)]);
    const ended = await decideFraud(life, paymentId, async () => score);
    const refusal = ended ?? (await decideCompliance(life, paymentId, async () => match));
    return refusal ?? reviewed(life, paymentId);
  }
  const fraud = () => decideFraud(life, paymentId, askScore);
  const compliance = () => decideCompliance(life, paymentId, askMatch);
  const [first, second] = decisions === 'fraud first' ? [fraud, compliance] : [compliance, fraud];
  return (await first()) ?? (await second()) ?? reviewed(life, paymentId);
}

type Score = number | 'unavailable';
type Match = boolean | 'unavailable';

async function askScore(life: Life, payment: PaymentState): Promise<Score> {
  if (payment.fraud !== 'undecided') return 'unavailable';
  const { paymentId, merchantId, networkId, amountMinor, currency, customer, method } = payment;
  const heard = await ask(life, networkId, 'scoreFraud', {
    ...{ paymentId, merchantId, deviceId: customer.deviceId, amountMinor, currency },
    ...{ customerCountry: customer.country, fingerprint: method.fingerprint },
  });
  const body = goodBody(heard);
  if (!body && has(life, 'allows without a score')) return 0;
  const { score } = body ?? {};
  if (typeof score === 'number' && score >= 0 && score <= 1) return score;
  return body && has(life, 'takes nonsense for a low score') ? 0 : 'unavailable';
}

async function askMatch(life: Life, payment: PaymentState): Promise<Match> {
  if (payment.compliance !== 'undecided') return 'unavailable';
  const { paymentId, merchantId, networkId, customer } = payment;
  const { name, country } = customer;
  const question = { paymentId, merchantId, name, country };
  const heard = await ask(life, networkId, 'screenSanctions', question);
  const match = goodBody(heard)?.['match'];
  if (typeof match === 'boolean') return match;
  return has(life, 'takes an outage for a pass') ? false : 'unavailable';
}

type Ask<T> = (life: Life, payment: PaymentState) => Promise<T>;

async function decideFraud(
  life: Life,
  paymentId: string,
  asked: Ask<Score>,
): Promise<SystemAnswer | undefined> {
  const payment = paymentOf(life, paymentId);
  if (payment.fraud !== 'undecided') return undefined;
  const score = await asked(life, payment);
  const network = life.state.networks.get(payment.networkId);
  const step = openStep(life, paymentOf(life, paymentId));
  const { level, decision } = judgeScore(life, score, network?.fraud);
  step.payment.risk = { score: score === 'unavailable' ? null : score, level, decision };
  const isLater = decision === 'allow' && has(life, 'records the fraud decision after the charge');
  const isLost = decision === 'unavailable' && has(life, 'records no outage of the scorer');
  if (!isLater && !isLost) step.event('fraud.decided', { decision, level });
  const command = commandOf(payment);
  if (decision === 'unavailable') {
    return declineOrRefuse(life, step, command, { refusal: 'FRAUD_UNAVAILABLE' });
  }
  if (decision === 'block') {
    return declineOrRefuse(life, step, command, { decline: 'FRAUD_SUSPECTED' });
  }
  step.payment.fraud = decision;
  step.write();
  return undefined;
}

function judgeScore(life: Life, score: Score, thresholds: Network['fraud'] | undefined) {
  const { reviewFrom, blockAbove } = thresholds ?? { reviewFrom: 0.65, blockAbove: 0.8 };
  if (score === 'unavailable') return { level: 'unknown', decision: 'unavailable' } as const;
  const blocksAt = score === blockAbove && has(life, 'blocks at the threshold');
  if (score > blockAbove || blocksAt) return { level: 'highest', decision: 'block' } as const;
  if (score >= reviewFrom) return { level: 'elevated', decision: 'review' } as const;
  return { level: 'normal', decision: 'allow' } as const;
}

async function decideCompliance(
  life: Life,
  paymentId: string,
  asked: Ask<Match>,
): Promise<SystemAnswer | undefined> {
  const payment = paymentOf(life, paymentId);
  if (payment.compliance !== 'undecided') return undefined;
  const verdict = breaksRules(life, payment) ? 'violation' : verdictOf(await asked(life, payment));
  const step = openStep(life, paymentOf(life, paymentId));
  step.event('compliance.decided', { decision: verdict, regionId: payment.regionId });
  const command = commandOf(payment);
  switch (verdict) {
    case 'unavailable':
      return declineOrRefuse(life, step, command, { refusal: 'COMPLIANCE_UNAVAILABLE' });
    case 'violation':
      return declineOrRefuse(life, step, command, { decline: 'COMPLIANCE_VIOLATION' });
    case 'pass':
      step.payment.compliance = 'pass';
      step.write();
      return undefined;
  }
}

function verdictOf(match: Match): 'pass' | 'violation' | 'unavailable' {
  if (match === 'unavailable') return 'unavailable';
  return match ? 'violation' : 'pass';
}

function breaksRules(life: Life, payment: PaymentState): boolean {
  const merchant = life.state.merchants.get(payment.merchantId);
  const home = merchant && homeRegion(life, merchant);
  const carrier = life.state.regions.get(joined(payment.networkId, payment.regionId ?? ''));
  const region = has(life, 'knows the rules of the home region only') ? home : carrier;
  if (!region) return true;
  const { sanctionedCountries, blockedMethods, maxAmountMinor = Infinity } = region.compliance;
  return (
    sanctionedCountries.includes(payment.customer.country) ||
    (blockedMethods.some((type) => type === payment.method.type) &&
      !has(life, 'ignores blocked methods')) ||
    payment.amountMinor > maxAmountMinor ||
    (payment.amountMinor === maxAmountMinor && has(life, 'declines at the limit'))
  );
}

/** Puts it in review where the score asks for it and nobody has looked. */
function reviewed(life: Life, paymentId: string): SystemAnswer | undefined {
  const payment = paymentOf(life, paymentId);
  if (payment.fraud !== 'review' || has(life, 'reviews nothing')) return undefined;
  const step = openStep(life, payment);
  step.event('payment.review_required');
  Object.assign(step.payment, { status: 'requires_review', work: null });
  return keep(life, step, commandOf(payment), { output: viewPayment(step.payment) });
}

export function commandOf({ work }: PaymentState): Command {
  if (work) return work.command;
  throw new Error('A payment that is being confirmed has its command on disk.');
}
