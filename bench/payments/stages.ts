/**
 * What the platform takes in process, without a network: a payment from request to reply, written to the event store before it is
 * answered; postings to the ledger; the folding of a store's events after a restart. Nothing outside is waited for.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { CreatePayment, Payment, TrialBalance } from '../../spec/payments/messages.d.ts';
import type { Service } from '../../reference/kit/service.ts';
import { ledger } from '../../reference/payments/eventStore/ledger.ts';
import { openPayments } from '../../reference/payments/paymentService.ts';
import { applyRow, emptyState } from '../../reference/payments/platform/state.ts';
import { percentile } from '../trading/percentile.ts';
import { instantOutside } from './instantOutside.ts';
import { drafts, storedRows } from './micro/paymentStream.ts';

export interface StageSizes {
  /** Payments one after the other, each timed. */
  readonly payments: number;
  /** Payments before the first timed one. */
  readonly warmUp: number;
  /** Ledger entries of a capture, each with its lines. */
  readonly entries: number;
  /** At least; whole payments. */
  readonly recoveredEvents: number;
}

export interface StageMeasurement {
  /** Of a createPayment alone on the platform, in microseconds. */
  readonly createPayment: { readonly p50: number; readonly p99: number; readonly p999: number };
  /** With IN_FLIGHT payments at any time, which share the writes of the store. */
  readonly paymentsPerSecond: number;
  /** Lines posted a second. */
  readonly postingsPerSecond: number;
  readonly postings: number;
  readonly recoveryMs: number;
  readonly recoveredEvents: number;
}

export const IN_FLIGHT = 64;

const CLOCK_MS = 1_767_605_400_000;
const AMOUNT_MINOR = 1_000;
const NETWORK = 'net';
const CURRENCY = 'EUR';
const SETTINGS: readonly (readonly [operation: string, input: object])[] = [
  ['putNetwork', { networkId: NETWORK, fee: { bps: 140, fixedMinor: 25 } }],
  [
    'putRegion',
    {
      networkId: NETWORK,
      regionId: 'eu',
      countries: ['DE'],
      providers: [{ providerId: 'first', priority: 0 }],
      compliance: { sanctionedCountries: ['XX'], blockedMethods: [], dataResidency: false },
    },
  ],
  ['putMerchant', { merchantId: 'shop', networkId: NETWORK, country: 'DE' }],
];

/** @throws Error when a payment did not succeed, or money was lost on the way */
export async function measureStages(sizes: StageSizes): Promise<StageMeasurement> {
  const payments = await measurePayments(sizes);
  const postings = measurePostings(sizes.entries);
  return { ...payments, ...postings, ...measureRecovery(sizes.recoveredEvents) };
}

async function measurePayments({
  payments,
  warmUp,
}: StageSizes): Promise<Pick<StageMeasurement, 'createPayment' | 'paymentsPerSecond'>> {
  const dataDir = mkdtempSync(join(tmpdir(), 'casemark-stages-'));
  const { service } = await openPayments({
    dataDir,
    clockMs: CLOCK_MS,
    testMode: 'on',
    durability: 'D1',
    worldUrl: 'http://127.0.0.1:0',
    outside: instantOutside(),
  });
  try {
    for (const [operation, input] of SETTINGS) await outputOf(service, operation, input);
    let serial = 0;
    const next = (): CreatePayment => paymentInput(serial++);
    for (let made = 0; made < warmUp; made++) await pay(service, next());
    const tookUs = new Float64Array(payments);
    for (let made = 0; made < payments; made++) {
      const input = next();
      const beginMs = performance.now();
      const payment = await pay(service, input);
      tookUs[made] = (performance.now() - beginMs) * 1e3;
      holdSucceeded(payment);
    }
    const rounds = Math.ceil(payments / IN_FLIGHT);
    const beginMs = performance.now();
    await Promise.all(
      Array.from({ length: IN_FLIGHT }, async () => {
        for (let round = 0; round < rounds; round++) holdSucceeded(await pay(service, next()));
      }),
    );
    const paymentsPerSecond = (rounds * IN_FLIGHT) / ((performance.now() - beginMs) / 1e3);
    await holdBalance(service, serial);
    tookUs.sort();
    const us = (percent: number): number => percentile(tookUs, percent);
    return { createPayment: { p50: us(50), p99: us(99), p999: us(99.9) }, paymentsPerSecond };
  } finally {
    await service.close();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

function paymentInput(serial: number): CreatePayment {
  return {
    idempotencyKey: `key-${serial}`,
    merchantId: 'shop',
    amountMinor: AMOUNT_MINOR,
    currency: CURRENCY,
    paymentMethod: {
      type: 'card',
      number: '4242424242424242',
      expMonth: 12,
      expYear: 2031,
      cvc: '123',
    },
    customer: { country: 'DE', deviceId: `device-${serial}`, name: 'Ann Example' },
  };
}

function pay(service: Service, input: CreatePayment): Promise<Payment> {
  return outputOf<Payment>(service, 'createPayment', input);
}

function holdSucceeded({ paymentId, status }: Payment): void {
  if (status !== 'succeeded')
    throw new Error(`${paymentId} should have succeeded, but is ${status}`);
}

async function holdBalance(service: Service, payments: number): Promise<void> {
  const question = { networkId: NETWORK, currency: CURRENCY };
  const balance = await outputOf<TrialBalance>(service, 'getTrialBalance', question);
  const { debitsPostedMinor, creditsPostedMinor } = balance;
  const expectedMinor = payments * AMOUNT_MINOR;
  if (debitsPostedMinor !== expectedMinor || creditsPostedMinor !== expectedMinor) {
    throw new Error(
      `${payments} payments of ${AMOUNT_MINOR} should have posted ${expectedMinor} on either side, not ${debitsPostedMinor} and ${creditsPostedMinor}`,
    );
  }
}

async function outputOf<T>(service: Service, operation: string, input: object): Promise<T> {
  const answer = await service.call(operation, input);
  if ('problem' in answer) throw new Error(`${operation}: ${JSON.stringify(answer.problem)}`);
  return answer.output as T;
}

/** The entry of a capture: the provider owes, the merchant and the platform's fees are owed. */
function measurePostings(
  entries: number,
): Pick<StageMeasurement, 'postingsPerSecond' | 'postings'> {
  const lines = drafts.at(-1)?.entries?.[0]?.lines ?? [];
  const books = ledger();
  const beginMs = performance.now();
  for (let posted = 0; posted < entries; posted++) books.post(NETWORK, lines);
  const seconds = (performance.now() - beginMs) / 1e3;
  const { debitsPostedMinor, creditsPostedMinor } = books.trialBalance(NETWORK, CURRENCY);
  const expectedMinor = entries * AMOUNT_MINOR;
  if (debitsPostedMinor !== expectedMinor || creditsPostedMinor !== expectedMinor) {
    throw new Error(`${entries} entries left ${debitsPostedMinor} and ${creditsPostedMinor}`);
  }
  const postings = entries * lines.length;
  return { postingsPerSecond: postings / seconds, postings };
}

/** The rows are in memory: reading them from the disk is not counted. */
function measureRecovery(events: number): Pick<StageMeasurement, 'recoveryMs' | 'recoveredEvents'> {
  const payments = Math.ceil(events / drafts.length);
  const rows = storedRows(payments);
  const state = emptyState();
  const beginMs = performance.now();
  for (const row of rows) applyRow(state, row);
  const recoveryMs = performance.now() - beginMs;
  if (state.streams.size !== payments) throw new Error(`${state.streams.size} of ${payments}`);
  return { recoveryMs, recoveredEvents: rows.length };
}
