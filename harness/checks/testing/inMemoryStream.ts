/** One subscriber of a system in this process: what the connection between the two would do, with a queue that grows while it is paused. */
import type { CaseStudy, Stream } from '../../contract/caseStudy.ts';
import { judgeStreamMessage } from '../../target/judgeReply.ts';
import type { Json, JsonObject, StreamEvent, Subscription } from '../../target/target.ts';
import { valueOfText } from '../../target/valueOfText.ts';
import { copyPlain } from './copyPlain.ts';

/** A subscriber that is this far behind is cut off, so that a system with a defect cannot fill the memory of the tests. */
const MAX_HELD_BYTES = 64 * 1024 * 1024;

/** Hands a message to the subscriber; nothing happens once it has closed. */
export interface TellSubscriber {
  (message: object): void;
  /** What the subscriber has not taken, as of a socket's queue: more than nothing only while it is paused. */
  bufferedBytes(): number;
}

/** What a system does for a subscriber. */
export interface InMemorySubscriber {
  /** What it is told first. */
  readonly first: readonly object[];
  /** A message of the contract's shape, in order. */
  send?(message: JsonObject): void;
  /** Instead of send, for what has not that shape. */
  invalid?(message: Json): void;
  /** The subscriber has closed it. */
  close?(): void;
}

export interface InMemoryStream {
  readonly tell: TellSubscriber;
  /** Begins it: until then nothing can be sent. */
  open(subscriber: InMemorySubscriber): Subscription;
  /** Instead of open, when it was refused. */
  cancel(): void;
}

/** The life of the system in which a stream is opened. */
export interface StreamLife {
  isOver(): boolean;
  /** @returns forgets the listener */
  onEnd(listener: () => void): () => void;
}

export function inMemoryStream(
  caseStudy: CaseStudy,
  stream: Stream,
  onEvent: (event: StreamEvent) => void,
  life: StreamLife,
): InMemoryStream {
  let isSubscribed = true;
  let isPaused = false;
  /** What came while it was paused, and after that until all of it is told. */
  let held: StreamEvent[] = [];
  let heldBytes = 0;

  const end = (): void => {
    isSubscribed = false;
    held = [];
    heldBytes = 0;
    forget();
  };
  const cutOff = (reason: string): void => {
    end();
    onEvent({ kind: 'ended', reason });
  };
  const forget = life.onEnd(() => cutOff('the system was killed'));
  const arrive = (event: StreamEvent): void => {
    if (!isSubscribed) return;
    if (!isPaused && held.length === 0) return onEvent(event);
    held.push(event);
    heldBytes += bytesOf(event);
    if (heldBytes > MAX_HELD_BYTES) cutOff(`it was ${heldBytes} bytes behind`);
  };
  const takeHeld = (): void => {
    const waiting = held;
    held = [];
    heldBytes = 0;
    // Whoever is told may pause it again, or close it.
    waiting.forEach(arrive);
  };
  const tell = (message: object): void => {
    const event = judgeStreamMessage(caseStudy, stream, copyPlain(message));
    setImmediate(() => arrive(event));
  };
  return {
    tell: Object.assign(tell, { bufferedBytes: () => heldBytes }),
    cancel: end,
    open(subscriber) {
      const isOpen = (): boolean => isSubscribed && !life.isOver();
      const send = (message: Json): boolean => {
        const given = copyPlain(message);
        const hear =
          stream.send?.validate(given) === undefined ? subscriber.send : subscriber.invalid;
        setImmediate(() => {
          if (isOpen()) hear?.call(subscriber, given as JsonObject);
        });
        return isOpen();
      };
      return {
        send,
        sendText: (text) => send(valueOfText(text)),
        canPause: true,
        pause: () => void (isPaused = true),
        resume() {
          isPaused = false;
          setImmediate(takeHeld);
        },
        async close() {
          await new Promise((resolve) => setImmediate(resolve));
          if (isOpen()) subscriber.close?.();
          end();
        },
      };
    },
  };
}

function bytesOf(event: StreamEvent): number {
  return event.kind === 'message' ? event.bytes : 0;
}
