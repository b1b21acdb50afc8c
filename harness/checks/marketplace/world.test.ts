import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { loadCaseStudy } from '../../contract/loadCaseStudy.ts';
import { openWorld } from '../../world/openWorld.ts';
import type { World } from '../../world/world.ts';
import { callMarketWorld } from './testing/callMarketWorld.ts';
import type { CalledWorld } from './testing/callMarketWorld.ts';
import { outsideServices } from './testing/outsideServices.ts';
import { marketWorld } from './worldQuestions.ts';
import type { Behaviour, WorldOperationName } from './worldQuestions.ts';

let called: CalledWorld;
beforeEach(() => {
  called = callMarketWorld();
});

describe('a script', () => {
  test.each<[Behaviour, number]>([
    [{ kind: 'error', status: 503 }, 0],
    [{ kind: 'silence' }, 0],
    [{ kind: 'reset' }, 0],
    [{ kind: 'silenceBooked' }, 1],
    [{ kind: 'resetBooked' }, 1],
    [{ kind: 'slow', ms: 1 }, 1],
    [{ kind: 'late', ms: 1 }, 1],
    [{ kind: 'decline' }, 1],
  ])('with %j books %d charges', async (behaviour, booked) => {
    await called.world.script('createCharge', 'm-1', [behaviour]);
    await called.charge();
    expect(await called.world.charges({ customerId: 'c-1' })).toHaveLength(booked);
  });

  test('is for its method: calls about a charge are scripted by the method that asked for it, booked or not', async () => {
    const { world, call, charge } = called;
    await world.script('createCharge', 'm-1', [{ kind: 'silence' }]);
    await world.script('getCharge', 'm-1', [{ kind: 'error', status: 502 }]);
    await world.script('voidCharge', 'm-1', [], { kind: 'reset' });
    await charge();
    await charge({ reference: 'ref-2', methodId: 'm-2' });
    expect(await call('getCharge', { reference: 'ref-1' })).toMatchObject({ status: 502 });
    expect(await call('getCharge', { reference: 'ref-1' })).toMatchObject({ status: 404 });
    expect(await call('voidCharge', { reference: 'ref-1' })).toEqual({ kind: 'reset' });
    expect(await call('voidCharge', { reference: 'ref-2' })).toMatchObject({ status: 200 });
  });

  test('with a late call carries it out when its time is over, not before', async () => {
    const { world, call } = called;
    await world.script('putItemPrice', 'p-1', [{ kind: 'late', ms: 30 }]);
    const writing = call('putItemPrice', { productId: 'p-1', priceMinor: 7 });
    expect(await call('getItem', { productId: 'p-1' })).toMatchObject({ body: { revision: 1 } });
    expect(await writing).toMatchObject({ body: { priceMinor: 7, revision: 2 } });
  });

  test('that declines leaves a charge that is known as it stands', async () => {
    await called.charge();
    await called.world.script('createCharge', 'm-1', [], { kind: 'decline' });
    expect(await called.charge()).toMatchObject({ body: { status: 'approved' } });
    expect(await called.charge({ reference: 'b' })).toMatchObject({ body: { status: 'declined' } });
  });

  test.each<WorldOperationName>(['getItem', 'putItemPrice', 'getCharge', 'voidCharge'])(
    'cannot decline %s',
    async (operation) => {
      await expect(called.world.script(operation, 'x', [{ kind: 'decline' }])).rejects.toThrow(
        `${operation} cannot be scripted with {"kind":"decline"}.`,
      );
    },
  );
});

test('a held getItem has the item as it was when the call came', async () => {
  const { world, call } = called;
  await world.script('getItem', 'p-1', [], { kind: 'hold' });
  const held = call('getItem', { productId: 'p-1' });
  await expect.poll(() => world.held('getItem', 'p-1')).toBe(1);
  await call('putItemPrice', { productId: 'p-1', priceMinor: 5 });
  await world.release('getItem', 'p-1');
  expect(await held).toMatchObject({ body: { priceMinor: 1_000, revision: 1 } });
  expect(await call('getItem', { productId: 'p-1' })).toMatchObject({ body: { priceMinor: 5 } });
});

