import type { FeedMessage } from '../../../spec/trading/messages.d.ts';
import type { Subscription } from '../../kit/service.ts';

/** Who listens to which symbol. Outlives the state: what was told stays told when the state is rebuilt. */
export interface FeedHub {
  /** Tells `catchUp` at once and then what is published after it. */
  subscribe(
    symbol: string,
    catchUp: readonly FeedMessage[],
    lastSeq: number,
    onMessage: (message: FeedMessage) => void,
  ): Subscription;
  publish(messages: readonly FeedMessage[]): void;
}

interface Subscriber {
  lastSeq: number;
  readonly onMessage: (message: FeedMessage) => void;
}

export function feedHub(): FeedHub {
  const subscribers = new Map<string, Set<Subscriber>>();
  return {
    subscribe(symbol, catchUp, lastSeq, onMessage) {
      const subscriber: Subscriber = { lastSeq, onMessage };
      const all = subscribers.get(symbol) ?? new Set();
      subscribers.set(symbol, all.add(subscriber));
      catchUp.forEach(onMessage);
      return {
        close() {
          all.delete(subscriber);
          if (all.size === 0 && subscribers.get(symbol) === all) subscribers.delete(symbol);
        },
      };
    },
    publish(messages) {
      if (subscribers.size === 0) return;
      for (const message of messages) {
        for (const subscriber of subscribers.get(message.symbol) ?? []) {
          // A snapshot may reflect more than was published when it was taken.
          if (message.seq <= subscriber.lastSeq) continue;
          subscriber.lastSeq = message.seq;
          subscriber.onMessage(message);
        }
      }
    },
  };
}
