/**
 * A campaign against the test platform, in memory and in virtual time, all of it a function of the seed: clients pay over a network that
 * loses and delays, the platform is killed now and then, commands without a reply are sent again; then everything heals, is looked up and
 * read, and judged.
 */
import type { PutRegion } from '../../../../spec/payments/messages.d.ts';
import { definiteBy } from '../../../history/classifyAnswer.ts';
import type { History, HistoryCall } from '../../../history/history.ts';
import { historyInMemory } from '../../../history/historyFile.ts';
import { historyRecorder } from '../../../history/historyRecorder.ts';
import type {
  CallFunction,
  HistoryRecorder,
  Recorded,
  RecordedClient,
} from '../../../history/historyRecorder.ts';
import { unreliableNetwork } from '../../../history/testing/unreliableNetwork.ts';
import type { Fate } from '../../../history/testing/unreliableNetwork.ts';
import { virtualTime } from '../../../history/testing/virtualTime.ts';
import type { VirtualTime } from '../../../history/testing/virtualTime.ts';
import { seededRandom } from '../../../load/seededRandom.ts';
import type { Random } from '../../../load/seededRandom.ts';
import type { JsonObject } from '../../../target/target.ts';
import { localWorld } from '../../../world/localWorld.ts';
import { paymentsCampaign } from '../campaign.ts';
import type { PaymentsFinals } from '../campaign/finalReads.ts';
import { createSimulators } from '../world.ts';
import { crash, openCampaignPlatform, serve } from './campaignPlatform.ts';
import type { PlatformParts } from './campaignPlatform.ts';
import { payments } from './judgePayments.ts';
import type { PlatformOptions } from './life.ts';

export interface PlayedCampaign {
  readonly history: History;
  readonly finals: PaymentsFinals;
  readonly kills: number;
  readonly faults: Readonly<Record<Fate, number>>;
}

/** Of all calls: how many are not simply delivered. */
const FAULT_SHARE = 0.12;
const CLIENTS = 8;
const CALLS_PER_CLIENT = 12;
const CRASHES = 6;
/** Longer than most of what is delivered takes. */
const TIME_LIMIT_MS = 60;
/** Within which the crashes come: most of what the clients take for their calls. */
const RUN_MS = 400;
const RETRY_CHANCE = 0.8;
const MAX_RETRIES = 4;
const OLD_AGAIN_CHANCE = 0.08;
const MERCHANTS = ['shop-a', 'shop-b'];

export async function playCampaign(
  seed: number,
  parts: PlatformParts,
  options: PlatformOptions,
): Promise<PlayedCampaign> {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const world = localWorld(createSimulators, payments);
  const platform = openCampaignPlatform(parts, options, world, time, random);
  const judge = paymentsCampaign({
    nowMs: () => time.nowMs(),
    async sleep(ms) {
      void time.sleep(ms);
      await time.run();
    },
  });
  const sink = historyInMemory();
  const recorder = historyRecorder({
    sink,
    rules: {
      definite: definiteBy(payments.errors),
      observes: (operation, code) => judge.observes?.(operation, code) ?? false,
    },
    partitionOf: judge.partitionOf,
    idempotencyKeyOf: judge.idempotencyKeyOf,
    witnessSeqOf: judge.witnessSeqOf,
    nowNs: () => time.nowMs() * 1e6,
  });
  const direct: CallFunction = async (operation, input) =>
    (await serve(platform, operation, input)) ?? { kind: 'indeterminate', reason: 'it is down' };
  const setUp = setUpCalls();
  const operator = recorder.client(direct, { connection: 'set-up' });
  for (const { operation, input } of setUp) await operator.call(operation, input);

  const { call, struck: faults } = unreliableNetwork({
    ...{ time, random, timeLimitMs: TIME_LIMIT_MS, faultShare: FAULT_SHARE },
    serve: (operation, input) => serve(platform, operation, input),
  });
  const known: Known = { held: [], paid: [], reviewed: [] };
  for (let client = 0; client < CLIENTS; client += 1) {
    void runClient(client, recorder, call, time, random, known);
  }
  for (let kill = 0; kill < CRASHES; kill += 1) {
    void time.sleepBetween(20, RUN_MS).then(() => crash(platform));
  }
  await time.run();
  try {
    await recorder.resolve((operation) => judge.lookUp(direct, operation));
    const finals = await judge.finalReads({
      ...{ call: direct, errors: payments.errors, setUp, world },
      history: async () => sink.history(),
      async restart() {
        void crash(platform);
        await time.run();
      },
      fresh: () => Promise.reject(new Error('a payments campaign needs no other platform')),
    });
    return { history: sink.history(), finals, kills: CRASHES, faults };
  } finally {
    platform.system.kill?.();
    await world.close();
  }
}

