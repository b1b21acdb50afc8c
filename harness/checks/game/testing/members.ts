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
  const { type = 'sendInput', commands } = message as { type?: unknown; commands?: unknown };
  const named = namedMembers(type);
  if (!named || hasOthers(message, named)) return true;
  if (!Array.isArray(commands)) return false;
  return commands.some((command: { fire?: unknown } | null) => {
    return hasOthers(command, NAMED.command) || hasOthers(command?.fire, NAMED.fire);
  });
}

/** Undefined where it is no type of a message: `toString` is none. */
function namedMembers(type: unknown): readonly string[] | undefined {
  return Object.entries<readonly string[]>(NAMED).find(([name]) => name === type)?.[1];
}

function hasOthers(value: unknown, named: readonly string[]): boolean {
  if (typeof value !== 'object' || value === null) return false;
  return Object.keys(value).some((name) => !named.includes(name));
}
