import { describe, expect, test } from 'vitest';
import { StreamMessage } from '../../target/streamMessage.ts';
import type { StreamEvent } from '../../target/target.ts';
import type { SessionSubscription } from '../check.ts';
import { unreliableStream } from './unreliableStream.ts';
import type { Unreliability, UnreliablePlan, UnreliableStream } from './unreliableStream.ts';

interface Wire {
  readonly stream: UnreliableStream;
  readonly subscription: SessionSubscription;
  /** Numbers of the messages in the order in which they arrived, kinds of other events. */
  readonly came: unknown[];
  readonly sent: unknown[];
}

function wire(plan: UnreliablePlan): Wire {
  const came: unknown[] = [];
  const sent: unknown[] = [];
  const send = (message: unknown): boolean => sent.push((message as { nth?: number }).nth) > 0;
  const nothing = (): void => undefined;
  const stream = unreliableStream(plan, (event) =>
    came.push(event.kind === 'message' ? event.message['nth'] : event.kind),
  );
  const subscription = stream.over({
    ...{ send, sendWrong: send, sendText: (text: string) => sent.push(text) > 0, canPause: false },
    ...{ pause: nothing, resume: nothing, close: async () => undefined },
  });
  return { stream, subscription, came, sent };
}

const event = (nth: number): StreamEvent => new StreamMessage({ nth });
const numbers = (count: number): number[] => Array.from({ length: count }, (_, nth) => nth);

/** What arrives of so many messages, by each direction. */
function arrivals(unreliability: Unreliability, count: number, seed = 1): Wire {
  const made = wire({ seed, up: unreliability, down: unreliability });
  for (const nth of numbers(count)) {
    made.stream.onEvent(event(nth));
    made.subscription.send({ nth });
  }
  made.stream.flush();
  return made;
}

test('without anything to do every message passes at once, either way', () => {
  const { stream, subscription, came, sent } = wire({ seed: 1 });
  stream.onEvent(event(0));
  expect(came).toEqual([0]);
  expect(subscription.send({ nth: 0 })).toBe(true);
  expect(sent).toEqual([0]);
});

describe.each(['came', 'sent'] as const)('of what %s', (way) => {
  const direction = way === 'came' ? 'down' : 'up';

  test('a share is lost, and the others keep their order', () => {
    const made = arrivals({ drop: 0.3 }, 1_000);
    const { dropped } = made.stream.counts[direction];
    expect(dropped).toBeGreaterThan(230);
    expect(dropped).toBeLessThan(370);
    expect(made[way]).toHaveLength(1_000 - dropped);
    expect(made[way]).toEqual([...made[way]].sort((a, b) => Number(a) - Number(b)));
  });

  test('a share comes twice', () => {
    const made = arrivals({ duplicate: 0.3 }, 1_000);
    const { duplicated } = made.stream.counts[direction];
    expect(duplicated).toBeGreaterThan(230);
    expect(duplicated).toBeLessThan(370);
    expect(made[way]).toHaveLength(1_000 + duplicated);
    expect([...new Set(made[way])]).toEqual(numbers(1_000));
  });

  test('a share is overtaken, by no more than the window, and none is lost', () => {
    const made = arrivals({ reorder: 0.3, window: 3 }, 1_000);
    expect(made.stream.counts[direction].reordered).toBeGreaterThan(230);
    expect([...made[way]].sort((a, b) => Number(a) - Number(b))).toEqual(numbers(1_000));
    const overtaking = (made[way] as number[]).map(
      (nth, at) => (made[way] as number[]).slice(0, at).filter((other) => other > nth).length,
    );
    expect(Math.max(...overtaking)).toBe(3);
  });

  test('all come late by a number of messages, in order, and the last by the flush', () => {
    const made = wire({ seed: 1, up: { delay: 2 }, down: { delay: 2 } });
    for (const nth of numbers(5)) {
      made.stream.onEvent(event(nth));
      made.subscription.send({ nth });
    }
    expect(made[way]).toEqual([0, 1, 2]);
    made.stream.flush();
    expect(made[way]).toEqual(numbers(5));
  });

  test('the same happens by the same seed, and something else by another or the other way', () => {
    const all = { drop: 0.2, duplicate: 0.2, reorder: 0.2, delay: 1 };
    const one = arrivals(all, 200);
    expect(arrivals(all, 200)[way]).toEqual(one[way]);
    expect(arrivals(all, 200, 2)[way]).not.toEqual(one[way]);
    expect(one.came).not.toEqual(one.sent);
  });
});

test('more of one kind of trouble changes nothing of the others', () => {
  const some = arrivals({ drop: 0.2 }, 200);
  const more = arrivals({ drop: 0.2, duplicate: 0.5, delay: 3 }, 200);
  expect([...new Set(more.came)]).toEqual(some.came);
});

test('what the plan is not for passes at once', () => {
  const affects = (message: object): boolean => !('first' in message);
  const { stream, subscription, came, sent } = wire({
    ...{ seed: 1, affects, up: { drop: 1 }, down: { drop: 1 } },
  });
  stream.onEvent(new StreamMessage({ first: true, nth: 7 }));
  subscription.send({ first: true, nth: 7 });
  subscription.sendText('x');
  stream.onEvent({ kind: 'malformed', reason: '' });
  stream.onEvent(event(1));
  expect(subscription.send({ nth: 1 })).toBe(true);
  expect(came).toEqual([7, 'malformed']);
  expect(sent).toEqual([7, 'x']);
  expect(stream.counts.down).toEqual({ messages: 1, dropped: 1, duplicated: 0, reordered: 0 });
});

test('what is held comes before the end of the stream', () => {
  const { stream, came } = wire({ seed: 1, down: { delay: 3 } });
  stream.onEvent(event(0));
  stream.onEvent({ kind: 'ended', reason: '' });
  expect(came).toEqual([0, 'ended']);
});