function setUpCalls(): HistoryCall[] {
  const networkId = 'net';
  const providers: PutRegion['providers'] = [
    { providerId: 'first-flaky-15', priority: 0 },
    { providerId: 'second-silent-10', priority: 1 },
  ];
  const compliance = { sanctionedCountries: ['XX'], blockedMethods: [], dataResidency: false };
  const region = { networkId, regionId: 'eu', countries: ['DE'], providers, compliance };
  const fee = { bps: 140, fixedMinor: 2 };
  return [
    { operation: 'putNetwork', input: { networkId, callTimeoutMs: 40, fee } },
    {
      operation: 'putRegion',
      input: { ...region, providers: providers.map((each) => ({ ...each })) },
    },
    ...MERCHANTS.map((merchantId) => ({
      operation: 'putMerchant',
      input: { merchantId, networkId, country: 'DE' },
    })),
  ];
}

/** Payments by what can be done with them next. */
interface Known {
  readonly held: string[];
  readonly paid: string[];
  readonly reviewed: string[];
}

async function runClient(
  client: number,
  recorder: HistoryRecorder,
  call: CallFunction,
  time: VirtualTime,
  random: Random,
  known: Known,
): Promise<void> {
  const recorded = recorder.client(call, { connection: `client-${client}` });
  const sent: Recorded[] = [];
  for (let index = 0; index < CALLS_PER_CLIENT; index += 1) {
    await time.sleepBetween(0, 10);
    const [operation, input] = drawCall(random, `${client}-${index}`, known);
    let attempt = await recorded.call(operation, input);
    const isOpen = (): boolean =>
      attempt.answer.kind === 'indeterminate' ||
      (attempt.answer.kind === 'refused' &&
        payments.errors.get(attempt.answer.problem.code)?.retryable === true);
    for (let again = 0; again < MAX_RETRIES && isOpen(); again += 1) {
      if (random() >= RETRY_CHANCE) break;
      await time.sleepBetween(0, 20);
      attempt = await recorded.call(operation, input, { retryOf: attempt.operation.id });
    }
    if (attempt.operation.idempotencyKey !== undefined) sent.push(attempt);
    await sendOldAgain(recorded, sent, random);
    remember(known, attempt);
  }
}

/** A client that came up again sends what it does not know the end of, though it may have been answered long ago. */
async function sendOldAgain(
  client: RecordedClient,
  sent: readonly Recorded[],
  random: Random,
): Promise<void> {
  const old = sent[Math.floor(random() * sent.length)]?.operation;
  if (!old || random() >= OLD_AGAIN_CHANCE) return;
  await client.call(old.operation, old.input, { retryOf: old.id });
}

function remember(known: Known, { answer }: Recorded): void {
  if (answer.kind !== 'ok') return;
  const { paymentId, status } = answer.output;
  if (status === 'requires_capture') known.held.push(String(paymentId));
  if (status === 'requires_review') known.reviewed.push(String(paymentId));
  if (status === 'succeeded' && 'amountReceivedMinor' in answer.output) {
    known.paid.push(String(paymentId));
  }
}

const CARD = { type: 'card', expMonth: 12, expYear: 2031, cvc: '123' };

function drawCall(random: Random, id: string, known: Known): [string, JsonObject] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const idempotencyKey = `k-${id}`;
  const chance = random();
  const paid = pick(known.paid.slice(-6));
  if (chance < 0.12 && paid) return ['getPayment', { paymentId: paid }];
  if (chance < 0.28 && paid) {
    return [
      'createRefund',
      { idempotencyKey, paymentId: paid, amountMinor: 1 + Math.floor(random() * 40) },
    ];
  }
  const held = pick(known.held.slice(-4));
  if (chance < 0.4 && held) return ['capturePayment', { idempotencyKey, paymentId: held }];
  if (chance < 0.45 && held) return ['cancelPayment', { idempotencyKey, paymentId: held }];
  const reviewed = known.reviewed.pop();
  if (chance < 0.55 && reviewed) {
    const decision = random() < 0.8 ? 'approve' : 'reject';
    return ['reviewPayment', { idempotencyKey, paymentId: reviewed, decision }];
  }
  if (reviewed) known.reviewed.push(reviewed);
  const isDeclined = random() < 0.1;
  const isOdd = random() < 0.1;
  return [
    'createPayment',
    {
      idempotencyKey,
      merchantId: pick(MERCHANTS),
      amountMinor: 100 + Math.floor(random() * 900),
      currency: pick(['EUR', 'EUR', 'JPY']),
      paymentMethod: { ...CARD, number: isDeclined ? '4000000000000002' : '4242424242424242' },
      customer: {
        country: 'DE',
        deviceId: isOdd ? `dev-${id}-score-70` : `dev-${id}`,
        name: 'Ann Example',
      },
      captureMethod: random() < 0.4 ? 'manual' : 'automatic',
    },
  ];
}
