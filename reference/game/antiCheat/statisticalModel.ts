/**
 * The second layer: a share of head hits that chance does not explain. It reports and does nothing else: an honest player may have a
 * good day. Its null hypothesis is a binomial with `headshotPermille`; the limit is `zScore` standard deviations above the mean.
 */
import type { AllRules } from '../../../spec/game/messages.d.ts';
import type { Player } from '../gameInstances/player.ts';
import type { TickLog } from '../gameInstances/tickLog.ts';

type StatisticsRules = Pick<AllRules, 'minHits' | 'headshotPermille' | 'zScore'>;

/** In integers: (1000 h - p n)^2 against z^2 n p (1000 - p). */
export function isHeadshotOutlier(hits: number, heads: number, rules: StatisticsRules): boolean {
  const { minHits, headshotPermille, zScore } = rules;
  const above = 1_000 * heads - headshotPermille * hits;
  if (hits < minHits || above <= 0) return false;
  return above * above >= zScore * zScore * hits * headshotPermille * (1_000 - headshotPermille);
}

/** Counts the hits of the tick, then looks once at each player who has any. */
export function lookAtHeadshots({ tick, rules, hits, occurrences }: TickLog): void {
  const lastSeqs = new Map<Player, number>();
  for (const { shooter, seq, head } of hits) {
    shooter.habits.hits++;
    if (head) shooter.habits.heads++;
    lastSeqs.set(shooter, seq);
  }
  for (const [shooter, seq] of lastSeqs) {
    const { habits } = shooter;
    if (!isHeadshotOutlier(habits.hits, habits.heads, rules)) continue;
    occurrences.push({
      player: shooter.id,
      kind: 'STATISTICAL_OUTLIER',
      code: 'HEADSHOT_RATIO',
      tick,
      seq,
      value: Math.floor((1_000 * habits.heads) / habits.hits),
      limit: rules.headshotPermille,
    });
  }
}
