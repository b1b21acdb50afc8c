import { afterEach, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { openWorld } from '../../world/openWorld.ts';
import type { World } from '../../world/world.ts';
import { alert, batch, callRecordsWorld } from './testing/callRecordsWorld.ts';
import { recordsWorld } from './worldQuestions.ts';

describe('calls', () => {
  test('are found by patient, organisation and grant, and by what came since', async () => {
    const { world, call } = callRecordsWorld();
    await call('createKey', { patientId: 'p-1' });
    const before = await world.callCount();
    await call('getKey', { patientId: 'p-2' });
    await call('receiveAlert', alert());
    await call('receiveAuditEntries', batch('o-1', { 7: '0' }));
    const found = async (id: string) => (await world.calls(id)).map(({ operation }) => operation);
    expect(await found('p-1')).toEqual(['createKey', 'receiveAlert']);
    expect(await found('g-1')).toEqual(['receiveAlert']);
    expect(await found('o-1')).toEqual(['receiveAlert', 'receiveAuditEntries']);
    expect(await world.calls('o-1', ['receiveAuditEntries'])).toMatchObject([
      { input: { organizationId: 'o-1', entries: [{ index: 7 }] }, body: '' },
    ]);
    const since = await world.allCallsSince(before);
    expect(since.map(({ index }) => index)).toEqual([1, 2, 3]);
    expect(await world.allCallsSince(before, ['getKey'])).toMatchObject([
      { input: { patientId: 'p-2' } },
    ]);
  });

  test('that are out of shape are 400, and complained of', async () => {
    const { call, complaints } = callRecordsWorld();
    expect(await call('wrapKey', { patientId: 'p-1', plaintext: 'short' })).toMatchObject({
      status: 400,
    });
    expect(await call('receiveAuditEntries', batch('o-1', {}))).toMatchObject({ status: 400 });
    expect(await complaints()).toHaveLength(2);
  });

  test('can be held, and go on when they are released', async () => {
    const { world, call, ok } = callRecordsWorld();
    const p1 = { patientId: 'p-1' };
    await ok('createKey', p1);
    await world.script('getKey', 'p-1', [{ kind: 'hold' }]);
    const held = call('getKey', p1);
    await expect.poll(() => world.held('getKey', 'p-1')).toBe(1);
    await world.release('getKey', 'p-1');
    expect(await held).toMatchObject({ status: 200 });
  });
});

describe('over HTTP', () => {
  let opened: World | undefined;
  afterEach(() => opened?.close());

  test('the paths are those of the contract, and patience scales what comes behind replies', async () => {
    opened = await openWorld(loadCaseStudy('records'));
    const world = recordsWorld(opened);
    expect(recordsWorld(opened, 3).withinMs).toBe(3 * world.withinMs);
    const send = async (method: string, path: string, body?: object) => {
      const sent = body && { body: JSON.stringify(body) };
      const headers = { 'content-type': 'application/json' };
      const reply = await fetch(`${world.url}${path}`, { method, headers, ...sent });
      return { status: reply.status, body: (await reply.json()) as Record<string, unknown> };
    };
    expect(await send('PUT', '/kms/keys/p-1', {})).toMatchObject({ status: 200 });
    const plaintext = Buffer.alloc(32, 1).toString('base64');
    const { body } = await send('POST', '/kms/keys/p-1/wrap', { plaintext });
    const wrapped = String(body['wrapped']);
    expect(await send('POST', '/kms/keys/p-1/unwrap', { wrapped })).toMatchObject({
      body: { keyVersion: 1, plaintext },
    });
    expect(await world.unwrap('p-1', wrapped)).toBe(plaintext);
    const sent = { alertId: 'a-1', kind: 'break-glass', patientId: 'p-1', atMs: 5 };
    expect(await send('POST', '/alerts/o-1', sent)).toMatchObject({ status: 200 });
    const { entries } = batch('o-1', { 0: '0' });
    expect(await send('POST', '/audit-sinks/o-1/entries', { entries })).toMatchObject({
      body: { received: true },
    });
    expect(await world.entries('o-1')).toHaveLength(1);
  });
});
