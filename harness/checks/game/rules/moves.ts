/** Phase 3: each command is ignored, refused or carried out, by player and seq. */
import type { AllRules, Command } from '../../../../spec/game/messages.d.ts';
import { refuse } from './evaluation.ts';
import type { Choices, Evaluation, Sent } from './evaluation.ts';
import { cut, wholeRoot } from './geometry.ts';
import type { Body } from './world.ts';

export function carryOutMoves(
  evaluation: Evaluation,
  sent: readonly Sent[],
  choices: Choices,
): void {
  for (const player of evaluation.players) {
    const own = sent.filter((each) => each.player === player.id).map(({ command }) => command);
    for (const command of bySeq(player, own, choices)) {
      if (command.seq <= player.lastInputSeq) continue;
      player.lastInputSeq = command.seq;
      evaluation.evaluated.push({ player: player.id, command });
      evaluateCommand(evaluation, player, command, choices);
    }
  }
}

/** One of each seq. */
function bySeq({ id }: Body, commands: readonly Command[], { pick }: Choices): Command[] {
  return [...Map.groupBy(commands, ({ seq }) => seq).values()]
    .map((rivals) => (pick && rivals.length > 1 ? pick(id, rivals) : rivals[0]!))
    .sort((a, b) => a.seq - b.seq);
}

function evaluateCommand(
  evaluation: Evaluation,
  player: Body,
  command: Command,
  { refusesWithinTolerance }: Choices,
): void {
  const { tick, before, takes, fires } = evaluation;
  const { rules, map } = before.parameters;
  const { seq, dx, dy, yawMdeg, take, fire } = command;
  const { maxStepMm, teleportMm, deadGraceTicks } = rules;
  if (!player.alive) {
    const value = tick - player.diedTick!;
    const evidence = value > deadGraceTicks ? { value, limit: deadGraceTicks } : undefined;
    return refuse(evaluation, player.id, seq, 'DEAD', evidence);
  }
  if (player.timeBank === 0) {
    return refuse(evaluation, player.id, seq, 'SPEED', { value: 1, limit: 0 });
  }
  player.timeBank -= 1;
  const square = dx ** 2 + dy ** 2;
  const value = wholeRoot(square);
  if (square > teleportMm ** 2) {
    return refuse(evaluation, player.id, seq, 'TELEPORT', { value, limit: teleportMm });
  }
  const length = lengthOf(command, rules);
  const mayRefuse =
    length === 'tolerated' && (refusesWithinTolerance?.(player.id, command) ?? false);
  if (length === 'too-long' || mayRefuse) {
    return refuse(evaluation, player.id, seq, 'SPEED', { value, limit: maxStepMm });
  }
  player.x = cut(player.x + dx, map.widthMm);
  player.y = cut(player.y + dy, map.heightMm);
  if (yawMdeg !== undefined) player.yawMdeg = yawMdeg;
  if (take !== undefined) takes.push({ player, seq, item: take });
  if (fire !== undefined) fires.push({ player, seq, fire });
}

/** `tolerated`: the implementation may refuse it or carry it out. */
export function lengthOf(
  { dx, dy }: Pick<Command, 'dx' | 'dy'>,
  { maxStepMm, tolerancePct }: Pick<AllRules, 'maxStepMm' | 'tolerancePct'>,
): 'legal' | 'tolerated' | 'too-long' {
  const square = dx ** 2 + dy ** 2;
  if (square <= maxStepMm ** 2) return 'legal';
  return square * 10_000 > maxStepMm ** 2 * (100 + tolerancePct) ** 2 ? 'too-long' : 'tolerated';
}
