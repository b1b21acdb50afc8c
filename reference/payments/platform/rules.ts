/** What a command on a payment goes by: network, route and terms, as they stand when it begins. */
import type { Network } from '../../../spec/payments/messages.d.ts';
import type { Answer } from '../../kit/service.ts';
import type { CaptureTerms } from '../eventStore/paymentEvents.ts';
import { convert } from '../money/convert.ts';
import { exponentOf } from '../money/currencies.ts';
import { routeFor } from '../regionRouters/route.ts';
import type { Rules } from './confirmation.ts';
import type { Platform } from './platform.ts';

interface Subject {
  readonly merchantId: string;
  readonly networkId: string;
  readonly currency: string;
  readonly amountMinor: number;
}

type Refusal = { readonly refusal: Answer };

export function rulesFor(platform: Platform, payment: Subject): Rules | Refusal {
  const { state } = platform;
  const merchant = state.merchants.get(payment.merchantId);
  const network = state.networks.get(payment.networkId);
  if (!merchant || !network) throw new Error(`${payment.merchantId} has no network`);
  const route = routeFor(state.regions.get(payment.networkId)?.values() ?? [], merchant.country);
  if (route === 'no-route') {
    const detail = `no region of ${payment.networkId} serves ${merchant.country}`;
    return { refusal: platform.refusal('NO_ROUTE', detail) };
  }
  const terms = termsFor(platform, payment, network);
  return 'refusal' in terms ? terms : { network, route, terms };
}

/** The terms of a capture that begins now. Refused when what it brings could not be said in minor units. */
export function termsFor(
  platform: Platform,
  { merchantId, networkId, currency, amountMinor }: Subject,
  { fee }: Network,
): CaptureTerms | Refusal {
  const into = platform.state.merchants.get(merchantId)?.settlementCurrency ?? null;
  if (into === null || into === currency) return { fee, conversion: null };
  const rate = platform.state.rates.get(`${networkId}:${currency}:${into}`)?.rate;
  if (rate === undefined) {
    return { refusal: platform.refusal('NO_RATE', `there is no rate from ${currency} to ${into}`) };
  }
  try {
    convert(amountMinor, rate, exponentOf(currency) ?? 0, exponentOf(into) ?? 0);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { refusal: platform.refusal('INVALID_REQUEST', `in ${into}: ${error.message}`) };
  }
  return { fee, conversion: { currency: into, rate } };
}
