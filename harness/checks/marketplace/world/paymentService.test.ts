import { beforeEach, describe, expect, test } from 'vitest';
import { callMarketWorld } from '../testing/callMarketWorld.ts';
import type { CalledWorld } from '../testing/callMarketWorld.ts';
import { inForce } from '../worldQuestions.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callMarketWorld();
});
const get = (reference = 'ref-1') => called.call('getCharge', { reference });
const undo = (reference = 'ref-1') => called.call('voidCharge', { reference });
const standing = (status: string) => ({ status: 200, body: { reference: 'ref-1', status } });

test('a charge is approved, by itself, and is seen by whatever is known of it', async () => {
  expect(await called.charge()).toMatchObject(standing('approved'));
  expect(await get()).toMatchObject(standing('approved'));
  const booked = {
    ...{ reference: 'ref-1', customerId: 'c-1', methodId: 'm-1', amountMinor: 1_000 },
    ...{ status: 'approved', requests: 1 },
  };
  const { charges } = called.world;
  for (const filter of [{ reference: 'ref-1' }, { customerId: 'c-1' }, { methodId: 'm-1' }, {}]) {
    expect(await charges(filter)).toEqual([booked]);
  }
  expect(await charges({ customerId: 'c-1', methodId: 'm-2' })).toEqual([]);
  expect(await charges({ reference: 'ref-2' })).toEqual([]);
});

test('the same reference is the same charge, whatever it comes with', async () => {
  await called.charge();
  expect(await called.charge({ amountMinor: 5, methodId: 'm-decline' })).toMatchObject(
    standing('approved'),
  );
  expect(await called.world.charges({ customerId: 'c-1' })).toMatchObject([
    { requests: 2, amountMinor: 1_000, methodId: 'm-1' },
  ]);
});

test('a method with -decline is declined, and a void leaves it so', async () => {
  expect(await called.charge({ methodId: 'm-decline' })).toMatchObject(standing('declined'));
  expect(await undo()).toMatchObject(standing('declined'));
  expect(inForce(await called.world.charges({ customerId: 'c-1' }))).toEqual([]);
});

describe('a void', () => {
  test('undoes an approved charge, once and for all', async () => {
    await called.charge();
    expect(await undo()).toMatchObject(standing('voided'));
    expect(await undo()).toMatchObject(standing('voided'));
    expect(await called.charge()).toMatchObject(standing('voided'));
    expect(await called.world.charges({ methodId: 'm-1' })).toMatchObject([{ status: 'voided' }]);
  });

  test('of a reference that never came keeps it from being charged', async () => {
    expect(await undo()).toMatchObject(standing('voided'));
    expect(await called.world.charges({ reference: 'ref-1' })).toMatchObject([
      { customerId: '', methodId: '', amountMinor: 0, status: 'voided', requests: 0 },
    ]);
    expect(await called.charge()).toMatchObject(standing('declined'));
    expect(await called.charge()).toMatchObject(standing('declined'));
    expect(await called.world.charges({ customerId: 'c-1' })).toMatchObject([
      { methodId: 'm-1', amountMinor: 1_000, status: 'declined', requests: 2 },
    ]);
  });
});

test('a reference that never came is unknown', async () => {
  expect(await get()).toMatchObject({ status: 404 });
});

test('a flaky method is refused once, a silent one is booked and not answered the first time', async () => {
  expect(await called.charge({ methodId: 'm-flaky-100' })).toMatchObject({ status: 503 });
  expect(await get()).toMatchObject({ status: 404 });
  expect(await called.charge({ methodId: 'm-flaky-100' })).toMatchObject(standing('approved'));
  const silent = { reference: 'ref-2', methodId: 'm-silent-100' };
  expect(await called.charge(silent)).toEqual({ kind: 'silence' });
  expect(await get('ref-2')).toMatchObject({ body: { status: 'approved' } });
  expect(await called.charge(silent)).toMatchObject({ body: { status: 'approved' } });
});

test('a silent method that declines books the decline', async () => {
  expect(await called.charge({ methodId: 'm-decline-silent-100' })).toEqual({ kind: 'silence' });
  expect(await get()).toMatchObject(standing('declined'));
});
