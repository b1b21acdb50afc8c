import { afterEach, beforeEach, expect, test } from 'vitest';
import type {
  Payment,
  PaymentEvents,
  Postings,
  Refund,
  TrialBalance,
} from '../../spec/payments/messages.d.ts';
import { DECLINED_CARD, openTestPlatform, START_MS } from './testing/testPlatform.ts';
import type { TestPlatform } from './testing/testPlatform.ts';
import type { Answer } from '../kit/service.ts';

let platform: TestPlatform;
beforeEach(async () => void (platform = await openTestPlatform()));
afterEach(() => platform.close());

const output = <T>(answer: Answer): T => {
  if ('problem' in answer) throw new Error(JSON.stringify(answer.problem));
  return answer.output as T;
};
const types = async (paymentId: string) =>
  (await platform.ok<PaymentEvents>('listPaymentEvents', { paymentId })).events.map((e) => e.type);

test('a payment is charged, captured and recorded, and its ledger balances', async () => {
  const payment = output<Payment>(await platform.pay('k1'));
  expect(payment).toMatchObject({
    status: 'succeeded',
    amountReceivedMinor: 1000,
    amountDecimal: '10.00',
    regionId: 'eu',
    route: [{ attempt: 1, providerId: 'first', outcome: 'approved' }],
    version: 7,
  });
  expect(await types(payment.paymentId)).toEqual([
    'payment.created',
    'payment.confirmed',
    'fraud.decided',
    'compliance.decided',
    'provider.attempted',
    'provider.answered',
    'payment.captured',
  ]);
  const { paymentId } = payment;
  expect(await platform.ok('getPayment', { paymentId })).toEqual(payment);
  const { entries } = await platform.ok<Postings>('listPostings', { paymentId });
  expect(entries.map(({ kind, seq }) => [kind, seq])).toEqual([['capture', 7]]);
  const balance = await platform.ok<TrialBalance>('getTrialBalance', {
    networkId: 'net',
    currency: 'EUR',
  });
  expect(balance).toMatchObject({ debitsPostedMinor: 1000, creditsPostedMinor: 1000 });
});

test('the same key again gives the same reply, marked as a replay, and charges once', async () => {
  const [first, second] = await Promise.all([platform.pay('k1'), platform.pay('k1')]);
  const third = await platform.pay('k1');
  expect(output(second)).toEqual(output(first));
  expect(output(third)).toEqual(output(first));
  expect([first.headers, third.headers]).toEqual([undefined, { 'Idempotent-Replayed': 'true' }]);
  expect(platform.outside.charges.size).toBe(1);
  const problem = await platform.refused('createPayment', {
    ...(await import('./testing/testPlatform.ts')).paymentInput('k1'),
    amountMinor: 7,
  });
  expect(problem.code).toBe('IDEMPOTENCY_KEY_REUSED');
});

test('a manual capture reserves, captures a part and releases the rest', async () => {
  const { paymentId } = output<Payment>(await platform.pay('k1', { captureMethod: 'manual' }));
  const captured = await platform.ok<Payment>('capturePayment', {
    idempotencyKey: 'k2',
    paymentId,
    amountMinor: 600,
  });
  expect(captured).toMatchObject({
    status: 'succeeded',
    amountReceivedMinor: 600,
    amountCapturableMinor: 0,
  });
  const { entries } = await platform.ok<Postings>('listPostings', { paymentId });
  expect(entries.map(({ kind }) => kind)).toEqual(['authorization', 'release', 'capture']);
  expect(entries[1]!.reverses).toBe(entries[0]!.entryId);
});

test('refunds stop at what was captured', async () => {
  const { paymentId } = output<Payment>(await platform.pay('k1', { amountMinor: 100 }));
  const answers = await Promise.all(
    Array.from({ length: 20 }, (_, index) =>
      platform.call('createRefund', { idempotencyKey: `r${index}`, paymentId, amountMinor: 30 }),
    ),
  );
  const made = answers.filter((answer) => 'output' in answer);
  expect(made.length).toBe(3);
  const refund = output<Refund>(made[0]!);
  expect(await platform.ok('getRefund', { refundId: refund.refundId })).toEqual(refund);
});

test('a decline is told with its code, kept under the key, and not tried elsewhere', async () => {
  const input = { paymentMethod: DECLINED_CARD };
  const answers = [await platform.pay('k1', input), await platform.pay('k1', input)];
  for (const answer of answers) {
    expect(answer).toMatchObject({ problem: { code: 'DECLINED', declineCode: 'CARD_DECLINED' } });
  }
  expect(platform.outside.charges.size).toBe(1);
});

test('an authorisation ends at its deadline, and its hold is released once', async () => {
  const payment = output<Payment>(await platform.pay('k1', { captureMethod: 'manual' }));
  const { paymentId } = payment;
  const deadline = payment.authorizationExpiresAtMs ?? 0;
  expect(deadline).toBeGreaterThan(START_MS);
  await platform.ok('setClock', { nowMs: deadline - 1 });
  expect(await platform.ok('getPayment', { paymentId })).toEqual(payment);
  await platform.ok('setClock', { nowMs: deadline });
  const problem = await platform.refused('capturePayment', { idempotencyKey: 'k2', paymentId });
  expect(problem.code).toBe('EXPIRED');
  const { entries } = await platform.ok<Postings>('listPostings', { paymentId });
  expect(entries.map(({ kind }) => kind)).toEqual(['authorization', 'release']);
});

test('after a restart everything is as it was', async () => {
  const payment = output<Payment>(await platform.pay('k1'));
  const { paymentId } = payment;
  await platform.ok('createRefund', { idempotencyKey: 'r1', paymentId });
  const see = () =>
    Promise.all([
      platform.ok('getPayment', { paymentId }),
      platform.ok('listPostings', { paymentId }),
      platform.ok('listPaymentEvents', { paymentId }),
      platform.ok('listEvents', {}),
      platform.ok('getTrialBalance', { networkId: 'net', currency: 'EUR' }),
      platform.pay('k1'),
    ]);
  const before = await see();
  await platform.restart();
  expect(await see()).toEqual(before);
});
