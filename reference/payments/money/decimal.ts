/** `amountMinor` in major units, with exactly `exponent` decimals: (5, 2) is "0.05", (1234, 0) is "1234". */
export function toDecimal(amountMinor: number, exponent: number): string {
  const digits = String(amountMinor).padStart(exponent + 1, '0');
  if (exponent === 0) return digits;
  return `${digits.slice(0, -exponent)}.${digits.slice(-exponent)}`;
}
