/** The stream of a player: what comes on it goes to its match. */
import type { ClientMessage, PlayRequest } from '../../spec/game/messages.d.ts';
import type { Deliver, Subscription } from '../kit/service.ts';
import type { Matches } from './matches/matches.ts';
import { outletOf } from './networkOptimizer/outlet.ts';

/** The contract's longest message. Over HTTP no longer one comes so far. */
const MAX_MESSAGE_BYTES = 64 * 1024;

export function play(
  matches: Matches,
  { match, player, token }: PlayRequest,
  deliver: Deliver,
): Subscription {
  const stream = matches.running(match).open(player, token, outletOf(deliver));
  const carriesValues = deliver.text === undefined;
  return {
    send(message) {
      if (carriesValues && isTooLong(message)) stream.mishear();
      else stream.hear(message as ClientMessage);
    },
    invalid: () => stream.mishear(),
    close: () => stream.close(),
  };
}

function isTooLong(message: unknown): boolean {
  return Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES;
}
