/**
 * Holm's step-down correction: with it, the chance that any of many unchanged metrics is called changed stays below the level (Holm 1979).
 * @returns the adjusted p of each, in the given order
 */
export function holm(ps: readonly number[]): number[] {
  const order = ps.map((_, index) => index).sort((a, b) => ps[a]! - ps[b]!);
  const adjusted = new Array<number>(ps.length);
  let highest = 0;
  order.forEach((index, rank) => {
    highest = Math.max(highest, Math.min(1, (ps.length - rank) * ps[index]!));
    adjusted[index] = highest;
  });
  return adjusted;
}
