export function allocate(totalMinor: number, weights: readonly number[]): number[] {
  const sum = BigInt(weights.reduce((a, b) => a + b, 0));
  const parts = weights.map((w, index) => ({
    index,
    floor: (BigInt(totalMinor) * BigInt(w)) / sum,
    rest: (BigInt(totalMinor) * BigInt(w)) % sum,
  }));
  let left = totalMinor - Number(parts.reduce((a, p) => a + p.floor, 0n));
  const result = parts.map((p) => Number(p.floor));
  for (const p of [...parts].sort((a, b) => (a.rest < b.rest ? 1 : -1)))
    if (left-- > 0) result[p.index]! += 1;
  return result;
}
