import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Payment, PaymentEvents, Refund } from '../../spec/payments/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import type { Behaviour, Call } from './testing/outsideStub.ts';
import { openTestPlatform } from './testing/testPlatform.ts';
import type { TestPlatform } from './testing/testPlatform.ts';

let platform: TestPlatform;
beforeEach(async () => void (platform = await openTestPlatform()));
afterEach(() => platform.close());

const output = <T>(answer: Answer): T => {
  if ('problem' in answer) throw new Error(JSON.stringify(answer.problem));
  return answer.output as T;
};
const routeOf = ({ route }: Payment) =>
  route.map(({ providerId, outcome }) => [providerId, outcome]);
const isCharge = ({ method, path }: Call) => method === 'POST' && path.length === 3;
const of = (provider: string) => (call: Call) => call.path[1] === provider;

/** `behaviour` for the calls that are meant; all others are answered. */
function behave(which: (call: Call) => boolean, behaviour: Behaviour): void {
  platform.outside.behave = (call) => (which(call) ? behaviour : 'answer');
}

const statusOf = async (paymentId: string) =>
  (await platform.ok<Payment>('getPayment', { paymentId })).status;

test('a retryable error passes the payment on to the next provider', async () => {
  behave((call) => isCharge(call) && of('first')(call), 'fail');
  const payment = output<Payment>(await platform.pay('k1'));
  expect(routeOf(payment)).toEqual([
    ['first', 'retryable-error'],
    ['second', 'approved'],
  ]);
});

test('when every provider fails it is refused, the key is free, and the payment keeps its events', async () => {
  behave(isCharge, 'fail');
  const answer = await platform.pay('k1');
  expect(answer).toMatchObject({ problem: { code: 'NO_ROUTE_AVAILABLE' } });
  const paymentId = 'problem' in answer ? String(answer.problem['paymentId']) : '';
  expect(await statusOf(paymentId)).toBe('requires_confirmation');
  expect(await platform.refused('findKey', { idempotencyKey: 'k1' })).toMatchObject({
    code: 'UNKNOWN_KEY',
  });
  behave(isCharge, 'answer');
  expect(output<Payment>(await platform.pay('k1')).status).toBe('succeeded');
});

test('a charge that was booked without an answer is found by its reference', async () => {
  behave(isCharge, 'book');
  const payment = output<Payment>(await platform.pay('k1'));
  expect(routeOf(payment)).toEqual([['first', 'approved']]);
  expect(platform.outside.charges.size).toBe(1);
});

test('a charge that was not received is voided before the next provider is asked', async () => {
  behave((call) => isCharge(call) && of('first')(call), 'silence');
  const payment = output<Payment>(await platform.pay('k1'));
  expect(routeOf(payment)).toEqual([
    ['first', 'voided'],
    ['second', 'approved'],
  ]);
});

test('while a provider cannot be asked the payment is processing, and nobody else is asked', async () => {
  platform.outside.behave = (call) =>
    !of('first')(call) ? 'answer' : isCharge(call) ? 'book' : 'silence';
  const payment = output<Payment>(await platform.pay('k1'));
  expect(payment.status).toBe('processing');
  const { paymentId } = payment;
  const canceled = await platform.refused('cancelPayment', { idempotencyKey: 'k2', paymentId });
  expect(canceled.code).toBe('VERSION_CONFLICT');
  expect(await platform.ok('findKey', { idempotencyKey: 'k1' })).toMatchObject({
    state: 'in-progress',
    paymentId,
  });

  behave(isCharge, 'answer');
  await expect.poll(() => statusOf(paymentId), { timeout: 5000 }).toBe('succeeded');
  expect(output<Payment>(await platform.pay('k1'))).toMatchObject({
    paymentId,
    status: 'succeeded',
  });
  expect([...platform.outside.charges.keys()]).toEqual([`first/${paymentId}-1`]);
  const { events } = await platform.ok<PaymentEvents>('listPaymentEvents', { paymentId });
  expect(events.filter(({ type }) => type === 'provider.answered').map(({ data }) => data)).toEqual(
    [
      { attempt: 1, outcome: 'unknown' },
      { attempt: 1, outcome: 'approved' },
    ],
  );
}, 15_000);

test('a capture without an answer leaves the payment processing until it is known', async () => {
  const { paymentId } = output<Payment>(await platform.pay('k1', { captureMethod: 'manual' }));
  const isCapture = ({ path }: Call) => path[4] === 'captures';
  behave(isCapture, 'book');
  const capture = { idempotencyKey: 'k2', paymentId, amountMinor: 400 };
  expect(await platform.ok('capturePayment', capture)).toMatchObject({ status: 'processing' });
  behave(isCapture, 'answer');
  await expect.poll(() => statusOf(paymentId), { timeout: 5000 }).toBe('succeeded');
  expect(await platform.ok('capturePayment', capture)).toMatchObject({ amountReceivedMinor: 400 });
}, 15_000);

test('a capture that the provider refuses for now has no effect, and its key is free', async () => {
  const held = output<Payment>(await platform.pay('k1', { captureMethod: 'manual' }));
  const { paymentId, version } = held;
  const isCapture = ({ path }: Call) => path[4] === 'captures';
  const capture = { idempotencyKey: 'k2', paymentId, expectedVersion: version };
  behave(isCapture, 'fail');
  expect((await platform.refused('capturePayment', capture)).code).toBe('NO_ROUTE_AVAILABLE');
  expect(await platform.ok('getPayment', { paymentId })).toEqual(held);
  behave(isCapture, 'answer');
  expect(await platform.ok('capturePayment', capture)).toMatchObject({ status: 'succeeded' });
});

test('a refund without an answer is pending and counts, until it is known', async () => {
  const { paymentId } = output<Payment>(await platform.pay('k1'));
  const isRefund = ({ path }: Call) => path[4] === 'refunds';
  behave(isRefund, 'book');
  const input = { idempotencyKey: 'k2', paymentId, amountMinor: 800 };
  const pending = await platform.ok<Refund>('createRefund', input);
  expect(pending.status).toBe('pending');
  expect(await statusOf(paymentId)).toBe('succeeded');
  behave(isRefund, 'answer');
  const { refundId } = pending;
  await expect
    .poll(async () => (await platform.ok<Refund>('getRefund', { refundId })).status)
    .toBe('succeeded');
  expect(await platform.ok('createRefund', input)).toMatchObject({ refundId, status: 'succeeded' });
  const [charge] = platform.outside.charges.values();
  expect(charge?.refundedMinor).toBe(800);
}, 15_000);
