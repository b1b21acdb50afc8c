import { expect, test } from 'vitest';
import { dataKeys } from './dataKeys.ts';
import type { KeyReply } from './keyServiceClient.ts';

const MAX_AGE_MS = 300_000;

/** Unwraps `w7` as 32 bytes of 7, when `answer` says so or at once. */
function setUp({ held = false, maxKeys = 100 } = {}) {
  const clock = { nowMs: 0 };
  const calls: string[] = [];
  const given: Buffer[] = [];
  const waiting: (() => void)[] = [];
  const dropped: number[] = [];
  let failure: KeyReply<Buffer> | undefined;
  const keys = dataKeys({
    unwrapKey(patientId, wrapped) {
      calls.push(`${patientId} ${wrapped}`);
      const key = Buffer.alloc(32, Number(wrapped.slice(1)));
      const reply: KeyReply<Buffer> = failure ?? { kind: 'ok', value: key };
      if (!failure) given.push(key);
      if (!held) return Promise.resolve(reply);
      return new Promise((resolve) => waiting.push(() => resolve(reply)));
    },
    nowMs: () => clock.nowMs,
    maxAgeMs: MAX_AGE_MS,
    maxKeys,
    onDropped: (number) => void dropped.push(number),
  });
  return {
    keys,
    clock,
    calls,
    given,
    dropped,
    read: (patientId = 'P1', wrapped = 'w7') => keys.use(patientId, wrapped, (key) => key[31]),
    /** Where the key stands that is kept: what is there later shows whether it was zeroed. */
    async place(patientId: string, wrapped: string): Promise<Buffer> {
      await keys.use(patientId, wrapped, () => undefined);
      const used = await keys.use(patientId, wrapped, (key) => key);
      if (used.kind !== 'ok') throw new Error(used.kind);
      return used.value;
    },
    fail: (reply: KeyReply<Buffer> | undefined) => void (failure = reply),
    answer: () => void waiting.splice(0).forEach((resolve) => resolve()),
  };
}

const isZeroed = (key: Buffer | undefined) => key!.every((byte) => byte === 0);
const ok = (value: unknown) => ({ kind: 'ok', value });

test('a key is unwrapped once, and kept', async () => {
  const { read, calls } = setUp();
  expect(await read()).toEqual(ok(7));
  expect(await read()).toEqual(ok(7));
  expect(calls).toEqual(['P1 w7']);
});

test('each patient and each wrapped key has its own', async () => {
  const { read, calls } = setUp();
  expect(await read('P1', 'w1')).toEqual(ok(1));
  expect(await read('P1', 'w2')).toEqual(ok(2));
  expect(await read('P2', 'w1')).toEqual(ok(1));
  expect(calls).toEqual(['P1 w1', 'P1 w2', 'P2 w1']);
});

test('those who come while it is unwrapped wait for the one call', async () => {
  const { read, calls, answer } = setUp({ held: true });
  const reads = [read(), read(), read()];
  answer();
  expect(await Promise.all(reads)).toEqual([ok(7), ok(7), ok(7)]);
  expect(calls).toHaveLength(1);
});

test('the age counts from the beginning of the call, and at its end the key is dropped', async () => {
  const { read, place, calls, clock, answer } = setUp({ held: true });
  const first = read();
  clock.nowMs = 1000;
  answer();
  await first;
  clock.nowMs = MAX_AGE_MS - 1;
  expect(await read()).toEqual(ok(7));
  const key = await place('P1', 'w7');
  expect(calls).toHaveLength(1);
  clock.nowMs = MAX_AGE_MS;
  const last = read();
  expect(isZeroed(key)).toBe(true);
  answer();
  expect(await last).toEqual(ok(7));
  expect(calls).toHaveLength(2);
});

test('a key that is too old as it comes is used by those who waited, and not kept', async () => {
  const { read, calls, clock, given, answer } = setUp({ held: true });
  const first = read();
  clock.nowMs = MAX_AGE_MS;
  const second = read();
  expect(calls).toHaveLength(2);
  answer();
  expect(await Promise.all([first, second])).toEqual([ok(7), ok(7)]);
  expect(given.map(isZeroed)).toEqual([true, true]);
  expect(await read()).toEqual(ok(7));
  expect(calls).toHaveLength(2);
});

test.each(['gone', 'unknown', 'unavailable'] as const)(
  '%s is answered and not kept',
  async (kind) => {
    const { read, calls, fail } = setUp();
    fail({ kind });
    expect(await read()).toEqual({ kind });
    fail(undefined);
    expect(await read()).toEqual(ok(7));
    expect(calls).toHaveLength(2);
  },
);

