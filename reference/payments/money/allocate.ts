/**
 * Shares `totalMinor` out in proportion to `weights`: each share is rounded down, and what is left goes, one minor unit each,
 * to the largest remainders, of equal ones to the earlier. The shares stand in the order of the weights; their sum is the
 * total. Weights are integers from 1; there is at least one.
 */
export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  const total = BigInt(totalMinor);
  const weightSum = BigInt(weights.reduce((sum, weight) => sum + weight, 0));
  const parts = weights.map((weight, index) => {
    const product = total * BigInt(weight);
    return { index, share: Number(product / weightSum), remainder: product % weightSum };
  });
  const shares = parts.map(({ share }) => share);
  const leftMinor = totalMinor - shares.reduce((sum, share) => sum + share, 0);
  // The sort is stable: equal remainders keep the order of the weights.
  const byRemainder = parts.toSorted((a, b) => Number(b.remainder - a.remainder));
  for (const { index, share } of byRemainder.slice(0, leftMinor)) shares[index] = share + 1;
  return shares;
}
