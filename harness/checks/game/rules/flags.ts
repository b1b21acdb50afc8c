/** What statistics and behaviour flag, by the formulas of rules.md. */
import type { AllRules } from '../../../../spec/game/messages.d.ts';

/** Whether so many head hits among so many hits are more than chance gives. */
export function isHeadshotOutlier(
  hits: number,
  heads: number,
  {
    minHits,
    headshotPermille: p,
    zScore,
  }: Pick<AllRules, 'minHits' | 'headshotPermille' | 'zScore'>,
): boolean {
  const above = 1_000 * heads - p * hits;
  return hits >= minHits && above > 0 && above ** 2 >= zScore ** 2 * hits * p * (1_000 - p);
}

/** Whether the last periodicShots intervals between accepted shots are one that is longer than the weapon's own. */
export function isPeriodic(
  seqs: readonly number[],
  { periodicShots, fireIntervalTicks }: Pick<AllRules, 'periodicShots' | 'fireIntervalTicks'>,
): boolean {
  const intervals = seqs.slice(1).map((seq, index) => seq - seqs[index]!);
  const last = intervals.slice(-periodicShots);
  const isHeld = last[0] === undefined || last[0] <= fireIntervalTicks;
  return last.length === periodicShots && !isHeld && last.every((each) => each === last[0]);
}

/** Whether of the last reactionSample first hits reactionFast or more were fast. */
export function isFastReacting(
  reactions: readonly number[],
  {
    reactionSample,
    reactionFast,
    reactionTicks,
  }: Pick<AllRules, 'reactionSample' | 'reactionFast' | 'reactionTicks'>,
): boolean {
  const last = reactions.slice(-reactionSample);
  const fast = last.filter((reaction) => reaction < reactionTicks).length;
  return last.length === reactionSample && fast >= reactionFast;
}
