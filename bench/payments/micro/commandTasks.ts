/** What a command costs around events and ledger: its shape, its check digits, its decisions, its reply, its webhook. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { CreatePayment, Payment } from '../../../spec/payments/messages.d.ts';
import { loadContract } from '../../../reference/kit/contract.ts';
import { decideCompliance } from '../../../reference/payments/complianceEngine/complianceDecision.ts';
import { append } from '../../../reference/payments/eventStore/eventRecord.ts';
import type { StreamEnd } from '../../../reference/payments/eventStore/eventRecord.ts';
import { decideFraud } from '../../../reference/payments/fraudDetection/fraudDecision.ts';
import { methodFault } from '../../../reference/payments/methods/paymentMethod.ts';
import { CASE_DIR } from '../../../reference/payments/paymentService.ts';
import { paymentView } from '../../../reference/payments/platform/paymentView.ts';
import { signatureOf } from '../../../reference/payments/webhooks/signature.ts';
import type { MicroTask, MicroWork } from '../../micro/microTask.ts';
import { drafts, NOW_MS } from './paymentStream.ts';

const INPUT: CreatePayment = {
  idempotencyKey: 'key-000000000000000000000000000042',
  merchantId: 'shop',
  amountMinor: 1_000,
  currency: 'EUR',
  paymentMethod: { type: 'card', number: '4242424242424242', expMonth: 12, expYear: 2031, cvc: '123' }, // prettier-ignore
  customer: { country: 'DE', deviceId: 'phone', name: 'Ann Example' },
};
const ASKED_A_CALL = 1_000;
/** One in so many is wrong, so that both answers are made. */
const WRONG_EVERY = 10;

function requestShape(): MicroWork {
  const { request } = loadContract(CASE_DIR, 'off').operations.get('createPayment') ?? {};
  const wrong = { ...INPUT, amountMinor: 10.5 };
  const fault = (input: unknown): string | undefined => request?.fault(input);
  return {
    fn: () => refused((at) => fault(isWrong(at) ? wrong : INPUT)),
    check(answer) {
      assert.equal(answer, ASKED_A_CALL / WRONG_EVERY, 'another request was refused');
      assert.equal(fault(INPUT), undefined);
      assert.match(fault(wrong) ?? '', /amountMinor/);
    },
  };
}

/** From the documentation of card networks and of ISO 13616; the second of each has a wrong check digit. */
const CARDS = ['5555555555554444', '5555555555554443'];
const IBANS = ['DE89370400440532013000', 'GB82WEST12345698765433'];

function checkDigits(methods: readonly CreatePayment['paymentMethod'][]): MicroWork {
  const [right, wrong] = methods;
  const fault = (method: CreatePayment['paymentMethod'] | undefined) =>
    method && methodFault(method);
  return {
    fn: () => refused((at) => fault(isWrong(at) ? wrong : right)),
    check(answer) {
      assert.equal(answer, ASKED_A_CALL / WRONG_EVERY, 'another number was refused');
      assert.equal(fault(right), undefined);
      assert.match(fault(wrong) ?? '', /check digit/);
    },
  };
}

function isWrong(at: number): boolean {
  return at % WRONG_EVERY === 0;
}

function refused(fault: (at: number) => string | undefined): number {
  let count = 0;
  for (let at = 0; at < ASKED_A_CALL; at++) if (fault(at) !== undefined) count += 1;
  return count;
}

/** Scores 0.000 to 0.999 against review from 0.65 and block above 0.8; amounts 1 to 1 000 against a limit of 900. */
function decisions(): MicroWork {
  const policy = { reviewFrom: 0.65, blockAbove: 0.8 };
  const rules = {
    sanctionedCountries: ['KP', 'IR'],
    blockedMethods: [],
    maxAmountMinor: 900,
    dataResidency: false,
  } satisfies Parameters<typeof decideCompliance>[0];
  const customer = INPUT.customer;
  return {
    fn() {
      let told = 0;
      for (let at = 0; at < ASKED_A_CALL; at++) {
        const { decision } = decideFraud(at / ASKED_A_CALL, policy);
        told += decision === 'block' ? 1_000_000 : decision === 'review' ? 1_000 : 0;
        const payment = { amountMinor: at + 1, methodType: 'card', customer } as const;
        told += decideCompliance(rules, payment, false) === 'violation' ? 1 : 0;
      }
      return told;
    },
    check(answer) {
      assert.equal(answer, 199 * 1_000_000 + 151 * 1_000 + 100, 'other decisions than the rules');
    },
  };
}

