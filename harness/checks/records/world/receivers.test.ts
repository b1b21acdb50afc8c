import { beforeEach, describe, expect, test } from 'vitest';
import { alert, batch, callRecordsWorld } from '../testing/callRecordsWorld.ts';
import type { CalledWorld } from '../testing/callRecordsWorld.ts';
import { createAlertReceiver } from './alertReceiver.ts';
import { createAuditSinks } from './auditSinks.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callRecordsWorld();
});

const NAMES = Array.from({ length: 200 }, (_, index) => `a-${index}`);

function statusOf(reply: Awaited<ReturnType<CalledWorld['call']>>): number | string {
  return reply.kind === 'reply' ? reply.status : reply.kind;
}

describe('an alert receiver', () => {
  const send = async (more?: Parameters<typeof alert>[0]) =>
    statusOf(await called.call('receiveAlert', alert(more)));

  test('keeps what came, each time, by organisation', async () => {
    expect([await send(), await send(), await send({ organizationId: 'o-2' })]).toEqual([
      200, 200, 200,
    ]);
    const taken = await called.world.alerts('o-1');
    expect(taken).toEqual([
      { ...alert(), arrivedMs: expect.any(Number) },
      { ...alert(), arrivedMs: expect.any(Number) },
    ]);
    expect(await called.world.alerts('o-3')).toEqual([]);
  });

  test('that is flaky refuses its share once, and takes them then', async () => {
    const organizationId = 'o-flaky-30';
    const sendAll = () => Promise.all(NAMES.map((alertId) => send({ organizationId, alertId })));
    const refused = (await sendAll()).filter((status) => status === 503).length;
    expect(refused).toBeGreaterThan(30);
    expect(refused).toBeLessThan(90);
    expect(await called.world.alerts(organizationId)).toHaveLength(200 - refused);
    expect(await sendAll()).toEqual(Array(200).fill(200));
  });

  test('that is silent takes its share, and answers when it comes again', async () => {
    const organizationId = 'o-silent-100';
    expect(await send({ organizationId })).toBe('silence');
    expect(await called.world.alerts(organizationId)).toHaveLength(1);
    expect(await send({ organizationId })).toBe(200);
  });

  test('keeps the newest', () => {
    const receiver = createAlertReceiver(() => 7, 2);
    for (const alertId of ['a', 'b', 'c']) {
      receiver.take({ organizationId: 'o', alertId, kind: 'break-glass', patientId: 'p', atMs: 1 });
    }
    expect(receiver.list('o')).toMatchObject([{ alertId: 'b' }, { alertId: 'c', arrivedMs: 7 }]);
  });
});

describe('an audit sink', () => {
  const send = async (organizationId: string, events: Record<number, string>) =>
    statusOf(await called.call('receiveAuditEntries', batch(organizationId, events)));
  const taken = async (organizationId: string) =>
    (await called.world.entries(organizationId)).map(({ index, event }) => [index, event.outcome]);

  test('keeps entries as they came, once, and what an index became', async () => {
    await send('o-1', { 3: '0', 4: '4' });
    await send('o-1', { 4: '4', 5: '0' });
    await send('o-1', { 4: '8' });
    await send('o-2', { 3: '0' });
    expect(await taken('o-1')).toEqual([
      [3, '0'],
      [4, '4'],
      [5, '0'],
      [4, '8'],
    ]);
    expect(await taken('o-2')).toEqual([[3, '0']]);
  });

  test('that is flaky refuses no entry twice, however they are put together again', async () => {
    const organizationId = 'o-flaky-100';
    expect(await send(organizationId, { 1: '0', 2: '0' })).toBe(503);
    expect(await taken(organizationId)).toEqual([]);
    expect(await send(organizationId, { 2: '0', 3: '0' })).toBe(200);
    expect(await send(organizationId, { 1: '0' })).toBe(200);
    expect(await send(organizationId, { 4: '0' })).toBe(503);
  });

  test('that is silent takes a batch without an answer', async () => {
    expect(await send('o-silent-100', { 1: '0' })).toBe('silence');
    expect(await taken('o-silent-100')).toEqual([[1, '0']]);
    expect(await send('o-silent-100', { 1: '0' })).toBe(200);
  });

  test('is scripted like any receiver', async () => {
    await called.world.script(
      'receiveAuditEntries',
      'o-1',
      [{ kind: 'silenceBooked' }, { kind: 'silence' }],
      { kind: 'error', status: 500 },
    );
    expect(await send('o-1', { 1: '0' })).toBe('silence');
    expect(await send('o-1', { 2: '0' })).toBe('silence');
    expect(await send('o-1', { 3: '0' })).toBe(500);
    expect(await taken('o-1')).toEqual([[1, '0']]);
  });

  test('keeps the newest', () => {
    const sinks = createAuditSinks(() => 7, 2);
    const entry = (index: number, event = {}) => [{ index, event }];
    const list = (id: string) => sinks.list(id).map(({ index }) => index);
    sinks.take('o', [...entry(1), ...entry(2), ...entry(3)]);
    expect(sinks.list('o')).toEqual([
      { index: 2, event: {}, arrivedMs: 7 },
      { index: 3, event: {}, arrivedMs: 7 },
    ]);
    sinks.take('p', entry(3));
    expect([list('o'), list('p')]).toEqual([[3], [3]]);
    sinks.take('p', [...entry(3), ...entry(3, { other: true }), ...entry(3)]);
    expect([list('o'), list('p')]).toEqual([[], [3, 3]]);
    sinks.take('o', entry(3));
    expect([list('o'), list('p')]).toEqual([[3], [3]]);
  });

  test('forgets what was sent longest ago', () => {
    const sinks = createAuditSinks(() => 7, 2);
    const entries = (...indexes: number[]) => indexes.map((index) => ({ index, event: {} }));
    sinks.noteSent('o', entries(1, 2, 2, 3));
    sinks.noteSent('p', entries(2));
    const isKnown = (id: string, index: number) => sinks.isSentAgain(id, entries(index));
    expect([1, 2, 3].map((index) => isKnown('o', index))).toEqual([false, false, true]);
    expect([isKnown('p', 2), isKnown('p', 3)]).toEqual([true, false]);
  });
});
