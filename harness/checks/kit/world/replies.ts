/** The replies that every world gives. */
import type { JsonObject } from '../../../target/target.ts';
import type { WorldReply } from '../../../world/world.ts';

export const SILENCE: WorldReply = { kind: 'silence' };
export const RESET: WorldReply = { kind: 'reset' };

export function answered(body: JsonObject): WorldReply {
  return { kind: 'reply', status: 200, body };
}

export function refused(status: number, detail: string): WorldReply {
  return { kind: 'reply', status, body: { detail } };
}

export function failed(status: number): WorldReply {
  return refused(status, 'The service has a problem.');
}
