export function convert(
  amountMinor: number,
  rate: string,
  fromExponent: number,
  toExponent: number,
): number {
  const [whole = '0', fraction = ''] = rate.split('.');
  const scaled = BigInt(amountMinor) * BigInt(whole + fraction) * 10n ** BigInt(toExponent);
  return Number(scaled / 10n ** BigInt(fraction.length + fromExponent));
}
