/** The parameters of the case, as a match that says nothing of them has them. */
import type { AllRules, Rules } from '../../../spec/game/messages.d.ts';

const DEFAULT_RULES: AllRules = {
  maxStepMm: 200,
  tolerancePct: 10,
  teleportMm: 2_000,
  timeBankTicks: 8,
  maxHp: 100,
  damage: 20,
  hitRadiusMm: 500,
  headRadiusMm: 150,
  weaponRangeMm: 30_000,
  fireIntervalTicks: 3,
  rewindTicks: 6,
  respawnTicks: 30,
  reachMm: 1_500,
  deadGraceTicks: 30,
  radiusMm: 50_000,
  hysteresisMm: 5_000,
  starvationTicks: 15,
  historyTicks: 64,
  graceTicks: 300,
  maxMessagesPerTick: 64,
  reportWindowTicks: 300,
  minHits: 30,
  headshotPermille: 200,
  zScore: 4,
  periodicShots: 24,
  reactionTicks: 3,
  reactionSample: 10,
  reactionFast: 8,
};

export function allRules(rules: Rules = {}): AllRules {
  return { ...DEFAULT_RULES, ...rules };
}
