export function toDecimal(amountMinor: number, exponent: number): string {
  if (exponent === 0) return String(amountMinor);
  const t = String(amountMinor).padStart(exponent + 1, '0');
  return `${t.slice(0, -exponent)}.${t.slice(-exponent)}`;
}
