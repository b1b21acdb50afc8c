/** One tick, phase by phase as in rules.md. */
import { flagHits } from './flags.ts';
import { fireShots } from './shots.ts';
import { has } from './switches.ts';
import { takeItems } from './taking.ts';
import { evaluateMoves } from './moves.ts';
import { noResult, placeToAppear, stateOf } from './world.ts';
import type { Player, TickResult, World } from './world.ts';

/** @param isConnected whether a player has a stream at the beginning of the tick */
export function runTick(world: World, isConnected: (player: Player) => boolean): TickResult {
  const result = world.next;
  world.tick += 1;
  const { tick: t, players, rules } = world;
  leave(world, result, isConnected);
  join(world, result);
  for (const player of players.values()) {
    if (!player.alive && player.diedTick + rules.respawnTicks <= t) appear(world, player);
  }
  for (const player of players.values()) fillBanks(world, player);
  evaluateCommands(world, result);
  flagHits(world, result);
  world.states.push(stateOf(world));
  world.next = noResult();
  for (const player of players.values()) {
    player.pending = player.pending.filter(({ notBefore = 0 }) => notBefore > t);
  }
  return result;
}

/** Phases 3 to 6. */
export function evaluateCommands(world: World, result: TickResult): void {
  const carriedOut = evaluateMoves(world, result);
  takeItems(world, carriedOut, result);
  fireShots(world, carriedOut, result);
}

function leave(world: World, result: TickResult, isConnected: (player: Player) => boolean): void {
  const { tick: t, players } = world;
  let { graceTicks } = world.rules;
  if (has(world, 'ends the time of grace a tick early')) graceTicks -= 1;
  if (has(world, 'has twice the time of grace')) graceTicks *= 2;
  if (has(world, 'has no time of grace')) graceTicks = 0;
  for (const player of [...players.values()]) {
    if (player.joinTick < t) player.absentTicks = isConnected(player) ? 0 : player.absentTicks + 1;
    const isGone =
      (player.isLeaving && !has(world, 'keeps who said bye')) || player.absentTicks > graceTicks;
    if (!isGone) continue;
    players.delete(player.id);
    result.left.push(player.id);
  }
}

function join(world: World, result: TickResult): void {
  const { tick: t, players, joining, rules } = world;
  for (const player of [...joining.values()]) {
    if (has(world, 'lets players appear a tick late') && player.joinTick === 0) {
      player.joinTick = t + 1;
      continue;
    }
    joining.delete(player.id);
    if (player.isLeaving) continue;
    player.joinTick = t;
    player.timeBank = rules.timeBankTicks;
    player.fireBank = rules.fireIntervalTicks + rules.timeBankTicks;
    appear(world, player);
    players.set(player.id, player);
    result.joined.push({ player: player.id, x: player.x, y: player.y });
  }
}

function appear(world: World, player: Player): void {
  const { x, y } = placeToAppear(world, player);
  const hp = world.rules.maxHp;
  Object.assign(player, { x, y, yawMdeg: 0, hp, alive: true, spawnTick: world.tick });
}

function fillBanks(world: World, player: Player): void {
  const { timeBankTicks, fireIntervalTicks } = world.rules;
  const bank = has(world, 'banks half of the time') ? Math.floor(timeBankTicks / 2) : timeBankTicks;
  player.timeBank = Math.min(player.timeBank + 1, bank + 1);
  player.fireBank = Math.min(player.fireBank + 1, fireIntervalTicks + timeBankTicks);
}
