/** Reading a list that comes in pages, to its end. */
import { Violation } from '../check.ts';

export interface Page<T> {
  readonly items: readonly T[];
  /** Where the next page begins; null after the last one. */
  readonly next: number | null;
}

export interface Reading<T> {
  /** As in `listTrades of ACME`. */
  readonly what: string;
  readonly from: number;
  /** More than any list that is read: beyond it, a list has no end. */
  readonly maxPages: number;
  page(from: number): Promise<Page<T>>;
  /** Told what is wrong with the list instead of a Violation; reading ends there. */
  readonly report?: (sentence: string) => void;
}

/** @throws Violation, unless there is a `report`, when the pages do not lead on or have no end */
export async function readPages<T>(reading: Reading<T>): Promise<T[]> {
  const { what, maxPages } = reading;
  const items: T[] = [];
  let from = reading.from;
  for (let pages = 0; pages < maxPages; pages += 1) {
    const { items: more, next } = await reading.page(from);
    items.push(...more);
    if (next === null) return items;
    if (next <= from) {
      broken(
        reading,
        `${what} from ${from} names ${next} as the next page, which does not lead on.`,
      );
      return items;
    }
    from = next;
  }
  broken(reading, `${what} has not come to an end after ${maxPages} pages.`);
  return items;
}

function broken({ report }: Reading<unknown>, sentence: string): void {
  if (!report) throw new Violation(sentence);
  report(sentence);
}
