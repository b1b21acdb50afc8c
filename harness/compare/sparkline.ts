/** A history as one line of text: higher is more, whatever is better; a bar stands where the level changed. */
import { median } from './statistics/median.ts';

const BARS = '▁▂▃▄▅▆▇█';
const CHANGE = '|';
/** What fits beside a name in an ordinary window. */
const MAX_COLUMNS = 32;

/**
 * @param values at least one
 * @param changes indices of the first value of each new level
 */
export function sparkline(values: readonly number[], changes: readonly number[]): string {
  const starts = [0, ...changes];
  const columns = Math.min(MAX_COLUMNS, values.length);
  const stretches = starts.map((from, index) => {
    const stretch = values.slice(from, starts[index + 1]);
    return bucketsOf(stretch, Math.max(1, Math.round((columns * stretch.length) / values.length)));
  });
  const all = stretches.flat();
  const [low, high] = [Math.min(...all), Math.max(...all)];
  const bar = (value: number): string =>
    BARS[high === low ? 0 : Math.round(((value - low) / (high - low)) * (BARS.length - 1))]!;
  return stretches.map((stretch) => stretch.map(bar).join('')).join(CHANGE);
}

/** Medians, so that a single slow run of many does not stand for its neighbours. */
function bucketsOf(values: readonly number[], buckets: number): number[] {
  const edge = (index: number): number => Math.round((index * values.length) / buckets);
  return Array.from({ length: buckets }, (_, index) =>
    median(values.slice(edge(index), edge(index + 1))),
  );
}
