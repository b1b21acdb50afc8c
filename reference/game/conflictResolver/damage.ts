/** Damage of all shots at once, and whose a kill is: phase 6. */
import type { Player } from '../gameInstances/player.ts';
import { compareIds } from '../gameInstances/tickLog.ts';
import type { TickLog } from '../gameInstances/tickLog.ts';
import type { DeathBy } from '../simulation/types.ts';

/** Per target: what each shooter did to it in this tick. */
type Damages = Map<Player, Map<Player, number>>;

/** By id of who died. Nobody is spared for having died itself: two who kill each other both die. */
export function resolveDamage({ tick, hits }: TickLog): DeathBy[] {
  const damages: Damages = new Map();
  for (const { target, shooter, damage } of hits) {
    const byShooter = damages.get(target) ?? new Map<Player, number>();
    damages.set(target, byShooter);
    byShooter.set(shooter, (byShooter.get(shooter) ?? 0) + damage);
  }
  const deaths: DeathBy[] = [];
  for (const [target, byShooter] of damages) {
    const sum = [...byShooter.values()].reduce((one, other) => one + other, 0);
    target.hp = Math.max(target.hp - sum, 0);
    if (target.hp > 0) continue;
    die(target, tick);
    const killer = killerOf(byShooter);
    killer.kills++;
    deaths.push({ kind: 'death', target: target.id, by: killer.id });
  }
  return deaths.sort((one, other) => compareIds(one.target, other.target));
}

function die(player: Player, tick: number): void {
  player.alive = false;
  player.deaths++;
  player.diedTick = tick;
}

/** Who did the most damage, then the smallest id. */
function killerOf(byShooter: ReadonlyMap<Player, number>): Player {
  const [[killer]] = [...byShooter].sort(
    ([one, damage], [other, otherDamage]) => otherDamage - damage || compareIds(one.id, other.id),
  ) as [[Player, number]];
  return killer;
}
