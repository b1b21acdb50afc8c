import type { Command } from '../../../spec/game/messages.d.ts';

/** What the contract names of a command, and nothing else; -0 is 0. */
export function copyCommand({ seq, dx, dy, yawMdeg, take, fire }: Command): Command {
  const command: Command = { seq, dx: dx + 0, dy: dy + 0 };
  if (yawMdeg !== undefined) command.yawMdeg = yawMdeg + 0;
  if (take !== undefined) command.take = take;
  if (fire) command.fire = { x: fire.x + 0, y: fire.y + 0, viewTick: fire.viewTick + 0 };
  return command;
}
