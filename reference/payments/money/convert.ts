import { exactMinor } from './exactMinor.ts';

/**
 * `amountMinor` of one currency in minor units of another. `rate` is a decimal string: major units of the target for one
 * major unit of the source. Exact, since doubles lose minor units above 2^53 on the way.
 *
 * A fraction is rounded down: the platform never credits a minor unit that it has not received.
 * Throws a RangeError when the result is above 2^53-1.
 */
export function convert(
  amountMinor: number,
  rate: string,
  fromExponent: number,
  toExponent: number,
): number {
  const [whole = '', fraction = ''] = rate.split('.');
  const numerator = BigInt(amountMinor) * BigInt(whole + fraction) * 10n ** BigInt(toExponent);
  const denominator = 10n ** BigInt(fraction.length + fromExponent);
  return exactMinor(numerator / denominator);
}
