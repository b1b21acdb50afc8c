/** What the steps of a ladder come to: how latency and memory grow from the fewest keys to the most. */
import { figureRow } from '../rows.ts';
import type { Figure, Row, RowContext } from '../rows.ts';

/** What a step was measured as. */
export type StepRow = Pick<
  Row,
  | 'operation'
  | 'metric'
  | 'percentile'
  | 'ciLow'
  | 'ciHigh'
  | 'n'
  | 'validity'
  | 'validityReasons'
  | 'scenario'
> & { readonly value: number | null };

export interface LadderStep {
  readonly count: number;
  readonly rows: readonly StepRow[];
}

/**
 * For each operation p99 at the largest count over p99 at the smallest, and the bytes of resident memory that each key adds. An
 * operation that one of the two does not have has no row, nor has memory that is not known.
 * @param steps at least two, of different counts
 */
export function ladderRows(
  steps: readonly LadderStep[],
  key: string,
  context: Omit<RowContext, 'validity' | 'validityReasons'>,
  validity: RowContext['validity'],
): Row[] {
  const ordered = steps.toSorted((one, other) => one.count - other.count);
  const [smallest, largest] = [ordered[0]!, ordered.at(-1)!];
  const validityReasons = reasonsOf(ordered);
  const whole: RowContext = {
    ...context,
    validity: isInvalid(ordered) ? 'invalid' : validity,
    validityReasons,
  };
  return [...latencyRatios(smallest, largest, key), ...memoryOfKey(smallest, largest, key)].map(
    (figure) => figureRow(whole, figure),
  );
}

/** In groups of three: `of 100 000 patients`. */
export function countText(count: number, key: string): string {
  return `${String(count).replaceAll(/\B(?=(\d{3})+$)/g, ' ')} ${pluralOf(key)}`;
}

/** Of a regular English noun. */
export function pluralOf(noun: string): string {
  return /(s|x|z|ch|sh)$/.test(noun) ? `${noun}es` : `${noun}s`;
}

function latencyRatios(smallest: LadderStep, largest: LadderStep, key: string): Figure[] {
  return largest.rows.filter(isP99).flatMap((most) => {
    const fewest = smallest.rows.find((row) => isP99(row) && row.operation === most.operation);
    if (!fewest) return [];
    return {
      operation: most.operation,
      metric: 'ratio',
      unit: `of ${countText(smallest.count, key)}`,
      value: most.value! / fewest.value!,
      // From both intervals at their worst: at least as wide as that of the ratio.
      ...bounds(most, fewest),
      n: Math.min(most.n, fewest.n),
    };
  });
}

function bounds(most: StepRow, fewest: StepRow): Pick<Row, 'ciLow' | 'ciHigh'> {
  const edges = [most.ciLow, fewest.ciHigh, most.ciHigh, fewest.ciLow];
  if (edges.includes(null)) return { ciLow: null, ciHigh: null };
  const [low, over, high, under] = edges as [number, number, number, number];
  return { ciLow: round(low / over), ciHigh: round(high / under) };
}

function memoryOfKey(smallest: LadderStep, largest: LadderStep, key: string): Figure[] {
  const [before, after] = [smallest, largest].map(
    ({ rows }) => rows.find(({ metric }) => metric === 'memory-end')?.value,
  );
  if (typeof before !== 'number' || typeof after !== 'number') return [];
  const n = largest.count - smallest.count;
  return [{ metric: 'size', unit: `bytes/${key}`, value: (after - before) / n, n }];
}

function isP99({ metric, percentile, value }: StepRow): boolean {
  return metric === 'latency' && percentile === 99 && value !== null;
}

function isInvalid(steps: readonly LadderStep[]): boolean {
  return steps.some(({ rows }) => rows.some(({ validity }) => validity === 'invalid'));
}

/** Each once, with the step that it speaks against. */
function reasonsOf(steps: readonly LadderStep[]): string[] {
  const told = steps.flatMap(({ rows }) =>
    rows.flatMap(({ scenario, validityReasons }) =>
      validityReasons.map((reason) => `${scenario}: ${reason}`),
    ),
  );
  return [...new Set(told)];
}

function round(value: number): number {
  return Math.round(value * 1000) / 1000;
}
