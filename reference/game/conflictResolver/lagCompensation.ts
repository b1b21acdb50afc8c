/** What a shooter saw: places of the past, within `rewindTicks`. */
import type { Fire, Point1 as Place } from '../../../spec/game/messages.d.ts';
import type { Player } from '../gameInstances/player.ts';

/** At the end of each tick. */
export function rememberPlace(player: Player, tick: number): void {
  const index = tick % player.pastX.length;
  player.pastX[index] = player.x;
  player.pastY[index] = player.y;
}

/** The tick that a shot of tick `tick` looks at: not further back than the past goes, whatever the client claims. */
export function lookedAtTick({ viewTick }: Fire, tick: number, rewindTicks: number): number {
  return Math.max(viewTick, tick - rewindTicks, 0);
}

export interface Seen {
  readonly target: Player;
  readonly square: number;
}

/**
 * Of `players`, by id, whom a shot at a point hits by their places at the end of tick `lookedAt`: the nearest, then the first. Not
 * who is dead, nor by a place of a former life. null: nobody was near enough.
 */
export function nearestSeen(
  players: readonly Player[],
  shooter: Player,
  point: Place,
  lookedAt: number,
  hitRadiusMm: number,
): Seen | null {
  const index = lookedAt % shooter.pastX.length;
  let target: Player | null = null;
  let least = hitRadiusMm * hitRadiusMm;
  for (const player of players) {
    if (player === shooter || !player.alive || player.spawnTick > lookedAt) continue;
    const dx = player.pastX[index]! - point.x;
    const dy = player.pastY[index]! - point.y;
    const square = dx * dx + dy * dy;
    if (square > least || (square === least && target !== null)) continue;
    target = player;
    least = square;
  }
  return target === null ? null : { target, square: least };
}
