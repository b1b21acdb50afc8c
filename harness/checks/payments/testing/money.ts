/** Exact arithmetic on minor units, as the contract states it. */
import type { Allocation, Network, Split } from '../../../../spec/payments/messages.d.ts';

/** ISO 4217: currencies whose exponent is not 2. */
const EXPONENTS: Readonly<Record<string, number>> = Object.fromEntries([
  ...'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'
    .split(' ')
    .map((code) => [code, 0] as const),
  ...'BHD IQD JOD KWD LYD OMR TND'.split(' ').map((code) => [code, 3] as const),
  ...'CLF UYW'.split(' ').map((code) => [code, 4] as const),
]);
const CURRENCIES: ReadonlySet<string> = new Set([
  ...Intl.supportedValuesOf('currency'),
  ...Object.keys(EXPONENTS),
]);

export const isCurrency = (code: string): boolean => CURRENCIES.has(code);

export const exponentOf = (currency: string): number => EXPONENTS[currency] ?? 2;

export function decimal(amountMinor: number, exponent: number): string {
  if (exponent === 0) return String(amountMinor);
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}

export type Rounding = 'down' | 'up' | 'half-even';

/** numerator / denominator. */
function divide(numerator: bigint, denominator: bigint, rounding: Rounding): bigint {
  const floor = numerator / denominator;
  const rest = numerator % denominator;
  if (rest === 0n || rounding === 'down') return floor;
  if (rounding === 'up') return floor + 1n;
  const twice = 2n * rest;
  const isAbove = twice > denominator || (twice === denominator && floor % 2n === 1n);
  return isAbove ? floor + 1n : floor;
}

/** @param rate a decimal string: major units of `to` for one of `from` */
export function convert(
  amountMinor: number,
  rate: string,
  from: string,
  to: string,
  rounding: Rounding,
): number {
  const [whole = '0', fraction = ''] = rate.split('.');
  const shift = exponentOf(to) - exponentOf(from) - fraction.length;
  const scaled = BigInt(amountMinor) * BigInt(whole + fraction);
  const up = 10n ** BigInt(Math.max(0, shift));
  const down = 10n ** BigInt(Math.max(0, -shift));
  return Number(divide(scaled * up, down, rounding));
}

export function feeOf(grossMinor: number, { bps, fixedMinor }: Network['fee'], rounding: Rounding) {
  const share = Number(divide(BigInt(grossMinor) * BigInt(bps), 10_000n, rounding));
  return Math.min(grossMinor, share + fixedMinor);
}

/** The largest remainder method; a merchant who is named twice gets the sum. */
export function allocate(
  netMinor: number,
  splits: readonly Split[],
  ties: 'first' | 'last' | 'nobody',
): Allocation[] {
  const total = splits.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  const shares = splits.map(({ merchantId, weight }, index) => {
    const exact = BigInt(netMinor) * BigInt(weight);
    return { merchantId, index, amount: exact / total, remainder: exact % total };
  });
  let left = BigInt(netMinor) - shares.reduce((sum, { amount }) => sum + amount, 0n);
  const byRemainder = [...shares].sort((one, other) => {
    if (one.remainder !== other.remainder) return one.remainder > other.remainder ? -1 : 1;
    return ties === 'first' ? one.index - other.index : other.index - one.index;
  });
  for (const share of byRemainder) {
    if (left === 0n || ties === 'nobody') break;
    share.amount += 1n;
    left -= 1n;
  }
  const sums = new Map<string, number>();
  for (const { merchantId, amount } of shares) {
    sums.set(merchantId, (sums.get(merchantId) ?? 0) + Number(amount));
  }
  return [...sums].map(([merchantId, amountMinor]) => ({ merchantId, amountMinor }));
}
