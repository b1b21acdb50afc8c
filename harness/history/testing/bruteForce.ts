/**
 * The obvious checker, for tiny histories: tries every order of every choice of indeterminate operations. No memory, no reduction, no
 * interning, nothing shared with the fast one, so that it can be its oracle.
 */
import type { HistoryOperation } from '../history.ts';
import { UNKNOWN } from '../model.ts';
import type { Model } from '../model.ts';

export function isLinearizableByBruteForce<State>(
  model: Model<State>,
  operations: readonly HistoryOperation[],
): boolean {
  const relevant = operations.filter(({ outcome }) => outcome !== 'fail');
  return canPlace(model, relevant, model.init());
}

function canPlace<State>(
  model: Model<State>,
  unplaced: readonly HistoryOperation[],
  state: State,
): boolean {
  // What is left may never have happened.
  if (unplaced.every(({ outcome }) => outcome === 'info')) return true;
  return unplaced.some((candidate) => {
    const mustComeFirst = unplaced.some(
      (other) => other.outcome === 'ok' && other.returnEvent! < candidate.callEvent,
    );
    if (mustComeFirst) return false;
    const output = candidate.outcome === 'ok' ? candidate.output! : UNKNOWN;
    const step = model.step(state, candidate, output);
    if (!step.ok) return false;
    const rest = unplaced.filter((other) => other !== candidate);
    return canPlace(model, rest, step.next);
  });
}
