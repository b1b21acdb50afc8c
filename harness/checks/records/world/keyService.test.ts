import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import { callRecordsWorld } from '../testing/callRecordsWorld.ts';
import type { CalledWorld } from '../testing/callRecordsWorld.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callRecordsWorld();
});

const plaintext = randomBytes(32).toString('base64');
const p1 = { patientId: 'p-1' };

async function wrap(patientId = 'p-1'): Promise<string> {
  return String((await called.ok('wrapKey', { patientId, plaintext }))['wrapped']);
}
function unwrap(wrapped: string, patientId = 'p-1') {
  return called.call('unwrapKey', { patientId, wrapped });
}

describe('a wrapping key', () => {
  test('is made once, and counts its versions from 1', async () => {
    const made = await called.ok('createKey', p1);
    expect(made).toEqual({ patientId: 'p-1', state: 'enabled', keyVersion: 1 });
    expect(await called.ok('rotateWrappingKey', p1)).toEqual({ ...made, keyVersion: 2 });
    expect(await called.ok('createKey', p1)).toEqual({ ...made, keyVersion: 2 });
    expect(await called.ok('getKey', p1)).toEqual({ ...made, keyVersion: 2 });
    expect(await called.world.key('p-1')).toEqual({ ...made, keyVersion: 2 });
  });

  test('that was never made is 404 for all but its making', async () => {
    for (const operation of ['getKey', 'rotateWrappingKey', 'destroyKey'] as const) {
      expect(await called.call(operation, p1)).toMatchObject({ status: 404 });
    }
    expect(await called.call('wrapKey', { ...p1, plaintext })).toMatchObject({ status: 404 });
    expect(await unwrap('v1.x')).toMatchObject({ status: 404 });
    expect(await called.world.key('p-1')).toBeNull();
  });

  test('that is destroyed is 410, but for seeing it and destroying it again', async () => {
    await called.ok('createKey', p1);
    await called.ok('rotateWrappingKey', p1);
    const wrapped = await wrap();
    const destroyed = { patientId: 'p-1', state: 'destroyed', keyVersion: 2 };
    expect(await called.ok('destroyKey', p1)).toEqual(destroyed);
    expect(await called.ok('destroyKey', p1)).toEqual(destroyed);
    expect(await called.ok('getKey', p1)).toEqual(destroyed);
    for (const operation of ['createKey', 'rotateWrappingKey'] as const) {
      expect(await called.call(operation, p1)).toMatchObject({ status: 410 });
    }
    expect(await called.call('wrapKey', { ...p1, plaintext })).toMatchObject({ status: 410 });
    expect(await unwrap(wrapped)).toMatchObject({ status: 410 });
    expect(await called.world.unwrap('p-1', wrapped)).toBeNull();
  });
});

describe('a data key', () => {
  beforeEach(async () => {
    await called.ok('createKey', p1);
    await called.ok('createKey', { patientId: 'p-2' });
  });

  test('comes back from every version that wrapped it, never twice wrapped alike', async () => {
    const first = await wrap();
    await called.ok('rotateWrappingKey', p1);
    const second = await wrap();
    expect(await unwrap(first)).toMatchObject({ body: { keyVersion: 1, plaintext } });
    expect(await unwrap(second)).toMatchObject({ body: { keyVersion: 2, plaintext } });
    expect(await wrap()).not.toBe(second);
    expect(second).not.toContain(plaintext.slice(0, 8));
  });

  test.each([
    ['of another patient', (wrapped: string) => unwrap(wrapped, 'p-2')],
    ['of a version that there is not', (wrapped: string) => unwrap(wrapped.replace('v1', 'v2'))],
    ['that was changed', (wrapped: string) => unwrap(wrapped.replace(/.$/, changed))],
    ['that was cut short', (wrapped: string) => unwrap(wrapped.slice(0, -4))],
    ['in an older version’s name', oldName],
  ])('%s is not unwrapped, and there is a complaint', async (_, use) => {
    expect(await use(await wrap())).toMatchObject({ status: 400 });
    expect(await called.complaints()).toHaveLength(1);
  });
  const changed = (last: string): string => (last === 'A' ? 'B' : 'A');
  async function oldName() {
    await called.ok('rotateWrappingKey', p1);
    return unwrap((await wrap()).replace('v2', 'v1'));
  }

  test('is another one where a script says wrongKey', async () => {
    const wrapped = await wrap();
    await called.world.script('unwrapKey', 'p-1', [{ kind: 'wrongKey' }]);
    const wrong = await called.ok('unwrapKey', { ...p1, wrapped });
    expect(wrong['plaintext']).not.toBe(plaintext);
    expect(await unwrap(wrapped)).toMatchObject({ body: { plaintext } });
    await expect(called.world.script('wrapKey', 'p-1', [{ kind: 'wrongKey' }])).rejects.toThrow(
      /^wrapKey cannot be scripted/,
    );
  });

  test('is not unwrapped by versions that are refused, but for a check', async () => {
    const first = await wrap();
    await called.ok('rotateWrappingKey', p1);
    const second = await wrap();
    await called.world.refuseOldVersions('p-1');
    expect(await unwrap(first)).toMatchObject({ status: 500 });
    expect(await called.world.unwrap('p-1', first)).toBe(plaintext);
    await called.ok('rotateWrappingKey', p1);
    expect(await unwrap(second)).toMatchObject({ status: 200 });
    expect(await called.complaints()).toEqual([]);
  });

  test('that a check unwraps is no call, and none of another patient', async () => {
    const wrapped = await wrap();
    const before = await called.world.callCount();
    await called.world.script('unwrapKey', 'p-1', [], { kind: 'error', status: 503 });
    expect(await called.world.unwrap('p-1', wrapped)).toBe(plaintext);
    expect(await called.world.unwrap('p-2', wrapped)).toBeNull();
    expect(await called.world.unwrap('p-3', wrapped)).toBeNull();
    expect(await called.world.callCount()).toBe(before);
  });
});
