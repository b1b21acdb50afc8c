/** `AntiCheatEngine`: the three validations in the published order; each of them rejects. */
import type { AllRules, ReportCode, ReportKind } from '../../../spec/game/messages.d.ts';
import { squaredDistance } from './gameState.ts';
import type { GameState } from './gameState.ts';
import type { PlayerAction } from './playerAction.ts';

/** All that ReportSuspiciousActivity is given is the player and the reason; the code and the number are for whoever asks for reports in the kind reading. */
export interface SuspiciousActivity {
  readonly playerId: string;
  readonly reason: ReportKind;
  readonly code: ReportCode;
  readonly tick: number;
  readonly seq: number;
}

interface Habits {
  moves: number;
  sum: number;
  sumOfSquares: number;
  lastFireSeq: number | undefined;
  fireIntervals: number[];
}

export interface AntiCheatEngine {
  readonly reports: SuspiciousActivity[];
  validateAction(action: PlayerAction, state: GameState): boolean;
}

const SAMPLES = 20;
const DEVIATIONS = 3;

export function antiCheatEngine(rules: AllRules): AntiCheatEngine {
  const reports: SuspiciousActivity[] = [];
  const habitsByPlayer = new Map<string, Habits>();

  const report = (
    { playerId, seq }: PlayerAction,
    { tick }: GameState,
    reason: ReportKind,
    code: ReportCode,
  ): false => {
    reports.push({ playerId, reason, code, tick, seq });
    return false;
  };

  return {
    reports,
    validateAction(action, state) {
      const habits = habitsByPlayer.get(action.playerId) ?? newHabits();
      habitsByPlayer.set(action.playerId, habits);
      if (isOutlier(habits, action)) return report(action, state, 'STATISTICAL_OUTLIER', 'SPEED');
      const broken = brokenRule(rules, habits, action, state);
      if (broken) return report(action, state, 'RULE_VIOLATION', broken);
      if (detectAnomalousPattern(rules, habits, action))
        return report(action, state, 'BEHAVIORAL_ANOMALY', 'PERIODIC');
      return true;
    },
  };
}

function newHabits(): Habits {
  return { moves: 0, sum: 0, sumOfSquares: 0, lastFireSeq: undefined, fireIntervals: [] };
}

/** A move far from what is usual with this player. It learns from each one, from those that a rule refuses afterwards too. */
function isOutlier(habits: Habits, { type, dx, dy }: PlayerAction): boolean {
  if (type !== 'MOVE') return false;
  const length = Math.hypot(dx, dy);
  const { moves, sum, sumOfSquares } = habits;
  const mean = sum / moves;
  const deviation = Math.sqrt(Math.max(0, sumOfSquares / moves - mean ** 2));
  habits.moves += 1;
  habits.sum += length;
  habits.sumOfSquares += length ** 2;
  return moves >= SAMPLES && deviation > 0 && Math.abs(length - mean) > DEVIATIONS * deviation;
}

function brokenRule(
  rules: AllRules,
  { lastFireSeq }: Habits,
  { playerId, type, dx, dy, position, seq }: PlayerAction,
  { players }: GameState,
): ReportCode | undefined {
  const player = players.get(playerId);
  if (!player) return undefined;
  if (!player.alive) return 'DEAD';
  const squared = dx ** 2 + dy ** 2;
  if (squared > rules.teleportMm ** 2) return 'TELEPORT';
  if (squared * 10_000 > (rules.maxStepMm * (100 + rules.tolerancePct)) ** 2) return 'SPEED';
  if (type !== 'FIRE') return undefined;
  if (lastFireSeq !== undefined && seq - lastFireSeq < rules.fireIntervalTicks) return 'FIRE_RATE';
  if (squaredDistance(player, position!) > rules.weaponRangeMm ** 2) return 'OUT_OF_RANGE';
  return undefined;
}

function detectAnomalousPattern(
  { periodicShots, fireIntervalTicks }: AllRules,
  habits: Habits,
  { type, seq }: PlayerAction,
): boolean {
  if (type !== 'FIRE') return false;
  if (habits.lastFireSeq !== undefined) habits.fireIntervals.push(seq - habits.lastFireSeq);
  habits.lastFireSeq = seq;
  const last = habits.fireIntervals.slice(-periodicShots);
  return (
    last.length === periodicShots &&
    last[0]! > fireIntervalTicks &&
    last.every((interval) => interval === last[0])
  );
}