test('calls are found by product, method, customer and reference, also those about a charge', async () => {
  const { world, call, charge } = called;
  await call('voidCharge', { reference: 'ref-1' });
  await charge();
  await call('getCharge', { reference: 'ref-1' });
  await call('getItem', { productId: 'p-1' });
  await call('putItemPrice', { productId: 'p-1', priceMinor: 5 });
  const found = async (...asked: Parameters<typeof world.calls>) =>
    (await world.calls(...asked)).map(({ operation }) => operation);
  expect(await found('p-1')).toEqual(['getItem', 'putItemPrice']);
  expect(await found('ref-1')).toEqual(['voidCharge', 'createCharge', 'getCharge']);
  for (const id of ['m-1', 'c-1']) expect(await found(id)).toEqual(['createCharge', 'getCharge']);
  expect(await found('ref-1', ['getCharge', 'getItem'])).toEqual(['getCharge']);
  expect(await found('m-2')).toEqual([]);
});

describe('over HTTP', () => {
  let world: World;
  beforeEach(async () => {
    world = await openWorld(loadCaseStudy('marketplace'));
  });
  afterEach(() => world.close());

  const charge = (reference: string, methodId = 'm-1') =>
    outsideServices(world.url).createCharge({
      ...{ reference, methodId },
      ...{ customerId: 'c-1', amountMinor: 1_000 },
    });

  test('fifty parallel requests with one reference make one charge', async () => {
    const replies = await Promise.all(Array.from({ length: 50 }, () => charge('ref-1')));
    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(1);
    expect(await marketWorld(world).charges({ customerId: 'c-1' })).toMatchObject([
      { requests: 50, status: 'approved' },
    ]);
  });

  test('every operation is played', async () => {
    const services = outsideServices(world.url);
    expect(await services.getItem('p-1')).toMatchObject({ body: { priceMinor: 1_000 } });
    expect(await services.putItemPrice('p-1', 3)).toMatchObject({ body: { priceMinor: 3 } });
    expect(await charge('ref-1')).toMatchObject({ body: { status: 'approved' } });
    expect(await services.getCharge('ref-1')).toMatchObject({ body: { status: 'approved' } });
    expect(await services.voidCharge('ref-1')).toMatchObject({ body: { status: 'voided' } });
    expect(await services.getItem('p-absent')).toEqual({ kind: 'absent' });
    expect(await world.complaints()).toEqual([]);
  });

  test('silence, a cut connection and an error are heard as what they are', async () => {
    const asked = marketWorld(world);
    await asked.script('createCharge', 'm-1', [
      { kind: 'silenceBooked' },
      { kind: 'resetBooked' },
      { kind: 'error', status: 500 },
    ]);
    expect(await charge('ref-1')).toEqual({ kind: 'silent' });
    expect(await charge('ref-2')).toEqual({ kind: 'silent' });
    expect(await charge('ref-3')).toEqual({ kind: 'failed' });
    const booked = await asked.charges({ methodId: 'm-1' });
    expect(booked.map(({ reference }) => reference)).toEqual(['ref-1', 'ref-2']);
    await world.close();
    expect(await charge('ref-4')).toEqual({ kind: 'failed' });
  });

  test('a question that makes no sense is rejected with a sentence', async () => {
    await expect(world.ask({ ask: 'why' })).rejects.toThrow(
      'The marketplace world knows no question "why"',
    );
    await expect(world.ask({ ask: 'held', operation: 'pay', id: 'x' })).rejects.toThrow(
      '"pay" is no operation of the marketplace world.',
    );
    await expect(world.ask({ ask: 'setItem', productId: 'p' })).rejects.toThrow('No item can have');
  });
});
