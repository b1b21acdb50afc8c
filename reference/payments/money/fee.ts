export interface FeePolicy {
  /** Of the gross amount, 1/10 000. */
  readonly bps: number;
  readonly fixedMinor: number;
}

const BPS_PER_WHOLE = 10_000n;

/** What the platform keeps of a capture, in its minor units: a fraction of one is rounded up, and it is at most the gross. */
export function feeOf(grossMinor: number, { bps, fixedMinor }: FeePolicy): number {
  const gross = BigInt(grossMinor);
  const proportional = (gross * BigInt(bps) + BPS_PER_WHOLE - 1n) / BPS_PER_WHOLE;
  const fee = proportional + BigInt(fixedMinor);
  return Number(fee < gross ? fee : gross);
}
