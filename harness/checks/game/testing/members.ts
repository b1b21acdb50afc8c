/** Members of a client's message that the contract does not name. */
import type { Json } from '../../../target/target.ts';

const NAMED = {
  input: ['type', 'commands'],
  ack: ['type', 'tick'],
  ping: ['type', 't'],
  bye: ['type'],
  sendInput: ['match', 'player', 'token', 'commands'],
  command: ['seq', 'dx', 'dy', 'yawMdeg', 'take', 'fire'],
  fire: ['x', 'y', 'viewTick'],
} as const;

/** Of what is no object at all: false. */
export function hasUnnamedMembers(message: Json): boolean {
  if (typeof message !== 'object' || message === null) return false;
  const { type, commands } = message as { type?: keyof typeof NAMED; commands?: unknown };
  const named = NAMED[type ?? 'sendInput'];
  if (!named || hasOthers(message, named)) return true;
  if (!Array.isArray(commands)) return false;
  return commands.some((command: { fire?: object }) => {
    const isOdd = hasOthers(command, NAMED.command);
    return isOdd || (command.fire !== undefined && hasOthers(command.fire, NAMED.fire));
  });
}

function hasOthers(value: unknown, named: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).some((name) => !named.includes(name));
}
