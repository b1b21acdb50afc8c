/** Double entry: which lines an authorisation, a release, a capture and a refund have. */
import type { Entry, Line, Settlement } from '../../../../spec/payments/messages.d.ts';
import { allocate, convert, feeOf } from './money.ts';
import { has } from './life.ts';
import type { Life } from './life.ts';
import type { PaymentState } from './state.ts';
import type { Step } from './step.ts';

type Layer = Line['layer'];

const line =
  (direction: Line['direction']) =>
  (accountId: string, layer: Layer, amountMinor: number, currency: string): Line => ({
    accountId,
    direction,
    layer,
    amountMinor,
    currency,
  });
const debit = line('debit');
const credit = line('credit');

const merchantAccount = (merchantId: string, currency: string): string =>
  `merchant:${merchantId}:${currency}`;
const ownAccount = (life: Life, name: string, networkId: string, currency: string): string =>
  life.options.freedoms.accountNames === 'by kind'
    ? `${name}:${networkId}:${currency}`
    : `${networkId}:${currency}.${name}`;

/** Who owes the platform what was charged. */
const receivable = (life: Life, payment: PaymentState): string => {
  const providerId = providerOf(payment);
  return ownAccount(life, `provider-${providerId}`, payment.networkId, payment.currency);
};

export function providerOf({ attempts }: PaymentState): string {
  const approved = attempts.find(({ outcome }) => outcome === 'approved');
  if (approved) return approved.providerId;
  throw new Error('No provider has approved this payment.');
}

export function reserve(life: Life, step: Step): void {
  const { payment } = step;
  const { merchantId, currency, amountMinor } = payment;
  payment.holdEntryId = step.entry('authorization', [
    debit(receivable(life, payment), 'pending', amountMinor, currency),
    credit(merchantAccount(merchantId, currency), 'pending', amountMinor, currency),
  ]);
}

/** Takes the reservation back, if there is one. */
export function release(life: Life, step: Step): void {
  const { payment } = step;
  if (payment.holdEntryId === null) return;
  const { merchantId, currency, amountMinor } = payment;
  const lines = [
    debit(merchantAccount(merchantId, currency), 'pending', amountMinor, currency),
    credit(receivable(life, payment), 'pending', amountMinor, currency),
  ];
  step.entry('release', lines, payment.holdEntryId);
  payment.holdEntryId = null;
}

/** Undefined when there is no rate. */
export function settle(
  life: Life,
  payment: PaymentState,
  amountMinor: number,
): Settlement | undefined {
  const { freedoms } = life.options;
  const { networkId, merchantId, currency: from } = payment;
  const currency = life.state.merchants.get(merchantId)?.settlementCurrency ?? from;
  const rate = currency === from ? null : life.state.rates.get(`${networkId}/${from}/${currency}`);
  const network = life.state.networks.get(networkId);
  if (rate === undefined || network === undefined) return undefined;
  const scale = has(life, 'leaves the exponents out of a conversion') ? currency : from;
  const grossMinor =
    rate === null
      ? amountMinor
      : convert(amountMinor, rate, scale, currency, freedoms.conversionRounding);
  const feeRounding = has(life, 'rounds fees down') ? 'down' : freedoms.feeRounding;
  const feeMinor = feeOf(grossMinor, network.fee, feeRounding);
  return {
    ...{ currency, grossMinor, feeMinor, netMinor: grossMinor - feeMinor },
    rate: rate !== null && freedoms.rateWritten === 'otherwise' ? otherwise(rate) : rate,
  };
}

/** The same number. */
function otherwise(rate: string): string {
  return rate.includes('.') ? rate.padEnd(rate.length + (rate.length < 14 ? 1 : 0), '0') : rate;
}

export function bookCapture(life: Life, step: Step, amountMinor: number): void {
  const { payment } = step;
  const { settlement, networkId, currency: from } = payment;
  if (!settlement) throw new Error('A capture has its settlement.');
  const { currency, grossMinor, feeMinor, netMinor, rate } = settlement;
  const splits = payment.splits ?? [{ merchantId: payment.merchantId, weight: 1 }];
  const { remainderTies, plainAllocations } = life.options.freedoms;
  const ties = has(life, 'loses the remainder of a split') ? 'nobody' : remainderTies;
  const allocations = allocate(netMinor, splits, ties);
  const isPlain = payment.splits === null && plainAllocations === 'empty';
  payment.allocations = isPlain ? [] : allocations;

  const source = receivable(life, payment);
  const conversion = (of: string): string => ownAccount(life, 'conversion', networkId, of);
  const inOneLeg = [
    debit(source, 'posted', amountMinor, from),
    debit(conversion(currency), 'posted', grossMinor, currency),
  ];
  const converted = [
    debit(source, 'posted', amountMinor, from),
    credit(conversion(from), 'posted', amountMinor, from),
    debit(conversion(currency), 'posted', grossMinor, currency),
  ];
  const plain = [debit(source, 'posted', grossMinor, currency)];
  const kept = [
    credit(ownAccount(life, 'fees', networkId, currency), 'posted', feeMinor, currency),
    ...allocations.map((each) =>
      credit(merchantAccount(each.merchantId, currency), 'posted', each.amountMinor, currency),
    ),
  ];
  const legs = has(life, 'converts in one leg') ? inOneLeg : converted;
  const isFeeLost = has(life, 'leaves the fee out of its entry');
  step.entry('capture', [...(rate === null ? plain : legs), ...kept.slice(isFeeLost ? 1 : 0)]);
}

export function bookRefund(life: Life, step: Step, amountMinor: number): void {
  const { payment } = step;
  const { settlement, networkId, merchantId, currency: from } = payment;
  if (!settlement) throw new Error('What is refunded was captured.');
  const { currency, rate, grossMinor } = settlement;
  const source = receivable(life, payment);
  const kind: Entry['kind'] = 'refund';
  if (rate === null) {
    step.entry(kind, [
      debit(merchantAccount(merchantId, currency), 'posted', amountMinor, currency),
      credit(source, 'posted', amountMinor, currency),
    ]);
    return;
  }
  const { conversionRounding } = life.options.freedoms;
  const exact = convert(amountMinor, rate, from, currency, conversionRounding);
  const taken = Math.min(exact, grossMinor - payment.refundedGrossMinor);
  payment.refundedGrossMinor += taken;
  const conversion = (of: string): string => ownAccount(life, 'conversion', networkId, of);
  step.entry(kind, [
    debit(merchantAccount(merchantId, currency), 'posted', taken, currency),
    credit(conversion(currency), 'posted', taken, currency),
    debit(conversion(from), 'posted', amountMinor, from),
    credit(source, 'posted', amountMinor, from),
  ]);
}
