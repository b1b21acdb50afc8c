/** Phases 5 and 6: shots, and their damage. */
import type { Fire, Point, RefusalCode } from '../../../../spec/game/messages.d.ts';
import { noteShot } from './flags.ts';
import { refuse } from './moves.ts';
import type { CarriedOut } from './moves.ts';
import { has } from './switches.ts';
import { d2 } from './world.ts';
import type { Hit, Player, TickResult, World } from './world.ts';

export function fireShots(
  world: World,
  carriedOut: readonly CarriedOut[],
  result: TickResult,
): void {
  const hits: Hit[] = [];
  for (const { player, command, from } of carriedOut) {
    const { seq, fire } = command;
    if (!fire) continue;
    const refused = refusalOf(world, player, seq, fire, result);
    if (refused !== undefined) {
      refuse(world, result, player, seq, refused);
      if (has(world, 'undoes the move of a refused shot')) Object.assign(player, from);
      continue;
    }
    if (has(world, 'kills one after the other') && !player.alive) continue;
    noteShot(world, player, seq, result);
    player.lastFireSeq = seq;
    player.fireBank -= world.rules.fireIntervalTicks;
    const hit = lookFor(world, player, seq, fire);
    if (!hit) continue;
    hits.push(hit);
    if (has(world, 'kills one after the other')) damageAll(world, [hit], result);
  }
  result.hits.push(...hits);
  if (!has(world, 'kills one after the other')) damageAll(world, hits, result);
}

function refusalOf(
  world: World,
  player: Player,
  seq: number,
  fire: Fire,
  result: TickResult,
): RefusalCode | undefined {
  const { tick: t, rules } = world;
  const { fireIntervalTicks: interval, weaponRangeMm } = rules;
  const occur = (
    code: 'FUTURE_TICK' | 'FIRE_RATE' | 'OUT_OF_RANGE',
    value: number,
    limit: number,
  ) => {
    const kind = 'RULE_VIOLATION';
    if (!has(world, 'reports no refused shots')) {
      result.occurrences.push({ player: player.id, kind, code, tick: t, seq, value, limit });
    }
    return code;
  };
  const first = has(world, 'takes a view of the tick itself') ? t + 1 : t;
  if (fire.viewTick >= first && !has(world, 'takes shots at the future')) {
    return occur('FUTURE_TICK', fire.viewTick, t - 1);
  }
  if (has(world, 'refuses views that are too old') && fire.viewTick < t - rules.rewindTicks) {
    return occur('FUTURE_TICK', fire.viewTick, t - 1);
  }
  const since = seq - (player.lastFireSeq ?? -Infinity);
  const least = has(world, 'wants a longer fire interval') ? interval + 1 : interval;
  if (since < least && !has(world, 'shoots at any rate'))
    return occur('FIRE_RATE', since, interval);
  if (player.fireBank < interval && !has(world, 'has no fire bank')) {
    return occur('FIRE_RATE', player.fireBank, interval);
  }
  const distance2 = d2(player, fire);
  const isTooFar = has(world, 'measures the range along the axes')
    ? Math.max(Math.abs(player.x - fire.x), Math.abs(player.y - fire.y)) > weaponRangeMm
    : has(world, 'refuses shots at the weapon’s range')
      ? distance2 >= weaponRangeMm ** 2
      : distance2 > weaponRangeMm ** 2;
  if (isTooFar && !has(world, 'shoots at any distance')) {
    return occur('OUT_OF_RANGE', Math.floor(Math.sqrt(distance2)), weaponRangeMm);
  }
  const isUnseen = distance2 > (rules.radiusMm + rules.hysteresisMm) ** 2;
  if (has(world, 'refuses shots at nobody out of sight') && isUnseen) {
    const someone = [...world.players.values()].some((other) => d2(other, fire) <= 1_000_000);
    if (!someone) return 'OUT_OF_RANGE';
  }
  return undefined;
}

function lookFor(world: World, by: Player, seq: number, fire: Fire): Hit | undefined {
  const { tick: t, rules } = world;
  const bound = has(world, 'rewinds without bounds') ? 0 : t - rules.rewindTicks;
  let r = Math.max(fire.viewTick, bound, 0);
  if (has(world, 'does not rewind')) r = t - 1;
  if (has(world, 'takes shots at the future')) r = Math.min(r, t - 1);
  const places = new Map(world.states[Math.min(r, t - 1)]!.players.map((each) => [each.id, each]));
  const distance2 = (target: Player): number => {
    const isNow = has(world, 'hits the places of now') || r === t;
    const place: Point | undefined = isNow ? target : places.get(target.id);
    const there = place ? d2(place, fire) : Infinity;
    return has(world, 'hits the place then and the place now')
      ? Math.min(there, d2(target, fire))
      : there;
  };
  const targets = [...world.players.values()].filter(
    (target) =>
      target.id !== by.id &&
      (target.alive || has(world, 'hits the dead')) &&
      (target.spawnTick <= r || has(world, 'hits former lives')),
  );
  const [target] = targets.toSorted(
    (a, b) => distance2(a) - distance2(b) || (a.id < b.id ? -1 : 1),
  );
  if (!target || distance2(target) > rules.hitRadiusMm ** 2) return undefined;
  if (has(world, 'lets chance decide on hits') && Math.random() < 0.2) return undefined;
  const isHead = distance2(target) <= rules.headRadiusMm ** 2;
  const twice = isHead && !has(world, 'has no head hits') ? 2 : 1;
  const isHalf = has(world, 'halves the damage of who is flagged') && by.habits.isFlagged;
  const damage = Math.floor((rules.damage * twice) / (isHalf ? 2 : 1));
  return { by, target, seq, damage, isHead, lookedAt: r };
}

function damageAll(world: World, hits: readonly Hit[], result: TickResult): void {
  const targets = [...new Set(hits.map(({ target }) => target))];
  const fatal: { target: Player; by: Player }[] = [];
  for (const target of targets) {
    const own = hits.filter((hit) => hit.target === target);
    target.hp = Math.max(target.hp - own.reduce((sum, { damage }) => sum + damage, 0), 0);
    if (target.hp === 0) fatal.push({ target, by: killer(world, own) });
  }
  for (const { target, by } of fatal) {
    Object.assign(target, { alive: false, deaths: target.deaths + 1, diedTick: world.tick });
    by.kills += 1;
    result.deaths.push({ target: target.id, by: by.id });
  }
}

function killer(world: World, hits: readonly Hit[]): Player {
  if (has(world, 'gives the kill to the last one')) return hits.at(-1)!.by;
  const sums = new Map<Player, number>();
  for (const { by, damage } of hits) sums.set(by, (sums.get(by) ?? 0) + damage);
  const ties = has(world, 'gives the kill to the largest id') ? -1 : 1;
  const ranked = [...sums].toSorted(
    ([a, first], [b, second]) => second - first || ties * (a.id < b.id ? -1 : 1),
  );
  return ranked[0]![0];
}
