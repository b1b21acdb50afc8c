/** Commands, one player's after the other's: phase 3. */
import type { Command, Map as WorldMap, ReplayCommand } from '../../../spec/game/messages.d.ts';
import { deadBreach, emptyBankBreach, moveBreach } from '../antiCheat/ruleEngine.ts';
import type { Breach } from '../antiCheat/ruleEngine.ts';
import type { Player } from './player.ts';
import { refuse } from './tickLog.ts';
import type { TickLog } from './tickLog.ts';

/** `commands` in the order of arrival. */
export function processCommands(
  log: TickLog,
  player: Player,
  commands: readonly Command[],
  map: WorldMap,
): void {
  for (const command of bySeq(commands)) {
    if (command.seq <= player.lastInputSeq) continue;
    player.lastInputSeq = command.seq;
    log.evaluated.push(contractMembers(player, command));
    const breach = breachOf(log, player, command);
    if (breach !== null) refuse(log, player, command.seq, 'command', breach);
    else carryOut(log, player, command, map);
  }
}

/** Stable, so that of two with one seq the one that came first is first. */
function bySeq(commands: readonly Command[]): readonly Command[] {
  return commands.length < 2 ? commands : commands.toSorted((one, other) => one.seq - other.seq);
}

function breachOf({ tick, rules }: TickLog, player: Player, command: Command): Breach | null {
  if (!player.alive) return deadBreach(player, tick, rules);
  if (player.timeBank === 0) return emptyBankBreach();
  player.timeBank--;
  return moveBreach(command, rules);
}

function carryOut(log: TickLog, player: Player, command: Command, map: WorldMap): void {
  player.x = cut(player.x + command.dx, map.widthMm);
  player.y = cut(player.y + command.dy, map.heightMm);
  if (command.yawMdeg !== undefined) player.yawMdeg = plus0(command.yawMdeg);
  const { seq, take, fire } = command;
  if (take !== undefined) log.takes.push({ player, seq, item: take });
  if (fire !== undefined) log.shots.push({ player, seq, fire });
}

function cut(place: number, size: number): number {
  return Math.min(Math.max(place, 0), size);
}

/** JSON may say -0, which is 0 and must not be told from it. */
function plus0(value: number): number {
  return value + 0;
}

/** What getReplay shows: nothing that a client put in besides. */
function contractMembers({ id }: Player, command: Command): ReplayCommand {
  const { seq, dx, dy, yawMdeg, take, fire } = command;
  const shown: ReplayCommand = { player: id, seq, dx: plus0(dx), dy: plus0(dy) };
  if (yawMdeg !== undefined) shown.yawMdeg = plus0(yawMdeg);
  if (take !== undefined) shown.take = take;
  if (fire !== undefined) {
    shown.fire = { x: plus0(fire.x), y: plus0(fire.y), viewTick: plus0(fire.viewTick) };
  }
  return shown;
}