/** The reply of a payment whose stream is `drafts`, in the contract's words. */
const EXPECTED: Payment = {
  paymentId: 'pay-7',
  merchantId: 'shop',
  status: 'succeeded',
  amountMinor: 1_000,
  currency: 'EUR',
  amountDecimal: '10.00',
  amountCapturableMinor: 0,
  amountReceivedMinor: 1_000,
  amountRefundedMinor: 0,
  captureMethod: 'automatic',
  paymentMethod: { type: 'card', last4: '4242', fingerprint: 'fp-4242' },
  regionId: 'eu',
  route: [{ attempt: 1, providerId: 'first', outcome: 'approved' }],
  risk: { level: 'normal', decision: 'allow' },
  declineCode: null,
  cancellationReason: null,
  settlement: { currency: 'EUR', grossMinor: 1_000, feeMinor: 39, netMinor: 961, rate: null },
  allocations: [{ merchantId: 'shop', amountMinor: 961 }],
  authorizationExpiresAtMs: null,
  createdMs: NOW_MS,
  version: 7,
};

function reply(): MicroWork {
  let end: StreamEnd | undefined;
  for (const draft of drafts) ({ end } = append(end, EXPECTED.paymentId, draft, NOW_MS));
  const payment = end?.payment;
  // Kept, so that each has to be made.
  const kept: (Payment | undefined)[] = [];
  return {
    fn() {
      let total = 0;
      for (let at = 0; at < ASKED_A_CALL; at++) {
        const view = payment && paymentView(payment);
        kept[at] = view;
        total += view?.amountReceivedMinor ?? 0;
      }
      return total;
    },
    check(answer) {
      assert.equal(answer, ASKED_A_CALL * EXPECTED.amountReceivedMinor);
      assert.deepEqual(kept[0], EXPECTED, 'not the reply of the contract');
      assert.deepEqual(kept.at(-1), EXPECTED, 'not the reply of the contract');
    },
  };
}

const SIGNED_A_CALL = 100;
const SECRET = 'whsec-0123456789abcdef';

function webhookSignature(): MicroWork {
  const body = JSON.stringify({ merchantId: 'shop', eventId: 'e7', paymentId: 'pay-7', seq: 7 });
  const seconds = Math.floor(NOW_MS / 1_000);
  const expected = `t=${seconds},v1=${createHmac('sha256', SECRET).update(`${seconds}.${body}`).digest('hex')}`;
  let last = '';
  return {
    fn() {
      let chars = 0;
      for (let at = 0; at < SIGNED_A_CALL; at++) {
        last = signatureOf(SECRET, body, seconds);
        chars += last.length;
      }
      return chars;
    },
    check(answer) {
      assert.equal(last, expected, 'not the signature of the contract');
      assert.equal(answer, SIGNED_A_CALL * expected.length);
    },
  };
}

export const commandTasks: MicroTask[] = [
  { name: 'request: shape of a payment', operations: ASKED_A_CALL, setup: requestShape },
  {
    name: 'card number: check digit',
    operations: ASKED_A_CALL,
    setup: () =>
      checkDigits(CARDS.map((number) => ({ type: 'card', number, expMonth: 1, expYear: 2031, cvc: '123' }))), // prettier-ignore
  },
  {
    name: 'IBAN: check digits',
    operations: ASKED_A_CALL,
    setup: () => checkDigits(IBANS.map((iban) => ({ type: 'iban', iban }))),
  },
  { name: 'decisions: fraud and compliance', operations: ASKED_A_CALL, setup: decisions },
  { name: 'reply: a payment', operations: ASKED_A_CALL, setup: reply },
  { name: 'webhook: signature', operations: SIGNED_A_CALL, setup: webhookSignature },
];
