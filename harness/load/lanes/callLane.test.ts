import { expect, test } from 'vitest';
import type { Answer } from '../../target/target.ts';
import { callLanes } from './callLane.ts';
import type { LaneRequest } from './lane.ts';
import { recordedEvents } from './recordedEvents.ts';

const REQUEST: LaneRequest = {
  operation: 'add',
  input: { a: 1 },
  http: { method: 'POST', path: '/add', body: '{"a":1}' },
};

test('a lane over calls hands on each answer and is idle again', async () => {
  const answers: Answer[] = [
    { kind: 'ok', output: { sum: 1 } },
    { kind: 'malformed', reason: 'no' },
  ];
  const called: unknown[] = [];
  const open = callLanes(async (operation, input) => {
    called.push([operation, input]);
    return answers[called.length - 1]!;
  });
  const events = recordedEvents((lane, nth) => nth < 2 && lane.send(REQUEST));
  open(events);
  expect(events.told).toEqual([]);
  expect(await events.until(5)).toEqual([
    'idle',
    `reply ${JSON.stringify(answers[0])}`,
    'idle',
    `reply ${JSON.stringify(answers[1])}`,
    'idle',
  ]);
  expect(called).toEqual([
    ['add', { a: 1 }],
    ['add', { a: 1 }],
  ]);
});

test('a call that rejects breaks its lane', async () => {
  const open = callLanes(() => Promise.reject(new Error('gone away')));
  const events = recordedEvents((lane) => lane.send(REQUEST));
  open(events);
  expect(await events.until(3)).toEqual([
    'idle',
    'broken: the call failed: gone away',
    'gone: the call failed: gone away',
  ]);
});

test('a lane that was closed tells nothing of the answer', async () => {
  const { promise, resolve } = Promise.withResolvers<Answer>();
  const events = recordedEvents((lane) => lane.send(REQUEST));
  const lane = callLanes(() => promise)(events);
  await events.until(1);
  lane.close();
  resolve({ kind: 'ok', output: {} });
  await new Promise((done) => setImmediate(done));
  expect(events.told).toEqual(['idle']);
});
