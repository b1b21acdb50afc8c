import { beforeEach, describe, expect, test } from 'vitest';
import { callPaymentsWorld, chargeOf } from '../testing/callPaymentsWorld.ts';
import type { CalledWorld } from '../testing/callPaymentsWorld.ts';

const named = { providerId: 'prov-1', reference: 'ref-1' };

let called: CalledWorld;
beforeEach(() => {
  called = callPaymentsWorld();
});

const capture = (amountMinor: number, captureReference = 'cap-1') =>
  called.call('captureCharge', { ...named, captureReference, amountMinor });
const refund = (amountMinor: number, refundReference: string) =>
  called.call('refundCharge', { ...named, refundReference, amountMinor });
const voidCharge = () => called.call('voidCharge', named);

describe('a charge', () => {
  test('is authorised, or captured at once', async () => {
    expect(await called.charge()).toEqual({
      reference: 'ref-1',
      status: 'authorized',
      declineCode: null,
      amountMinor: 1_000,
      capturedMinor: 0,
      refundedMinor: 0,
      feeMinor: 0,
    });
    expect(await called.charge({ reference: 'ref-2', capture: true })).toMatchObject({
      status: 'captured',
      capturedMinor: 1_000,
      feeMinor: 10,
    });
  });

  test('with a reference that is known is the same charge, whatever it asks for', async () => {
    const first = await called.charge();
    expect(await called.charge({ amountMinor: 5, paymentId: 'pay-2' })).toEqual(first);
    expect(await called.world.charges({ providerId: 'prov-1' })).toMatchObject([{ requests: 2 }]);
    expect(await called.world.charges({ paymentId: 'pay-2' })).toEqual([]);
  });

  test('with the same reference at another provider is another one', async () => {
    await called.charge();
    await called.charge({ providerId: 'prov-2' });
    expect(await called.world.charges({ paymentId: 'pay-1' })).toHaveLength(2);
    expect(await called.world.charges({ merchantId: 'shop-1', providerId: 'prov-2' })).toHaveLength(
      1,
    );
  });

  test.each([
    ['4000000000000002', 'CARD_DECLINED'],
    ['4000000000009995', 'INSUFFICIENT_FUNDS'],
  ])('on %s is declined with %s', async (number, declineCode) => {
    const token = await called.token(number);
    expect(await called.charge({ token })).toMatchObject({ status: 'declined', declineCode });
    expect(await capture(1)).toMatchObject({ status: 409 });
  });

  test('on a token that the vault never gave is a wrong call', async () => {
    expect(await called.call('createCharge', chargeOf('tok_invented'))).toMatchObject({
      status: 400,
    });
    expect(await called.complaints()).toEqual(['createCharge: the vault never gave this token.']);
  });

  test('that was never received is 404', async () => {
    expect(await called.call('getCharge', named)).toMatchObject({ status: 404 });
    expect(await capture(1)).toMatchObject({ status: 404 });
    expect(await refund(1, 'r')).toMatchObject({ status: 404 });
  });
});

describe('a capture', () => {
  test('may be of a part, and is the same when it is repeated', async () => {
    await called.charge();
    const first = await capture(600);
    expect(first).toMatchObject({ body: { status: 'captured', capturedMinor: 600, feeMinor: 6 } });
    expect(await capture(600)).toEqual(first);
  });

  test('is made once, of no more than was authorised, and not of what captured by itself', async () => {
    await called.charge();
    expect(await capture(1_001)).toMatchObject({ status: 409 });
    await capture(600);
    expect(await capture(400, 'cap-2')).toMatchObject({ status: 409 });
    const reference = 'ref-2';
    await called.charge({ reference, capture: true });
    expect(
      await called.call('captureCharge', {
        ...named,
        reference,
        captureReference: 'c',
        amountMinor: 1,
      }),
    ).toMatchObject({ status: 409 });
  });

  test.each([
    [49, 0],
    [50, 1],
    [149, 1],
    [150, 2],
    [Number.MAX_SAFE_INTEGER, 90_071_992_547_410],
  ])('of %d costs %d: 1 %%, rounded half up', async (amountMinor, feeMinor) => {
    expect(await called.charge({ amountMinor, capture: true })).toMatchObject({ feeMinor });
  });
});

