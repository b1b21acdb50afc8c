/** Orders that are drawn, and ids that show by which order somebody sorts. */
import type { PlayerId } from '../../../spec/game/messages.d.ts';
import type { Random } from '../../load/seededRandom.ts';
import { upTo } from './walks.ts';

/** ASCII order is neither that of an alphabet nor that of numbers. */
export const TRICKY_IDS: readonly PlayerId[] = ['p10', 'p9', 'Zed', 'ann', '_x'];

export function shuffled<T>(random: Random, items: readonly T[]): T[] {
  const order = [...items];
  for (let last = order.length - 1; last > 0; last -= 1) {
    const other = upTo(random, last);
    [order[last], order[other]] = [order[other]!, order[last]!];
  }
  return order;
}
