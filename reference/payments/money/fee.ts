export function feeOf(grossMinor: number, fee: { bps: number; fixedMinor: number }): number {
  const share = Number((BigInt(grossMinor) * BigInt(fee.bps) + 9999n) / 10000n);
  return Math.min(grossMinor, share + fee.fixedMinor);
}
