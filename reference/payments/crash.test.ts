import { afterEach, beforeEach, expect, test } from 'vitest';
import type { KeyRecord, Payment, PaymentEvents, Refund } from '../../spec/payments/messages.d.ts';
import type { Answer } from '../kit/service.ts';
import { startPlatformProcess } from './testing/platformProcess.ts';
import type { PlatformProcess } from './testing/platformProcess.ts';
import type { Call } from './testing/outsideStub.ts';
import { paymentInput } from './testing/testPlatform.ts';

let platform: PlatformProcess;
beforeEach(async () => void (platform = await startPlatformProcess()));
afterEach(() => platform.close());

const output = <T>(answer: Answer): T => {
  if ('problem' in answer) throw new Error(JSON.stringify(answer.problem));
  return answer.output as T;
};

const isCharge = ({ method, path }: Call) => method === 'POST' && path.length === 3;
const isAct = (act: string) => (call: Call) => call.path[4] === act;

/** The provider does what `which` asks, and the process is killed before it hears of it; then it is started again. */
async function killAt(which: (call: Call) => boolean, command: () => Promise<Answer>) {
  const { outside } = platform;
  const reached = new Promise<void>((resolve) => {
    outside.behave = (call) => {
      if (!which(call)) return 'answer';
      resolve();
      return 'book';
    };
  });
  const lost = command().catch(() => 'lost');
  await reached;
  await platform.kill();
  expect(await lost).toBe('lost');
  outside.behave = () => 'answer';
  await platform.start();
}

const inForce = () =>
  [...platform.outside.charges.values()].filter(({ status }) => status === 'captured');

test('killed after the charge and before the reply, the same key answers with that charge', async () => {
  const pay = () => platform.call('createPayment', paymentInput('k1'));
  await killAt(isCharge, pay);
  const payment = output<Payment>(await pay());
  expect(payment).toMatchObject({ status: 'succeeded', amountReceivedMinor: 1000 });
  expect(inForce().map(({ reference }) => reference)).toEqual([`${payment.paymentId}-1`]);
});

test('killed before the provider has the charge, the attempt is voided and the next provider charges', async () => {
  const { outside } = platform;
  const pay = () => platform.call('createPayment', paymentInput('k1'));
  const asked = new Promise<void>((resolve) => {
    outside.behave = (call) => {
      if (!isCharge(call)) return 'answer';
      resolve();
      return 'silence';
    };
  });
  const lost = pay().catch(() => 'lost');
  await asked;
  await platform.kill();
  await lost;
  outside.behave = () => 'answer';
  await platform.start();
  const { paymentId, route, status } = output<Payment>(await pay());
  expect(status).toBe('succeeded');
  expect(route.map(({ providerId, outcome }) => [providerId, outcome])).toEqual([
    ['first', 'voided'],
    ['second', 'approved'],
  ]);
  expect(outside.charges.get(`first/${paymentId}-1`)?.status).toBe('voided');
});

test('when the provider is asked, both decisions are durable already', async () => {
  await killAt(isCharge, () => platform.call('createPayment', paymentInput('k1')));
  const { paymentId } = output<KeyRecord>(await platform.call('findKey', { idempotencyKey: 'k1' }));
  const { events } = output<PaymentEvents>(
    await platform.call('listPaymentEvents', { paymentId: paymentId ?? '' }),
  );
  const types = events.map(({ type }) => type);
  expect(types.slice(0, 5)).toEqual([
    'payment.created',
    'payment.confirmed',
    'fraud.decided',
    'compliance.decided',
    'provider.attempted',
  ]);
});

test('killed after the capture and before the reply, the same key answers with that capture', async () => {
  const created = await platform.call(
    'createPayment',
    paymentInput('k1', { captureMethod: 'manual' }),
  );
  const { paymentId } = output<Payment>(created);
  const capture = () =>
    platform.call('capturePayment', { idempotencyKey: 'k2', paymentId, amountMinor: 700 });
  await killAt(isAct('captures'), capture);
  const payment = output<Payment>(await capture());
  expect(payment).toMatchObject({ status: 'succeeded', amountReceivedMinor: 700 });
  expect(inForce().map(({ capturedMinor }) => capturedMinor)).toEqual([700]);
});

test('killed after the void and before the reply, the same key answers with the cancel', async () => {
  const created = await platform.call(
    'createPayment',
    paymentInput('k1', { captureMethod: 'manual' }),
  );
  const { paymentId } = output<Payment>(created);
  const cancel = () => platform.call('cancelPayment', { idempotencyKey: 'k2', paymentId });
  await killAt(isAct('void'), cancel);
  expect(output<Payment>(await cancel())).toMatchObject({
    status: 'canceled',
    cancellationReason: 'requested',
  });
});

test('killed after the refund and before the reply, the same key answers with that refund', async () => {
  const { paymentId } = output<Payment>(await platform.call('createPayment', paymentInput('k1')));
  const refund = () =>
    platform.call('createRefund', { idempotencyKey: 'k2', paymentId, amountMinor: 300 });
  await killAt(isAct('refunds'), refund);
  expect(output<Refund>(await refund())).toMatchObject({ status: 'succeeded', amountMinor: 300 });
  expect(inForce().map(({ refundedMinor }) => refundedMinor)).toEqual([300]);
});
