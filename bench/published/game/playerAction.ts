/** What a player does, as the design has it: one action at a time, with the position that the client claims for it. */
import type { Command, Point } from '../../../spec/game/messages.d.ts';

export interface PlayerAction {
  readonly playerId: string;
  readonly seq: number;
  readonly type: 'MOVE' | 'TAKE' | 'FIRE';
  /** Where it happens, says the client. Undefined: it says nothing. */
  readonly position: Point | undefined;
  readonly dx: number;
  readonly dy: number;
  readonly yawMdeg: number | undefined;
  readonly item: string | undefined;
}

/** A command is a move and, where it has them, a take and a shot. `x` and `y` of a command are no members of the contract; here they are what is claimed. */
export function actionsOf(playerId: string, command: Command & Partial<Point>): PlayerAction[] {
  const { seq, dx, dy, yawMdeg, take, fire, x, y } = command;
  const position = x === undefined || y === undefined ? undefined : { x, y };
  const move: PlayerAction = {
    playerId,
    seq,
    type: 'MOVE',
    position,
    dx,
    dy,
    yawMdeg,
    item: undefined,
  };
  const still = { ...move, dx: 0, dy: 0, yawMdeg: undefined };
  const actions = [move];
  if (take !== undefined) actions.push({ ...still, type: 'TAKE', item: take });
  if (fire) actions.push({ ...still, type: 'FIRE', position: { x: fire.x, y: fire.y } });
  return actions;
}
