/** What the ids themselves ask for, in checks and in anybody's own tests. */
import { hash } from 'node:crypto';
import { boundedMap } from './boundedMap.ts';

const USUAL_SCORE = 0.1;
/** References that a flaky provider has refused once. */
const MAX_REFUSED = 300_000;

/** `-score-NN` makes it 0.NN. */
export function scoreOf(deviceId: string): number {
  const asked = /-score-(\d\d)(?!\d)/.exec(deviceId)?.[1];
  return asked === undefined ? USUAL_SCORE : Number(`0.${asked}`);
}

export type Fate = 'usual' | 'refused' | 'silent';

/**
 * What `-flaky-NN` and `-silent-NN` do to the first request of a reference; any later one is as usual. Which references it meets is
 * decided by their hash, so that a run can be repeated.
 */
export function createFates(): (
  charge: { readonly providerId: string; readonly reference: string },
  isBooked: boolean,
) => Fate {
  const refused = boundedMap<true>(MAX_REFUSED);
  return ({ providerId, reference }, isBooked) => {
    const flakyPercent = percentAfter('-flaky-', providerId);
    const silentPercent = percentAfter('-silent-', providerId);
    const key = `${providerId}/${reference}`;
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
