/** Where and how a player appears: phase 1. */
import { createHash } from 'node:crypto';
import type { Point1 as Place } from '../../../spec/game/messages.d.ts';
import type { SimulationOptions } from '../simulation/types.ts';
import type { Player } from './player.ts';

/** The same for the same seed, player and number of deaths, and evenly all over the world. */
export function seededPlace(
  { seed, map }: Pick<SimulationOptions, 'seed' | 'map'>,
  player: string,
  deaths: number,
): Place {
  const digest = createHash('sha256').update(`${seed}/${player}/${deaths}`).digest();
  return {
    x: digest.readUInt32BE(0) % (map.widthMm + 1),
    y: digest.readUInt32BE(4) % (map.heightMm + 1),
  };
}

/** A new life; the banks stay as they are. */
export function appear(player: Player, tick: number, options: SimulationOptions): void {
  const { x, y } = player.spawn ?? seededPlace(options, player.id, player.deaths);
  player.x = x;
  player.y = y;
  player.yawMdeg = 0;
  player.hp = options.rules.maxHp;
  player.alive = true;
  player.spawnTick = tick;
}

export function isDueToAppear(player: Player, tick: number, respawnTicks: number): boolean {
  return !player.alive && player.diedTick + respawnTicks <= tick;
}
