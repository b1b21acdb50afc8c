/** Phase 7: what statistics and behaviour find. They report, and do nothing else. */
import type { ReportCode } from '../../../../spec/game/messages.d.ts';
import { has } from './switches.ts';
import type { Habits, Hit, Player, TickResult, World } from './world.ts';

export function noHabits(): Habits {
  return {
    ...{ hits: 0, heads: 0, intervals: [], lastShotTick: undefined, reactions: [] },
    ...{ hitLives: new Set(), isFlagged: false },
  };
}

/** Of an accepted shot, before it becomes the last one. */
export function noteShot(world: World, player: Player, seq: number, result: TickResult): void {
  const { habits } = player;
  const byArrival = has(world, 'measures intervals by arrival');
  const last = byArrival ? habits.lastShotTick : player.lastFireSeq;
  habits.lastShotTick = world.tick;
  if (last === undefined) return;
  habits.intervals.push((byArrival ? world.tick : seq) - last);
  const { fireIntervalTicks, periodicShots } = world.rules;
  const series = habits.intervals.slice(-later(world, wantedSeries(world, periodicShots)));
  const [interval] = series;
  const isHeld = interval! <= fireIntervalTicks && !has(world, 'flags held triggers');
  const isEqual = series.every((each) => each === interval);
  if (!isEqual || isHeld || series.length < later(world, wantedSeries(world, periodicShots)))
    return;
  if (has(world, 'never looks at intervals')) return;
  flag(world, player, seq, result, 'PERIODIC', interval!, fireIntervalTicks);
}

function wantedSeries(world: World, periodicShots: number): number {
  return has(world, 'flags short series') ? Math.ceil(periodicShots / 8) : periodicShots;
}

/** Free: when exactly what is clear is reported. */
function later(world: World, count: number): number {
  return world.freedoms.flags === 'at once' ? count : Math.ceil(count * 1.5);
}

/** After the shots of a tick. */
export function flagHits(world: World, result: TickResult): void {
  for (const hit of result.hits) noteHit(world, hit, result);
  for (const player of new Set(result.hits.map(({ by }) => by))) {
    const { hits, heads } = player.habits;
    const { seq } = result.hits.findLast(({ by }) => by === player)!;
    if (!isOutlier(world, hits, heads)) continue;
    const share = Math.floor((1000 * heads) / hits);
    flag(world, player, seq, result, 'HEADSHOT_RATIO', share, world.rules.headshotPermille);
  }
}

function isOutlier(world: World, n: number, h: number): boolean {
  const { minHits, headshotPermille: p, zScore } = world.rules;
  if (has(world, 'never looks at head hits') || n < minHits) return false;
  if (has(world, 'wants a thousand hits') && n < 1000) return false;
  const z = has(world, 'flags every good day') ? 0.5 : zScore;
  const correction = world.freedoms.headshots === 'by the formula' ? 0 : 500;
  const above = 1000 * h - p * n - correction;
  return above > 0 && above ** 2 >= z ** 2 * n * p * (1000 - p);
}

function noteHit(world: World, { by, target, seq, isHead, lookedAt }: Hit, result: TickResult) {
  const { habits } = by;
  habits.hits += 1;
  if (isHead) habits.heads += 1;
  const life = `${target.id} ${target.spawnTick}`;
  if (habits.hitLives.has(life)) return;
  habits.hitLives.add(life);
  habits.reactions.push(lookedAt - target.spawnTick);
  if (has(world, 'never looks at reactions')) return;
  const { reactionTicks, reactionFast } = world.rules;
  const isSlow = has(world, 'looks at ten times as many reactions');
  const reactionSample = world.rules.reactionSample * (isSlow ? 10 : 1);
  const bound = has(world, 'takes honest reactions for fast') ? reactionTicks * 5 : reactionTicks;
  const fast = habits.reactions.slice(-reactionSample).filter((each) => each < bound).length;
  if (habits.reactions.length < later(world, reactionSample) || fast < reactionFast) return;
  flag(world, by, seq, result, 'REACTION', fast, reactionFast);
}

function flag(
  world: World,
  player: Player,
  seq: number,
  result: TickResult,
  code: ReportCode,
  value: number,
  limit: number,
): void {
  const kind = code === 'HEADSHOT_RATIO' ? 'STATISTICAL_OUTLIER' : 'BEHAVIORAL_ANOMALY';
  player.habits.isFlagged = true;
  result.occurrences.push({ player: player.id, kind, code, tick: world.tick, seq, value, limit });
}
