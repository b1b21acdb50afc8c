import type { PaymentMethod } from '../../../spec/payments/messages.d.ts';
export function methodFault(method: PaymentMethod): string | undefined {
  if (method.type !== 'card') return undefined;
  const sum = [...method.number]
    .reverse()
    .reduce((s, d, i) => s + (i % 2 ? Math.floor((+d * 2) / 10) + ((+d * 2) % 10) : +d), 0);
  return sum % 10 === 0 ? undefined : 'the check digit is wrong';
}
