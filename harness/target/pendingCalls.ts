/** Calls that wait for the reply with their id, each with a deadline: for the bindings that multiplex one channel. */
import { replyDeadline } from './replyDeadline.ts';

/** More than any check has in flight; a bound so that a bug cannot pile them up without end. */
const MAX_PENDING = 10_000;
/** Late replies are known by the ids of the calls that gave up; the oldest are forgotten. */
const MAX_REMEMBERED = 10_000;

export type Settled<T> =
  | { readonly kind: 'reply'; readonly reply: T }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'broken'; readonly reason: string; readonly how: 'malformed' | 'ended' };

export interface PendingCalls<T> {
  /** `send` gets the new id; what it resolves to is what settled the call first. */
  wait(timeoutMs: number, send: (id: number) => void): Promise<Settled<T>>;
  /** False when no call has this id, nor had it before it gave up. */
  settle(id: number, reply: T): boolean;
  /** Settles all that wait. */
  breakAll(how: 'malformed' | 'ended', reason: string): void;
  readonly size: number;
}

export function createPendingCalls<T>(): PendingCalls<T> {
  const waiting = new Map<number, (settled: Settled<T>) => void>();
  const gaveUp = new Set<number>();
  let lastId = 0;
  const giveUp = (id: number): void => {
    waiting.delete(id);
    gaveUp.add(id);
    if (gaveUp.size > MAX_REMEMBERED) gaveUp.delete(gaveUp.values().next().value!);
  };
  return {
    get size() {
      return waiting.size;
    },
    wait(timeoutMs, send) {
      if (waiting.size >= MAX_PENDING) {
        throw new Error(`More than ${MAX_PENDING} calls wait for a reply: send fewer at a time.`);
      }
      lastId += 1;
      const id = lastId;
      return new Promise((resolve) => {
        const deadline = replyDeadline(timeoutMs, () => {
          giveUp(id);
          resolve({ kind: 'timeout' });
        });
        waiting.set(id, (settled) => {
          deadline.clear();
          resolve(settled);
        });
        send(id);
      });
    },
    settle(id, reply) {
      const resolve = waiting.get(id);
      waiting.delete(id);
      resolve?.({ kind: 'reply', reply });
      return resolve !== undefined || gaveUp.delete(id);
    },
    breakAll(how, reason) {
      for (const [id, resolve] of [...waiting]) {
        giveUp(id);
        resolve({ kind: 'broken', how, reason });
      }
    },
  };
}