describe('a void', () => {
  test('takes an authorisation back, and a capture that was not refunded; once and for all', async () => {
    await called.charge({ capture: true });
    const first = await voidCharge();
    expect(first).toMatchObject({ body: { status: 'voided', capturedMinor: 0, feeMinor: 0 } });
    expect(await voidCharge()).toEqual(first);
    expect(await called.charge()).toMatchObject({ status: 'voided' });
    expect(await capture(1)).toMatchObject({ status: 409 });
    expect(await refund(1, 'r')).toMatchObject({ status: 409 });
  });

  test('of what was refunded is not possible, and of what was declined leaves it declined', async () => {
    await called.charge({ capture: true });
    await refund(1, 'r');
    expect(await voidCharge()).toMatchObject({ status: 409 });
    const reference = 'ref-2';
    await called.charge({ reference, token: await called.token('4000000000000002') });
    expect(await called.ok('voidCharge', { ...named, reference })).toMatchObject({
      status: 'declined',
    });
  });

  test('of a reference that was never received keeps it from being charged', async () => {
    const kept = { reference: 'ref-1', status: 'voided', amountMinor: 0 };
    expect(await voidCharge()).toMatchObject({ status: 200, body: kept });
    expect(await called.ok('getCharge', named)).toMatchObject(kept);
    const late = await called.charge({ capture: true });
    expect(late).toMatchObject({ status: 'declined', amountMinor: 1_000, capturedMinor: 0 });
    expect(await called.charge({ capture: true })).toEqual(late);
    expect(await called.world.charges({ paymentId: 'pay-1' })).toMatchObject([
      { status: 'declined', requests: 2 },
    ]);
  });
});

describe('a refund', () => {
  beforeEach(() => called.charge({ capture: true }));

  test('may be one of several, in sum no more than the capture', async () => {
    expect(await refund(700, 'r1')).toMatchObject({
      body: { status: 'succeeded', amountMinor: 700 },
    });
    expect(await refund(301, 'r2')).toMatchObject({ status: 409 });
    expect(await refund(300, 'r3')).toMatchObject({ status: 200 });
    expect(await refund(1, 'r4')).toMatchObject({ status: 409 });
    expect(await called.world.charges({ paymentId: 'pay-1' })).toMatchObject([
      { refundedMinor: 1_000, refunds: [{ refundReference: 'r1' }, { refundReference: 'r3' }] },
    ]);
  });

  test('that is repeated is the same one', async () => {
    const first = await refund(700, 'r1');
    expect(await refund(700, 'r1')).toEqual(first);
    expect(await called.ok('getCharge', named)).toMatchObject({ refundedMinor: 700 });
  });

  test('is found by its reference, and 404 while it was not received', async () => {
    const find = () =>
      called.call('getProviderRefund', { providerId: 'prov-1', refundReference: 'r1' });
    expect(await find()).toMatchObject({ status: 404 });
    const made = await refund(700, 'r1');
    expect(await find()).toEqual(made);
  });

  test('that a script declines is booked as declined and refunds nothing', async () => {
    await called.world.script('refundCharge', 'prov-1', [
      { kind: 'decline', declineCode: 'CARD_DECLINED' },
    ]);
    expect(await refund(700, 'r1')).toMatchObject({ body: { status: 'declined' } });
    expect(await refund(700, 'r1')).toMatchObject({ body: { status: 'declined' } });
    expect(await refund(1_000, 'r2')).toMatchObject({ body: { status: 'succeeded' } });
  });
});

describe('by its id', () => {
  const references = Array.from({ length: 300 }, (_, index) => `ref-${index}`);
  const sendAll = async (providerId: string) => {
    const token = await called.token();
    const replies = await Promise.all(
      references.map((reference) =>
        called.call('createCharge', chargeOf(token, { providerId, reference })),
      ),
    );
    return replies.map((reply) => (reply.kind === 'reply' ? reply.status : reply.kind));
  };

  test('a flaky provider errs on its share of charges, not booked, and then takes them', async () => {
    const first = await sendAll('p-flaky-30');
    const refused = first.filter((status) => status === 503).length;
    expect(refused).toBeGreaterThan(60);
    expect(refused).toBeLessThan(120);
    expect(await called.world.charges({ providerId: 'p-flaky-30' })).toHaveLength(300 - refused);
    expect(await sendAll('p-flaky-30')).toEqual(Array(300).fill(200));
    expect(await called.world.charges({ providerId: 'p-flaky-30' })).toHaveLength(300);
  });

  test('a silent provider books its share without an answer, and then tells of them', async () => {
    const first = await sendAll('p-silent-30');
    expect(first.filter((status) => status === 'silence').length).toBeGreaterThan(60);
    expect(await called.world.charges({ providerId: 'p-silent-30' })).toHaveLength(300);
    expect(await sendAll('p-silent-30')).toEqual(Array(300).fill(200));
  });

  test('a provider may be both, meets the same references in every world, and all of them at 100', async () => {
    const first = await sendAll('p-flaky-20-silent-20');
    expect(new Set(first)).toEqual(new Set([200, 503, 'silence']));
    called = callPaymentsWorld();
    expect(await sendAll('p-flaky-20-silent-20')).toEqual(first);
    expect(await sendAll('p-flaky-100')).toEqual(Array(300).fill(503));
  });
});
