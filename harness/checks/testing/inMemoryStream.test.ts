import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { expect, test } from 'vitest';
import type { CaseStudy } from '../../contract/caseStudy.ts';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { packageRoot } from '../../contract/packageRoot.ts';
import type { StreamEvent, Subscription, Target } from '../../target/target.ts';
import type { TellSubscriber } from './inMemoryStream.ts';
import { inMemoryTarget } from './inMemoryTarget.ts';
import type { InMemorySystem } from './inMemoryTarget.ts';

const tally = loadCaseStudy('tally', [join(packageRoot, 'bench/acceptance/tally')]);
const watch = tally.streams.get('watch')!;
const twoWay: CaseStudy = {
  ...tally,
  streams: new Map([['watch', { ...watch, send: tally.operations.get('add')!.request }]]),
};
const FIRST = { tally: 't', total: 0, additions: 0 };

interface Opened {
  readonly target: Target;
  readonly subscription: Subscription;
  readonly events: StreamEvent[];
  readonly tell: TellSubscriber;
  /** What the system heard. */
  readonly heard: unknown[];
}

async function open(): Promise<Opened> {
  const heard: unknown[] = [];
  const events: StreamEvent[] = [];
  let told: TellSubscriber | undefined;
  const system: InMemorySystem = {
    call: () => ({ problem: { code: 'NOT_SUPPORTED' } }),
    subscribe(_stream, _input, tell) {
      told = tell;
      return {
        first: [FIRST],
        send: (message) => heard.push(message),
        invalid: (message) => heard.push({ invalid: message }),
        close: () => heard.push('closed'),
      };
    },
    restart: () => undefined,
  };
  const target = inMemoryTarget(twoWay, system);
  const answer = await target.subscribe('watch', { tally: 't' }, (event) => events.push(event));
  if (answer.kind !== 'ok') throw new Error(JSON.stringify(answer));
  return { target, subscription: answer.subscription, events, tell: told!, heard };
}

async function turns(count = 5): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await nextTurn();
}

const totals = (events: readonly StreamEvent[]): unknown[] =>
  events.map((event) => (event.kind === 'message' ? event.message['total'] : event.kind));

test('what is sent comes to the system in order, apart from what has not the shape, and not within the call', async () => {
  const { subscription, heard } = await open();
  subscription.send({ tally: 't', by: 1 });
  subscription.send({ tally: 't' });
  subscription.sendText('{"tally":"t","by":2}');
  subscription.sendText('nonsense');
  expect(heard).toEqual([]);
  await turns();
  expect(heard).toEqual([
    { tally: 't', by: 1 },
    { invalid: { tally: 't' } },
    { tally: 't', by: 2 },
    { invalid: 'nonsense' },
  ]);
});

test('a subscriber that does not read is told nothing, and the system sees what waits for it', async () => {
  const { subscription, events, tell } = await open();
  await turns();
  subscription.pause();
  tell({ ...FIRST, total: 1 });
  tell({ ...FIRST, total: 2 });
  await turns();
  expect(totals(events)).toEqual([0]);
  expect(tell.bufferedBytes()).toBe(2 * JSON.stringify({ ...FIRST, total: 1 }).length);
  tell({ ...FIRST, total: 3 });
  subscription.resume();
  await turns();
  expect(totals(events)).toEqual([0, 1, 2, 3]);
  expect(tell.bufferedBytes()).toBe(0);
});

test('a subscriber that does not read is cut off before it fills the memory', async () => {
  const { subscription, events, tell } = await open();
  await turns();
  subscription.pause();
  const long = { ...FIRST, padding: 'x'.repeat(1024 * 1024) };
  for (let nth = 0; nth < 70; nth += 1) tell(long);
  await turns();
  expect(totals(events)).toEqual([0, 'ended']);
  expect(tell.bufferedBytes()).toBe(0);
  expect(subscription.send({ tally: 't', by: 1 })).toBe(false);
});

test('a system that is killed ends its streams: nothing goes either way, also after a restart', async () => {
  const { target, subscription, events, tell, heard } = await open();
  await turns();
  await target.restart();
  expect(totals(events)).toEqual([0, 'ended']);
  tell({ ...FIRST, total: 1 });
  expect(subscription.send({ tally: 't', by: 1 })).toBe(false);
  await subscription.close();
  await turns();
  expect(totals(events)).toEqual([0, 'ended']);
  expect(heard).toEqual([]);
});

test('a subscriber that closes is told nothing more, and the system hears of it', async () => {
  const { subscription, events, tell, heard } = await open();
  await turns();
  await subscription.close();
  tell({ ...FIRST, total: 1 });
  await turns();
  expect(totals(events)).toEqual([0]);
  expect(heard).toEqual(['closed']);
});
