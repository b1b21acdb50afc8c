/** Phases 5 and 6: shots at the places of a former tick, and the damage of all of them at once. */
import type { PlayerId } from '../../../../spec/game/messages.d.ts';
import { refuse } from './evaluation.ts';
import type { Death, Evaluation, Hit, Shot } from './evaluation.ts';
import { compareIds, d2, wholeRoot } from './geometry.ts';

type Fire = Evaluation['fires'][number];

export function shoot(evaluation: Evaluation): Shot[] {
  const { tick, before, fires } = evaluation;
  const { rewindTicks, fireIntervalTicks } = before.parameters.rules;
  return fires.flatMap((fire): Shot[] => {
    const { player, seq } = fire;
    if (refuseShot(evaluation, fire)) return [];
    player.lastFireSeq = seq;
    player.fireBank -= fireIntervalTicks;
    const rewoundTo = Math.max(fire.fire.viewTick, tick - rewindTicks, 0);
    return [{ player: player.id, seq, rewoundTo, hit: hitOf(evaluation, fire, rewoundTo) }];
  });
}

function refuseShot(evaluation: Evaluation, { player, seq, fire }: Fire): boolean {
  const { tick, before } = evaluation;
  const { fireIntervalTicks, weaponRangeMm } = before.parameters.rules;
  const since = player.lastFireSeq === undefined ? Infinity : seq - player.lastFireSeq;
  const square = d2(player, fire);
  if (fire.viewTick >= tick) {
    const evidence = { value: fire.viewTick, limit: tick - 1 };
    refuse(evaluation, player.id, seq, 'FUTURE_TICK', evidence);
    return true;
  }
  if (since < fireIntervalTicks || player.fireBank < fireIntervalTicks) {
    const value = since < fireIntervalTicks ? since : player.fireBank;
    refuse(evaluation, player.id, seq, 'FIRE_RATE', { value, limit: fireIntervalTicks });
    return true;
  }
  if (square > weaponRangeMm ** 2) {
    const evidence = { value: wholeRoot(square), limit: weaponRangeMm };
    refuse(evaluation, player.id, seq, 'OUT_OF_RANGE', evidence);
    return true;
  }
  return false;
}

function hitOf(
  { before, players, tick }: Evaluation,
  { player: shooter, fire }: Fire,
  at: number,
): Hit | undefined {
  const { hitRadiusMm, headRadiusMm, damage } = before.parameters.rules;
  const places = before.past.get(at);
  if (!places) throw new Error(`The shot of tick ${tick} looks at tick ${at}, which is not kept.`);
  const [nearest] = players
    .filter(({ id, alive, spawnTick }) => id !== shooter.id && alive && spawnTick <= at)
    .map(({ id, spawnTick }) => ({ id, spawnTick, square: d2(places.get(id)!, fire) }))
    .sort((a, b) => a.square - b.square || compareIds(a.id, b.id));
  if (!nearest || nearest.square > hitRadiusMm ** 2) return undefined;
  const head = nearest.square <= headRadiusMm ** 2;
  const reaction = at - nearest.spawnTick;
  return { target: nearest.id, head, damage: head ? 2 * damage : damage, reaction };
}

export function applyDamage({ players, tick }: Evaluation, shots: readonly Shot[]): Death[] {
  const hits = shots.flatMap(({ player, hit }) => (hit ? [{ by: player, ...hit }] : []));
  const deaths: Death[] = [];
  for (const target of players) {
    const own = hits.filter((hit) => hit.target === target.id);
    const total = own.reduce((sum, { damage }) => sum + damage, 0);
    if (own.length === 0) continue;
    target.hp = Math.max(target.hp - total, 0);
    if (target.hp > 0) continue;
    target.alive = false;
    target.deaths += 1;
    target.diedTick = tick;
    deaths.push({ target: target.id, by: killerOf(own) });
  }
  for (const { by } of deaths) players.find(({ id }) => id === by)!.kills += 1;
  return deaths;
}

function killerOf(hits: readonly { by: PlayerId; damage: number }[]): PlayerId {
  const [most] = [...Map.groupBy(hits, ({ by }) => by)]
    .map(([by, own]) => ({ by, damage: own.reduce((sum, { damage }) => sum + damage, 0) }))
    .sort((a, b) => b.damage - a.damage || compareIds(a.by, b.by));
  return most!.by;
}
