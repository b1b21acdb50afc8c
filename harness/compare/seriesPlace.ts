/** Where a run stands in a series of `bench --ab`, as the columns pair_id, order and side of measurements.csv say it. */
import { SpecError } from '../contract/specError.ts';
import type { SeriesPlace, Side } from './resultRow.ts';

/** `1/3`: the third pair of the first series. */
const PAIR_ID = /^([1-9][0-9]*)\/([1-9][0-9]*)$/;
const SIDES: readonly string[] = ['baseline', 'candidate'];

export function pairId({ series, pair }: Pick<SeriesPlace, 'series' | 'pair'>): string {
  return `${series}/${pair}`;
}

/** Where the run's own reports stand, beside the measurements.csv of the series. */
export function runFolder({ series, pair, side }: SeriesPlace): string {
  return `runs/${series}-${pair}-${side}`;
}

/**
 * @param cell of a column; empty also where the file does not have it
 * @returns null for a run that was made by itself
 * @throws SpecError when only a part is there
 */
export function readPlace(cell: (column: string) => string, where: string): SeriesPlace | null {
  const [id, order, side] = [cell('pair_id'), cell('order'), cell('side')];
  if (id === '' && order === '' && side === '') return null;
  const match = PAIR_ID.exec(id);
  if (!match || !/^[0-9]+$/.test(order) || !SIDES.includes(side)) {
    throw new SpecError(
      `${where}: pair_id "${id}", order "${order}" and side "${side}" do not name a place in a series, as in 1/3, 5 and candidate. Take the row out, or measure again with bench --ab.`,
    );
  }
  const [series, pair] = [Number(match[1]), Number(match[2])];
  return { series, pair, order: Number(order), side: side as Side };
}
