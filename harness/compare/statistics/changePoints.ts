/**
 * Where a history of one figure changed its level. At every place the ranks before it are held against those after it (the Mann-Whitney
 * statistic); the most telling place is a change when it is more than chance over all places explains: maximally selected rank statistics,
 * with the approximation of Miller and Siegmund 1982 (Lausen and Schumacher 1992, Biometrics 48). Both sides are then looked at again
 * (binary segmentation), and so are overlapping windows of a half, a quarter, ..., because what became slower and was mended again can be
 * invisible in the whole (Kovács, Bühlmann, Li and Munk 2023, Biometrika 110). Own code: no library that is kept up has it; ranks, because a
 * single slow run must not look like a new level.
 */
export interface ChangePoint {
  /** Index of the first value of the new level. */
  readonly at: number;
  /** Of no change in the stretch that was looked at. */
  readonly p: number;
}

/** One history in a hundred without a change may show one. */
export const CHANGE_LEVEL = 0.01;
/** On each side of a change: with fewer, no order of the values could reach the level. */
export const LEAST_RUNS = 5;

/** @param values in the order in which they were measured; @returns in that order, none for a short history */
export function changePoints(values: readonly number[]): ChangePoint[] {
  const found: ChangePoint[] = [];
  const stretches = [{ from: 0, to: values.length }];
  for (let next = stretches.pop(); next; next = stretches.pop()) {
    const { from, to } = next;
    const change = clearestChange(values.slice(from, to));
    if (!change || change.p >= CHANGE_LEVEL) continue;
    const at = from + change.at;
    found.push({ at, p: change.p });
    stretches.push({ from, to: at }, { from: at, to });
  }
  return found.sort((a, b) => a.at - b.at);
}

/** The whole has half of the level, all windows together the other half (Bonferroni). */
const WHOLE_SHARE = 0.5;
/** In a smaller window no change could be clear enough beside so many others. */
const LEAST_WINDOW = 24;
/** Each halving is as much work as the whole. */
const MAX_HALVINGS = 6;

function clearestChange(values: readonly number[]): ChangePoint | undefined {
  const windows = windowsOf(values.length);
  const whole = strongestChange(values);
  const all = [
    ...(whole ? [{ at: whole.at, p: whole.p / (windows.length === 0 ? 1 : WHOLE_SHARE) }] : []),
    ...windows.flatMap(({ from, to }) => {
      const change = strongestChange(values.slice(from, to));
      if (!change) return [];
      return [{ at: from + change.at, p: (change.p * windows.length) / (1 - WHOLE_SHARE) }];
    }),
  ];
  const clearest = all.reduce<ChangePoint | undefined>(
    (best, each) => (!best || each.p < best.p ? each : best),
    undefined,
  );
  return clearest && { ...clearest, p: Math.min(1, clearest.p) };
}

/** Each overlaps the next one by half. */
function windowsOf(length: number): { from: number; to: number }[] {
  return Array.from({ length: MAX_HALVINGS }, (_, halving) => 2 ** (halving + 1))
    .filter((parts) => length / parts >= LEAST_WINDOW)
    .flatMap((parts) => {
      const edge = (halves: number): number => Math.round((halves * length) / (2 * parts));
      return Array.from({ length: 2 * parts - 1 }, (_, index) => ({
        from: edge(index),
        to: edge(index + 2),
      }));
    });
}

/** @returns undefined where there are too few values, or all are equal */
function strongestChange(values: readonly number[]): ChangePoint | undefined {
  const n = values.length;
  if (n < 2 * LEAST_RUNS) return undefined;
  const { ranks, tied } = ranksOf(values);
  const spread = (n + 1 - tied / (n * (n - 1))) / 12;
  if (spread <= 0) return undefined;
  let [at, most, sum] = [0, -1, 0];
  for (let before = 1; before <= n - LEAST_RUNS; before += 1) {
    sum += ranks[before - 1]!;
    if (before < LEAST_RUNS) continue;
    const deviation = Math.abs(sum - (before * (n + 1)) / 2);
    const z = deviation / Math.sqrt(before * (n - before) * spread);
    if (z > most) [at, most] = [before, z];
  }
  return { at, p: chanceOf(most, LEAST_RUNS / n) };
}

/**
 * P(the greatest of the standardised statistics >= z), where places nearer to an end than the share are not looked at. Good where it is small.
 */
export function chanceOf(z: number, share: number): number {
  if (z <= 1) return 1;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  const places = 2 * Math.log((1 - share) / share);
  return Math.min(1, density * ((z - 1 / z) * places + 4 / z));
}

/** Equal values have their mean rank; `tied` is the sum of t^3 - t over them. */
function ranksOf(values: readonly number[]): { ranks: Float64Array; tied: number } {
  const order = Uint32Array.from(values.keys()).sort((a, b) => values[a]! - values[b]!);
  const ranks = new Float64Array(values.length);
  let tied = 0;
  for (let first = 0; first < order.length;) {
    let end = first + 1;
    while (end < order.length && values[order[end]!] === values[order[first]!]) end += 1;
    for (let index = first; index < end; index += 1) ranks[order[index]!] = (first + 1 + end) / 2;
    const count = end - first;
    tied += count ** 3 - count;
    first = end;
  }
  return { ranks, tied };
}
