/**
 * The first layer: what the rules forbid is refused, with what was seen and the limit that it broke. All of it is comparisons of
 * integers below 2^53; lengths are compared by their squares.
 */
import type {
  AllRules,
  Command,
  Point1 as Place,
  ReportCode,
} from '../../../spec/game/messages.d.ts';
import type { Player } from '../gameInstances/player.ts';
import type { Shot } from '../gameInstances/tickLog.ts';

/** Why something is refused. */
export type Breach = ReportedBreach | QuietBreach;

export interface ReportedBreach {
  readonly code: Extract<
    ReportCode,
    'SPEED' | 'TELEPORT' | 'FIRE_RATE' | 'OUT_OF_RANGE' | 'DEAD' | 'FUTURE_TICK'
  >;
  readonly reported: true;
  readonly value: number;
  readonly limit: number;
}

/** No cheat, but somebody who came too late. */
export interface QuietBreach {
  readonly code: 'NOT_THERE' | 'TAKEN' | 'DEAD';
  readonly reported: false;
}

/** The news of a death takes its time: only commands after `deadGraceTicks` are reported. */
export function deadBreach(
  { diedTick }: Pick<Player, 'diedTick'>,
  tick: number,
  { deadGraceTicks }: Pick<AllRules, 'deadGraceTicks'>,
): Breach {
  const value = tick - diedTick;
  if (value <= deadGraceTicks) return { code: 'DEAD', reported: false };
  return { code: 'DEAD', reported: true, value, limit: deadGraceTicks };
}

export function emptyBankBreach(): Breach {
  return { code: 'SPEED', reported: true, value: 1, limit: 0 };
}

/** null: the move is allowed, which one within the tolerance is too. */
export function moveBreach(
  { dx, dy }: Pick<Command, 'dx' | 'dy'>,
  {
    maxStepMm,
    tolerancePct,
    teleportMm,
  }: Pick<AllRules, 'maxStepMm' | 'tolerancePct' | 'teleportMm'>,
): Breach | null {
  const square = dx * dx + dy * dy;
  if (square > teleportMm * teleportMm) {
    return { code: 'TELEPORT', reported: true, value: wholeRoot(square), limit: teleportMm };
  }
  const most = maxStepMm * (100 + tolerancePct);
  if (square * 10_000 > most * most) {
    return { code: 'SPEED', reported: true, value: wholeRoot(square), limit: maxStepMm };
  }
  return null;
}

type FireRules = Pick<AllRules, 'fireIntervalTicks' | 'weaponRangeMm'>;

/** null: the shot is allowed. Its player is where it is after all moves of the tick. */
export function fireBreach(
  { player, seq, fire }: Shot,
  tick: number,
  rules: FireRules,
): Breach | null {
  if (fire.viewTick >= tick) {
    return { code: 'FUTURE_TICK', reported: true, value: fire.viewTick, limit: tick - 1 };
  }
  const interval = player.lastFireSeq === null ? Infinity : seq - player.lastFireSeq;
  const value = interval < rules.fireIntervalTicks ? interval : player.fireBank;
  if (value < rules.fireIntervalTicks) {
    return { code: 'FIRE_RATE', reported: true, value, limit: rules.fireIntervalTicks };
  }
  const square = squareDistance(player, fire);
  if (square > rules.weaponRangeMm * rules.weaponRangeMm) {
    const limit = rules.weaponRangeMm;
    return { code: 'OUT_OF_RANGE', reported: true, value: wholeRoot(square), limit };
  }
  return null;
}

export function squareDistance(one: Place, other: Place): number {
  const dx = one.x - other.x;
  const dy = one.y - other.y;
  return dx * dx + dy * dy;
}

/** The root of an integer below 2^53, rounded down. Math.sqrt may round up to a whole number. */
export function wholeRoot(square: number): number {
  const root = Math.floor(Math.sqrt(square));
  return root * root > square ? root - 1 : root;
}
