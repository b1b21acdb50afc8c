/**
 * A stream over a network that loses, repeats, reorders and delays messages, either way, decided by a seed and counted in messages: what
 * happens to the nth message of a direction depends on the seed and on n alone, not on time.
 */
import { deriveSeed } from '../../run/deriveSeed.ts';
import { seededRandom } from '../../load/seededRandom.ts';
import type { JsonObject, StreamEvent } from '../../target/target.ts';
import type { SessionSubscription } from '../check.ts';

/** What is done to the messages of one direction. Shares are of 1; what is absent is not done. */
export interface Unreliability {
  readonly drop?: number;
  /** Share that comes twice, the copy at once or, where it is reordered, later. */
  readonly duplicate?: number;
  /** Share of messages, and of copies, that are overtaken by 1 to `window` later ones. */
  readonly reorder?: number;
  /** Default 4. */
  readonly window?: number;
  /** All of them arrive so many messages late, in order. */
  readonly delay?: number;
}

export interface UnreliablePlan {
  readonly seed: number;
  /** To the implementation. */
  readonly up?: Unreliability;
  /** From the implementation. */
  readonly down?: Unreliability;
  /** What the plan is for; the others pass at once and are not counted. Default: every message of the contract's shape. */
  readonly affects?: (message: JsonObject) => boolean;
}

export interface UnreliableCounts {
  /** Messages that met the plan. */
  readonly messages: number;
  readonly dropped: number;
  readonly duplicated: number;
  readonly reordered: number;
}

export interface UnreliableStream {
  /** For subscribe: hands on to the check's own. What is malformed passes at once; before the end comes what is still held. */
  readonly onEvent: (event: StreamEvent) => void;
  /**
   * The subscription through the network. `send` is true while the stream is open, also of what is lost; sendWrong and sendText pass at
   * once.
   */
  over(subscription: SessionSubscription): SessionSubscription;
  /** Hands on what is held, either way: without it the last messages never arrive. */
  flush(): void;
  readonly counts: { readonly up: UnreliableCounts; readonly down: UnreliableCounts };
}

export function unreliableStream(
  plan: UnreliablePlan,
  onEvent: (event: StreamEvent) => void,
): UnreliableStream {
  const up = unreliableLine(deriveSeed(plan.seed, 'up'), plan.up ?? {});
  const down = unreliableLine(deriveSeed(plan.seed, 'down'), plan.down ?? {});
  const affects = plan.affects ?? (() => true);
  return {
    onEvent(event) {
      if (event.kind === 'message' && affects(event.message)) {
        return down.pass(() => onEvent(event));
      }
      if (event.kind === 'ended') down.flush();
      onEvent(event);
    },
    over: (subscription) => ({
      ...subscription,
      send(message) {
        if (!affects(message)) return subscription.send(message);
        let isOpen = true;
        up.pass(() => void (isOpen = subscription.send(message)));
        return isOpen;
      },
    }),
    flush() {
      up.flush();
      down.flush();
    },
    counts: { up: up.counts, down: down.counts },
  };
}

interface Held {
  /** After which message it goes on; halves come after what is due with that message. */
  readonly due: number;
  readonly go: () => void;
}

interface Line {
  pass(go: () => void): void;
  flush(): void;
  readonly counts: UnreliableCounts;
}

function unreliableLine(seed: number, unreliability: Unreliability): Line {
  const { drop = 0, duplicate = 0, reorder = 0, window = 4, delay = 0 } = unreliability;
  const random = seededRandom(seed);
  const counts = { messages: 0, dropped: 0, duplicated: 0, reordered: 0 };
  /** In the order in which they go on. */
  const held: Held[] = [];

  /** As many draws for each message, whatever comes of them: what happens to one does not change what happens to the next. */
  const drawOne = () => ({
    isDropped: random() < drop,
    isDuplicated: random() < duplicate,
    late: [random(), random()].map((each) => ({
      isLate: each < reorder,
      by: 1 + Math.floor(random() * window),
    })),
  });
  const hold = (due: number, go: () => void): void => {
    const at = held.findIndex((other) => other.due > due);
    held.splice(at < 0 ? held.length : at, 0, { due, go });
  };
  const release = (until: number): void => {
    const count = held.findIndex(({ due }) => due > until);
    // Taken out first: what goes on may send again.
    for (const { go } of held.splice(0, count < 0 ? held.length : count)) go();
  };

  return {
    counts,
    pass(go) {
      const { isDropped, isDuplicated, late } = drawOne();
      counts.messages += 1;
      const now = counts.messages;
      if (isDropped) counts.dropped += 1;
      else {
        if (isDuplicated) counts.duplicated += 1;
        for (const { isLate, by } of isDuplicated ? late : late.slice(0, 1)) {
          if (isLate) counts.reordered += 1;
          hold(now + delay + (isLate ? by + 0.5 : 0), go);
        }
      }
      release(now + 0.5);
    },
    flush: () => release(Infinity),
  };
}
