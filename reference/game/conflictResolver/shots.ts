/** Shots: phase 5. Who is hit; what it does to them comes when all shots of the tick are known. */
import { lookAtInterval } from '../antiCheat/behaviorAnalyzer.ts';
import { fireBreach } from '../antiCheat/ruleEngine.ts';
import type { Player } from '../gameInstances/player.ts';
import { refuse } from '../gameInstances/tickLog.ts';
import type { Shot, TickLog } from '../gameInstances/tickLog.ts';
import { lookedAtTick, nearestSeen } from './lagCompensation.ts';

export function resolveShots(log: TickLog, players: readonly Player[]): void {
  for (const shot of log.shots) {
    const breach = fireBreach(shot, log.tick, log.rules);
    if (breach === null) shoot(log, players, shot);
    else refuse(log, shot.player, shot.seq, 'fire', breach);
  }
}

function shoot(log: TickLog, players: readonly Player[], { player, seq, fire }: Shot): void {
  const { tick, rules } = log;
  lookAtInterval(log, player, seq);
  player.lastFireSeq = seq;
  player.fireBank -= rules.fireIntervalTicks;
  const lookedAt = lookedAtTick(fire, tick, rules.rewindTicks);
  const seen = nearestSeen(players, player, fire, lookedAt, rules.hitRadiusMm);
  if (seen === null) return;
  const { target } = seen;
  const head = seen.square <= rules.headRadiusMm * rules.headRadiusMm;
  const damage = head ? 2 * rules.damage : rules.damage;
  const reaction = lookedAt - target.spawnTick;
  log.hits.push({ shooter: player, seq, target, head, damage, reaction });
}
