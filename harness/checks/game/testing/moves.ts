/** Phase 3: commands, in the order of ids and seq. */
import type { Command, RefusalCode } from '../../../../spec/game/messages.d.ts';
import { has } from './switches.ts';
import { byId } from './world.ts';
import type { Arrived, Player, TickResult, World } from './world.ts';

/** A command that was carried out, but for its take and fire. */
export interface CarriedOut {
  readonly player: Player;
  readonly command: Command;
  readonly order: number;
  /** Before it. */
  readonly from: { readonly x: number; readonly y: number };
}

export function evaluateMoves(world: World, result: TickResult): CarriedOut[] {
  const carriedOut: CarriedOut[] = [];
  for (const player of [...world.players.values()].toSorted(byId)) {
    const commands = commandsOf(world, player);
    for (const { command, order } of commands) {
      const from = { x: player.x, y: player.y };
      const isAgain =
        has(world, 'carries out twice in a tick') &&
        commands.some((each) => each.order < order && each.command.seq === command.seq);
      const isNew = command.seq > player.lastInputSeq || isAgain;
      if (!isNew && !has(world, 'has no sequence numbers')) {
        if (command.seq < player.lastInputSeq && has(world, 'carries out late commands')) {
          move(world, player, command);
        }
        if (has(world, 'refuses duplicates')) refuse(world, result, player, command.seq, 'SPEED');
        continue;
      }
      if (has(world, 'waits for missing numbers') && command.seq > player.lastInputSeq + 1) break;
      const isAfterGap = command.seq > player.lastInputSeq + 1;
      player.lastInputSeq = Math.max(player.lastInputSeq, command.seq);
      const code =
        isAfterGap && has(world, 'refuses what follows a gap')
          ? 'SPEED'
          : refusalOf(world, result, player, command, commands.length);
      if (code === undefined || !has(world, 'leaves refused commands out of the replay')) {
        result.commands.push(replayed(world, player.id, command));
      }
      if (code === undefined) {
        move(world, player, command);
        carriedOut.push({ player, command, order, from });
        continue;
      }
      refuse(world, result, player, command.seq, code);
      if (has(world, 'stops at a refused command')) break;
      if (has(world, 'stops the tick at a refused command')) return carriedOut;
    }
    if (has(world, 'applies each action as it comes')) player.pending = [];
  }
  return carriedOut;
}

/** By seq, one of each. */
function commandsOf(world: World, player: Player): Arrived[] {
  const due = player.pending.filter(({ notBefore = 0 }) => notBefore <= world.tick);
  if (has(world, 'has no sequence numbers')) return due;
  const bySeq = new Map<number, Arrived>();
  for (const arrived of due) {
    const { seq } = arrived.command;
    if (has(world, 'carries out twice in a tick')) bySeq.set(arrived.order + 2 ** 33, arrived);
    else if (!bySeq.has(seq) || world.freedoms.sameSeq === 'the last') bySeq.set(seq, arrived);
  }
  const found = [...bySeq.values()];
  if (has(world, 'evaluates commands in the order of arrival')) return found;
  return found.toSorted((a, b) => a.command.seq - b.command.seq);
}

