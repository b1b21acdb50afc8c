/** One client of a conversation: its socket, what it has sent and is not answered yet, and what it has heard. */
import { WebSocket } from 'ws';
import type { RawData } from 'ws';
import { MAX_REPLY_BYTES } from '../../target/bounds.ts';
import type { ConversationGroup } from '../conversationFile.ts';
import { fifo } from '../fifo.ts';
import type { Fifo } from '../fifo.ts';

export interface ConversationClient {
  readonly client: number;
  readonly group: ConversationGroup;
  readonly socket: WebSocket;
  /** The number of its last message by schedule. */
  sent: number;
  /** Those without an answer, oldest first: the number, and the place in the schedule. */
  readonly unanswered: Fifo<{ readonly number: number; readonly index: number }>;
  /** Messages for which the echo's condition held. */
  matched: number;
  /** By phase. */
  readonly heard: readonly Heard[];
}

/** What a client heard, and sent beside its schedule, during a phase. */
export interface Heard {
  messages: number;
  /** Of the messages, without the frames around them. */
  bytes: number;
  echoes: number;
  /** Of its counter: when each message came, in ms from time zero, and what it said. */
  readonly counted: { readonly atMs: number[]; readonly value: number[] };
}

export interface ClientEvents {
  onMessage(client: ConversationClient, message: Buffer): void;
  /** It was open, and is not any more. */
  onEnd(client: ConversationClient, reason: string): void;
}

const MAX_HANDSHAKE_MS = 10_000;
/** A client that has so much unsent has a server that does not read: what it would send beyond is missed. */
const MAX_UNSENT_BYTES = 1024 * 1024;

/** Resolves when it is open. @throws Error why it could not be opened */
export function openClient(
  url: string,
  who: Pick<ConversationClient, 'client' | 'group'>,
  phases: number,
  events: ClientEvents,
): Promise<ConversationClient> {
  const socket = new WebSocket(url, {
    handshakeTimeout: MAX_HANDSHAKE_MS,
    maxPayload: MAX_REPLY_BYTES,
    perMessageDeflate: false,
  });
  const opened: ConversationClient = {
    ...who,
    socket,
    sent: 0,
    unanswered: fifo(),
    matched: 0,
    heard: Array.from({ length: phases }, () => ({
      messages: 0,
      bytes: 0,
      echoes: 0,
      counted: { atMs: [], value: [] },
    })),
  };
  // ws hands over one Buffer unless it is told otherwise.
  socket.on('message', (data: RawData) => events.onMessage(opened, data as Buffer));
  return new Promise((resolve, reject) => {
    let isOpen = false;
    let failure: string | undefined;
    socket.once('open', () => {
      isOpen = true;
      resolve(opened);
    });
    socket.on('error', (error) => {
      failure = error.message;
    });
    socket.once('close', (code) => {
      const reason = failure ?? `closed with code ${code}`;
      if (isOpen) events.onEnd(opened, reason);
      else reject(new Error(reason));
    });
  });
}

/** @returns whether it went out */
export function sendText({ socket }: ConversationClient, text: string): boolean {
  if (socket.readyState !== WebSocket.OPEN || socket.bufferedAmount > MAX_UNSENT_BYTES)
    return false;
  socket.send(text);
  return true;
}
