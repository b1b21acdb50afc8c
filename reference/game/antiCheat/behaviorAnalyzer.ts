/** The third layer: timing that no human has. It reports and does nothing else. */
import type { Hit, TickLog } from '../gameInstances/tickLog.ts';
import type { Player } from '../gameInstances/player.ts';

/** At each accepted shot, before `lastFireSeq` is that shot's. Counted in seq, so the network has no part in it. */
export function lookAtInterval(log: TickLog, player: Player, seq: number): void {
  const { habits, lastFireSeq } = player;
  if (lastFireSeq === null) return;
  const interval = seq - lastFireSeq;
  habits.intervalRun = interval === habits.interval ? habits.intervalRun + 1 : 1;
  habits.interval = interval;
  const { periodicShots, fireIntervalTicks } = log.rules;
  // Who holds the trigger shoots every fireIntervalTicks, and is honest.
  if (habits.intervalRun < periodicShots || interval <= fireIntervalTicks) return;
  report(log, player, 'PERIODIC', seq, interval, fireIntervalTicks);
}

/** At each hit. Only the first one in a life of the target says how fast its shooter was. */
export function lookAtReaction(log: TickLog, { shooter, target, seq, reaction }: Hit): void {
  const { reactions, livesHit } = shooter.habits;
  if (livesHit.get(target.id) === target.spawnTick) return;
  livesHit.set(target.id, target.spawnTick);
  const { reactionTicks, reactionSample, reactionFast } = log.rules;
  reactions.push(reaction < reactionTicks);
  if (reactions.length > reactionSample) reactions.shift();
  const fast = reactions.filter(Boolean).length;
  if (reactions.length < reactionSample || fast < reactionFast) return;
  report(log, shooter, 'REACTION', seq, fast, reactionFast);
}

function report(
  { tick, occurrences }: TickLog,
  player: Player,
  code: 'PERIODIC' | 'REACTION',
  seq: number,
  value: number,
  limit: number,
): void {
  occurrences.push({
    player: player.id,
    kind: 'BEHAVIORAL_ANOMALY',
    code,
    tick,
    seq,
    value,
    limit,
  });
}
