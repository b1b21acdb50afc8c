/** What ids themselves ask for, in checks and in anybody's own tests. */
import { hash } from 'node:crypto';
import { boundedMap } from './boundedMap.ts';

/** References that a flaky service has refused once. */
const MAX_REFUSED = 300_000;

export type Fate = 'usual' | 'refused' | 'silent';

/**
 * What `-flaky-NN` and `-silent-NN` in `id` do to the first request of a reference; any later one is as usual. Which references it meets is
 * decided by their hash, so that a run can be repeated.
 */
export function createFates(): (id: string, reference: string, isBooked: boolean) => Fate {
  const refused = boundedMap<true>(MAX_REFUSED);
  return (id, reference, isBooked) => {
    const flakyPercent = percentAfter('-flaky-', id);
    const silentPercent = percentAfter('-silent-', id);
    const key = `${id}/${reference}`;
    if (flakyPercent + silentPercent === 0 || isBooked || refused.get(key)) return 'usual';
    const place = parseInt(hash('sha256', key).slice(0, 8), 16) % 100;
    if (place < flakyPercent) {
      refused.set(key, true);
      return 'refused';
    }
    return place < flakyPercent + silentPercent ? 'silent' : 'usual';
  };
}

function percentAfter(mark: string, id: string): number {
  const at = id.indexOf(mark);
  return at < 0 ? 0 : Number(/^\d{1,3}/.exec(id.slice(at + mark.length))?.[0] ?? 0);
}
