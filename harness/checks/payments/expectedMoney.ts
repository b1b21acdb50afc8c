/** The oracle for money: every result that the brief accepts, by exact integer arithmetic. */
import type { Allocation, Network, Split } from '../../../spec/payments/messages.d.ts';

/** Decimals of the two currencies, by ISO 4217. */
export interface Exponents {
  readonly from: number;
  readonly to: number;
}

/** The amount in major units, with exactly as many decimals as the exponent. */
export function decimalAmount(amountMinor: number, exponent: number): string {
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  const point = digits.length - exponent;
  return exponent === 0 ? digits : `${digits.slice(0, point)}.${digits.slice(point)}`;
}

/**
 * A fraction is rounded down or half to even.
 * @param rate a decimal: major units of the target currency for one of the source
 * @returns minor units of the target currency
 */
export function acceptedConversions(
  amountMinor: number,
  rate: string,
  { from, to }: Exponents,
): number[] {
  const { digits, decimals } = parseDecimal(rate);
  const shift = to - from - decimals;
  const numerator = BigInt(amountMinor) * digits * 10n ** BigInt(Math.max(0, shift));
  const denominator = 10n ** BigInt(Math.max(0, -shift));
  return distinct([numerator / denominator, halfToEven(numerator, denominator)]);
}

/** A fraction of the share is rounded up or half to even; the fee is at most gross. */
export function acceptedFees(grossMinor: number, { bps, fixedMinor }: Network['fee']): number[] {
  const numerator = BigInt(grossMinor) * BigInt(bps);
  const shares = [(numerator + 9_999n) / 10_000n, halfToEven(numerator, 10_000n)];
  const gross = BigInt(grossMinor);
  const fees = shares.map((share) => share + BigInt(fixedMinor));
  return distinct(fees.map((fee) => (fee < gross ? fee : gross)));
}

function distinct(values: readonly bigint[]): number[] {
  return [...new Set(values)].map(Number);
}

function halfToEven(numerator: bigint, denominator: bigint): bigint {
  const floor = numerator / denominator;
  const twiceRest = 2n * (numerator % denominator);
  if (twiceRest < denominator) return floor;
  if (twiceRest > denominator) return floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

/** Whether two decimals are the same number. */
export function isSameDecimal(one: string, other: string): boolean {
  const [a, b] = [parseDecimal(one), parseDecimal(other)];
  return a.digits * 10n ** BigInt(b.decimals) === b.digits * 10n ** BigInt(a.decimals);
}

function parseDecimal(text: string): { digits: bigint; decimals: number } {
  const [whole = '', fraction = ''] = text.split('.');
  return { digits: BigInt(whole + fraction), decimals: fraction.length };
}

interface Share {
  /** Rounded down, and one more for each remainder that is surely among the largest. */
  amount: bigint;
  /** How many of the remainders that are equal at the edge are this merchant's: any of them may get one more. */
  atEdge: bigint;
}

/**
 * Largest remainder method: each share rounded down, what is left goes one each to the largest remainders, equal ones any.
 * @param allocations in any order; a merchant who gets nothing may be left out, and one who is named twice has the sum
 * @returns a sentence about what is wrong; undefined when it is one of the accepted allocations
 */
export function splitFault(
  netMinor: number,
  splits: readonly Split[],
  allocations: readonly Allocation[],
): string | undefined {
  const given = sumByMerchant(allocations);
  const sum = [...given.values()].reduce((total, amount) => total + amount, 0n);
  if (sum !== BigInt(netMinor)) return `they add up to ${sum}, and net is ${netMinor}`;
  const shares = sharesOf(BigInt(netMinor), splits);
  for (const merchantId of given.keys()) {
    if (!shares.has(merchantId)) return `${merchantId} is in none of the splits`;
  }
  for (const [merchantId, { amount, atEdge }] of shares) {
    const got = given.get(merchantId) ?? 0n;
    if (got >= amount && got <= amount + atEdge) continue;
    const due = atEdge === 0n ? String(amount) : `${amount} to ${amount + atEdge}`;
    return `${merchantId} gets ${got}, and due to it is ${due}`;
  }
  return undefined;
}

function sharesOf(net: bigint, splits: readonly Split[]): Map<string, Share> {
  const total = splits.reduce((sum, { weight }) => sum + BigInt(weight), 0n);
  const exact = splits.map(({ merchantId, weight }) => {
    const product = net * BigInt(weight);
    return { merchantId, floor: product / total, remainder: product % total };
  });
  const left = Number(net - exact.reduce((sum, { floor }) => sum + floor, 0n));
  const descending = exact.map(({ remainder }) => remainder).sort((a, b) => (a > b ? -1 : 1));
  /** The smallest remainder that gets one, and whether all its equals do. */
  const edge = descending[left - 1];
  const allAtEdge = edge !== descending[left];
  const shares = new Map<string, Share>();
  for (const { merchantId, floor, remainder } of exact) {
    const share = shares.get(merchantId) ?? { amount: 0n, atEdge: 0n };
    const isAtEdge = remainder === edge && !allAtEdge;
    const isSure = edge !== undefined && remainder >= edge && !isAtEdge;
    share.amount += isSure ? floor + 1n : floor;
    if (isAtEdge) share.atEdge += 1n;
    shares.set(merchantId, share);
  }
  return shares;
}

function sumByMerchant(allocations: readonly Allocation[]): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const { merchantId, amountMinor } of allocations) {
    sums.set(merchantId, (sums.get(merchantId) ?? 0n) + BigInt(amountMinor));
  }
  return sums;
}
