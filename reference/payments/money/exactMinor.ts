/** The amount as a number. Throws a RangeError above 2^53-1, where numbers stop being exact: the caller refuses the command. */
export function exactMinor(amountMinor: bigint): number {
  if (amountMinor > BigInt(Number.MAX_SAFE_INTEGER)) {
    throw new RangeError(`${amountMinor} minor units are more than 2^53-1`);
  }
  return Number(amountMinor);
}
