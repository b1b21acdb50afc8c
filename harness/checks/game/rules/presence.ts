/** Phases 1 and 2: who leaves, who appears, and what the banks gain. */
import { byId, compareIds } from './geometry.ts';
import type { Evaluation, TickInput, TickResult } from './evaluation.ts';
import { placeToAppear } from './world.ts';
import type { Body } from './world.ts';

export function whoIsThere(
  evaluation: Evaluation,
  { leaves = [], joins = [], streams }: TickInput,
): Pick<TickResult, 'left' | 'joined'> {
  const { before, tick } = evaluation;
  const { rules } = before.parameters;
  const isGone = (player: Body): boolean => {
    if (streams) {
      player.ticksWithoutStream = streams.has(player.id) ? 0 : player.ticksWithoutStream + 1;
    }
    return leaves.includes(player.id) || player.ticksWithoutStream > rules.graceTicks;
  };
  const gone = evaluation.players.filter(isGone);
  const staying = evaluation.players.filter((player) => !gone.includes(player));
  const again = staying.filter(
    ({ alive, diedTick }) => !alive && diedTick! + rules.respawnTicks <= tick,
  );
  again.forEach((player) => appear(evaluation, player));
  const joined = joins.map(({ player: id, spawn }): Body => {
    const player: Body = {
      ...{ id, spawn, x: 0, y: 0, yawMdeg: 0, hp: 0, alive: true },
      ...{ kills: 0, deaths: 0, items: 0, lastInputSeq: 0 },
      timeBank: rules.timeBankTicks,
      fireBank: rules.fireIntervalTicks + rules.timeBankTicks,
      ...{ lastFireSeq: undefined, spawnTick: tick, diedTick: undefined, ticksWithoutStream: 0 },
    };
    appear(evaluation, player);
    return player;
  });
  evaluation.players = [...staying, ...joined].sort(byId);
  for (const player of evaluation.players) {
    player.timeBank = Math.min(player.timeBank + 1, rules.timeBankTicks + 1);
    player.fireBank = Math.min(player.fireBank + 1, rules.fireIntervalTicks + rules.timeBankTicks);
  }
  return {
    left: gone.map(({ id }) => id).sort(compareIds),
    joined: joined.sort(byId).map(({ id, x, y }) => ({ player: id, x, y })),
  };
}

function appear({ before, tick }: Evaluation, player: Body): void {
  const { seed, map, rules } = before.parameters;
  const place = player.spawn ?? placeToAppear(seed, player.id, player.deaths, map);
  player.x = place.x;
  player.y = place.y;
  player.yawMdeg = 0;
  player.hp = rules.maxHp;
  player.alive = true;
  player.spawnTick = tick;
  player.diedTick = undefined;
}
