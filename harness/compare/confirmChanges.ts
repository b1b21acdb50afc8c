/**
 * A regression fails a build only when it shows twice. The first series says what to look at, by both gates and without the correction for
 * many figures; the second one, made afresh, decides, corrected for what it was asked. A change is then missed less often than
 * by one corrected series, and a false alarm has to happen twice.
 */
import { judgeChanges } from './judgeChanges.ts';
import type { Judgement, Question } from './judgeChanges.ts';

/** @param second the same figures, in the same order; null for one that the second series does not have */
export function confirmChanges(
  first: readonly Judgement[],
  second: readonly (Question | null)[],
): Judgement[] {
  const suspects = first.flatMap(({ isSuspect }, index) =>
    isSuspect && second[index] ? [index] : [],
  );
  const again = judgeChanges(
    suspects.map((index) => ({ ...second[index]!, family: 'headline' as const })),
  );
  return first.map((judgement, index) => {
    if (!judgement.isSuspect) return judgement;
    const repeated = again[suspects.indexOf(index)];
    if (!repeated) return unconfirmed(judgement, 'the second series does not have it');
    if (repeated.verdict === 'regressed') {
      return { ...repeated, reason: `in both series: ${repeated.reason}` };
    }
    return unconfirmed(repeated, 'the second series does not show it again');
  });
}

function unconfirmed(judgement: Judgement, why: string): Judgement {
  return {
    ...judgement,
    verdict: 'inconclusive',
    reason: `worse in the first series, and ${why}`,
    isSuspect: false,
  };
}