test('a forgotten patient’s keys are zeroed, and others’ stay', async () => {
  const { read, place, keys, calls } = setUp();
  const kept = [await place('P1', 'w1'), await place('P1', 'w2'), await place('P2', 'w3')];
  expect(kept.map(isZeroed)).toEqual([false, false, false]);
  keys.forget('P1');
  expect(kept.map(isZeroed)).toEqual([true, true, false]);
  await read('P2', 'w3');
  expect(calls).toHaveLength(3);
});

test('a key that is on its way when its patient is forgotten is not used', async () => {
  const { read, keys, calls, given, answer } = setUp({ held: true });
  const before = [read(), read()];
  const other = read('P2');
  keys.forget('P1');
  answer();
  expect(await Promise.all(before)).toEqual([{ kind: 'gone' }, { kind: 'gone' }]);
  expect(await other).toEqual(ok(7));
  expect(given.map(isZeroed)).toEqual([true, true]);
  const again = read();
  answer();
  expect([await again, await read('P2')]).toEqual([ok(7), ok(7)]);
  expect(calls).toEqual(['P1 w7', 'P2 w7', 'P1 w7']);
});

test('a key asked for after the patient was forgotten is asked for anew', async () => {
  const { read, keys, calls, answer } = setUp({ held: true });
  const before = read();
  keys.forget('P1');
  const after = read();
  answer();
  expect(await Promise.all([before, after])).toEqual([{ kind: 'gone' }, ok(7)]);
  expect(calls).toHaveLength(2);
});

test('once the key service says that a key is destroyed, no other of the patient is used', async () => {
  const { read, place, fail } = setUp();
  const key = await place('P1', 'w1');
  fail({ kind: 'gone' });
  await read('P1', 'w2');
  expect(isZeroed(key)).toBe(true);
  expect(await read('P1', 'w1')).toEqual({ kind: 'gone' });
});

test('of too many the one that was unwrapped longest ago is dropped', async () => {
  const { read, calls, dropped } = setUp({ maxKeys: 2 });
  for (const number of [1, 2, 3]) await read(`P${number}`, `w${number}`);
  expect(dropped).toHaveLength(1);
  expect([await read('P2', 'w2'), await read('P3', 'w3')]).toEqual([ok(2), ok(3)]);
  expect(calls).toHaveLength(3);
  expect(await read('P1', 'w1')).toEqual(ok(1));
  expect(calls).toHaveLength(4);
});

test('what is too old can be dropped without being asked for', async () => {
  const { place, keys, clock } = setUp();
  const kept = [await place('P1', 'w1')];
  clock.nowMs = 1;
  kept.push(await place('P2', 'w2'));
  clock.nowMs = MAX_AGE_MS;
  keys.dropAged();
  expect(kept.map(isZeroed)).toEqual([true, false]);
  keys.clear();
  expect(kept.map(isZeroed)).toEqual([true, true]);
});

test('what the work throws is thrown, to its caller only', async () => {
  const { keys, read, answer } = setUp({ held: true });
  const broken = keys.use('P1', 'w7', () => {
    throw new Error('unreadable');
  });
  const whole = read();
  answer();
  await expect(broken).rejects.toThrow('unreadable');
  expect(await whole).toEqual(ok(7));
});

test.each(['forgotten', 'too old when asked for', 'too old when looked at', 'one too many'])(
  'of a kept key it is told when it is dropped: %s',
  async (how) => {
    const { keys, read, clock, dropped } = setUp({ maxKeys: 2 });
    await read('P1', 'w1');
    await read('P2', 'w2');
    const { number, secret } = keys.kept('P1', 'w1')!;
    expect(secret().export()).toEqual(Buffer.alloc(32, 1));
    expect(secret()).toBe(secret());
    expect(keys.kept('P2', 'w2')!.number).not.toBe(number);
    expect(keys.kept('P1', 'w1')!.number).toBe(number);
    if (how === 'forgotten') keys.forget('P1');
    else if (how === 'one too many') {
      await read('P2', 'w2');
      await read('P3', 'w3');
    } else {
      clock.nowMs = MAX_AGE_MS;
      if (how === 'too old when looked at') keys.dropAged();
      else keys.kept('P1', 'w1');
    }
    expect(dropped[0]).toBe(number);
  },
);
