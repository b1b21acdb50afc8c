/**
 * A regression fails a build only when it shows twice. The first series says what to look at, by size and p and without the correction for
 * many figures; the second one, made afresh, decides, corrected for what it was asked. A change is then missed less often than
 * by one corrected series, and a false alarm has to happen twice.
 */
import { judgeChanges } from './judgeChanges.ts';
import type { ChangeVerdict, Judgement, Question } from './judgeChanges.ts';

export interface Confirmed extends Omit<Judgement, 'verdict'> {
  /** `invalid`: a suspicion that no second series could look into. It has not gone away. */
  readonly verdict: ChangeVerdict | 'invalid';
  /** Whether the numbers are those of the second series. */
  readonly isRepeated: boolean;
}

/** @param second the same figures, in the same order; where the second series does not tell of one, the words that say why */
export function confirmChanges(
  first: readonly Judgement[],
  second: readonly (Question | string)[],
): Confirmed[] {
  const asked = first.flatMap(({ isSuspect }, index) => {
    const question = second[index]!;
    return isSuspect && typeof question !== 'string' ? [{ index, question }] : [];
  });
  const judged = judgeChanges(
    asked.map(({ question }) => ({ ...question, family: 'headline' as const })),
  );
  const again = new Map(asked.map(({ index }, position) => [index, judged[position]!]));
  return first.map((judgement, index) => {
    if (!judgement.isSuspect) return { ...judgement, isRepeated: false };
    const why = second[index]!;
    if (typeof why === 'string') return undecided(judgement, why);
    return decide(judgement, again.get(index)!);
  });
}

function decide(judgement: Judgement, repeated: Judgement): Confirmed {
  if (repeated.pAdjusted === null) return undecided(judgement, 'the second series was cut short');
  if (repeated.verdict === 'regressed') {
    return { ...repeated, isRepeated: true, reason: `in both series: ${repeated.reason}` };
  }
  return {
    ...repeated,
    verdict: 'inconclusive',
    reason: 'worse in the first series, and the second series does not show it again',
    isSuspect: false,
    isRepeated: true,
  };
}

function undecided(judgement: Judgement, why: string): Confirmed {
  return {
    ...judgement,
    verdict: 'invalid',
    reason: `worse in the first series, and ${why}`,
    isRepeated: false,
  };
}