function refusalOf(
  world: World,
  result: TickResult,
  player: Player,
  { seq, dx, dy }: Command,
  count: number,
): RefusalCode | undefined {
  const { rules, tick: t } = world;
  const { maxStepMm, teleportMm, tolerancePct, deadGraceTicks } = rules;
  const occur = (code: 'DEAD' | 'SPEED' | 'TELEPORT', value: number, limit: number): void => {
    if (code !== 'DEAD' && has(world, 'reports no refused moves')) return;
    result.occurrences.push({
      ...{ player: player.id, kind: 'RULE_VIOLATION', code, tick: t, seq, value, limit },
    });
  };
  if (!player.alive && !has(world, 'lets the dead act')) {
    const deadFor = t - player.diedTick;
    const isReported = deadFor > deadGraceTicks || has(world, 'reports the dead at once');
    if (isReported && !has(world, 'never reports the dead')) occur('DEAD', deadFor, deadGraceTicks);
    return 'DEAD';
  }
  if (has(world, 'takes two commands a tick') && count > 2 && player.timeBank < 8) {
    occur('SPEED', 1, 0);
    return 'SPEED';
  }
  if (has(world, 'refuses who is flagged') && player.habits.isFlagged) return 'SPEED';
  if (player.timeBank === 0 && !has(world, 'has an endless time bank')) {
    occur('SPEED', 1, 0);
    if (has(world, 'fills the time bank at a refusal')) player.timeBank = rules.timeBankTicks;
    return 'SPEED';
  }
  const isFree = has(world, 'has an endless time bank');
  player.timeBank -= isFree ? 0 : 1;
  const length2 = dx ** 2 + dy ** 2;
  const length = Math.floor(Math.sqrt(length2));
  if (length2 > teleportMm ** 2 && !has(world, 'has no word for teleports')) {
    occur('TELEPORT', length, teleportMm);
    return 'TELEPORT';
  }
  const isTooFar = length2 * 10_000 > maxStepMm ** 2 * (100 + tolerancePct) ** 2;
  const isInBetween = !isTooFar && length2 > maxStepMm ** 2;
  const isRefused =
    (isTooFar && !has(world, 'takes long steps')) ||
    (isInBetween && world.freedoms.longSteps === 'refused') ||
    (has(world, 'refuses the longest step') && length2 === maxStepMm ** 2) ||
    (has(world, 'adds up the axes') && Math.abs(dx) + Math.abs(dy) > maxStepMm * 1.1);
  if (!isRefused || has(world, 'cuts long steps off')) return undefined;
  occur('SPEED', length, maxStepMm);
  return 'SPEED';
}

function move(world: World, player: Player, command: Command): void {
  const { widthMm, heightMm } = world.map;
  let { dx, dy } = command;
  const length = Math.hypot(dx, dy);
  if (has(world, 'cuts long steps off') && length > world.rules.maxStepMm) {
    dx = Math.trunc((dx * world.rules.maxStepMm) / length);
    dy = Math.trunc((dy * world.rules.maxStepMm) / length);
  }
  if (has(world, 'moves a millimetre less') && dx > 1) dx -= 1;
  const isUncut = has(world, 'knows no bounds of the world');
  const to = {
    x: isUncut ? Math.max(player.x + dx, 0) : Math.min(Math.max(player.x + dx, 0), widthMm),
    y: isUncut ? Math.max(player.y + dy, 0) : Math.min(Math.max(player.y + dy, 0), heightMm),
  };
  const others = [...world.players.values()].filter(({ id }) => id !== player.id);
  const isTaken = others.some(({ x, y }) => x === to.x && y === to.y);
  if (isTaken && has(world, 'puts players side by side')) to.x += to.x < widthMm ? 1 : -1;
  if (!isTaken || !has(world, 'lets nobody stand where another one is')) Object.assign(player, to);
  if (command.yawMdeg !== undefined) player.yawMdeg = command.yawMdeg;
  claim(world, player, command as Claim);
}

/** Members that the contract does not name. */
type Claim = Command & { hp?: unknown; kills?: unknown; x?: unknown; y?: unknown };

function claim(world: World, player: Player, { hp, kills, x, y }: Claim): void {
  if (has(world, 'takes claimed hit points') && typeof hp === 'number') player.hp = hp;
  if (has(world, 'takes claimed hit points') && typeof kills === 'number') player.kills = kills;
  if (!has(world, 'takes claimed places') || typeof x !== 'number' || typeof y !== 'number') return;
  Object.assign(player, { x, y });
}

export function refuse(
  world: World,
  result: TickResult,
  player: Player,
  seq: number,
  code: RefusalCode,
): void {
  if (has(world, 'takes refused commands for not evaluated')) player.lastInputSeq = seq - 1;
  result.refused.push({ player: player.id, seq, code });
}

function replayed(world: World, player: string, command: Command) {
  const { seq, dx, dy, yawMdeg, take, fire } = command;
  return {
    ...{ player, seq, dx, dy },
    ...(yawMdeg !== undefined && { yawMdeg }),
    ...(take !== undefined && { take }),
    ...(fire && !has(world, 'forgets shots in the replay') && { fire }),
  };
}
