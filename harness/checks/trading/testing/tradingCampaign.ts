/**
 * A campaign against the test venue, in memory and in virtual time, all of it a function of the seed: clients trade over a network that
 * loses and delays, the venue is killed now and then, commands without a reply are sent again; then everything heals, is looked up and
 * read, and judged.
 */
import { definiteBy } from '../../../history/classifyAnswer.ts';
import type { History } from '../../../history/history.ts';
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
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import type { JsonObject } from '../../../target/target.ts';
import { campaign } from '../campaign.ts';
import type { TradingFinals } from '../campaign/finalReads.ts';
import { crash, openCampaignVenue } from './campaignVenue.ts';
import { inMemoryTarget } from '../../testing/inMemoryTarget.ts';
import type { VenueParts } from './campaignVenue.ts';
import { trading } from './judgeVenue.ts';
import { memoryVenue } from './venues.ts';
import type { VenueOptions } from './venueState.ts';

export interface PlayedCampaign {
  readonly history: History;
  readonly finals: TradingFinals;
  readonly kills: number;
  /** How often each fault of the network struck. */
  readonly faults: Readonly<Record<Fate, number>>;
}

/** Of all calls: how many are not simply delivered. */
const FAULT_SHARE = 0.12;

const CLIENTS = 4;
const CALLS_PER_CLIENT = 24;
const SYMBOLS = ['ACME', 'BOLT'];
const ACCOUNTS = ['ann', 'bob', 'cat'];
const CRASHES = 3;
/** Longer than anything that is delivered takes. */
const TIME_LIMIT_MS = 30;
const RUN_MS = 120;
const RETRY_CHANCE = 0.8;
const OLD_AGAIN_CHANCE = 0.05;

export async function playCampaign(
  seed: number,
  parts: VenueParts,
  options: VenueOptions,
): Promise<PlayedCampaign> {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const venue = openCampaignVenue(parts, options, time, random, DEFAULT_START_CLOCK_MS);
  const sink = historyInMemory();
  const recorder = historyRecorder({
    sink,
    rules: { definite: definiteBy(trading.errors) },
    partitionOf: campaign.partitionOf,
    idempotencyKeyOf: campaign.idempotencyKeyOf,
    witnessSeqOf: campaign.witnessSeqOf,
    nowNs: () => time.nowMs() * 1e6,
  });
  const direct: CallFunction = async (operation, input) => parts.answer(venue, operation, input);
  await setUp(recorder, direct);
  venue.writtenEvents = venue.venue.state.journal.length;

  const { call, struck: faults } = unreliableNetwork({
    ...{ time, random, timeLimitMs: TIME_LIMIT_MS, faultShare: FAULT_SHARE },
    serve: (operation, input) => parts.serve(venue, operation, input),
  });
  const open: OpenOrder[] = [];
  for (let client = 0; client < CLIENTS; client += 1) {
    void runClient(client, recorder, call, time, random, open);
  }
  for (let kill = 0; kill < CRASHES; kill += 1) {
    void time.sleepBetween(10, RUN_MS).then(() => crash(venue, DEFAULT_START_CLOCK_MS));
  }
  await time.run();
  venue.writtenEvents = venue.venue.state.journal.length;

  await recorder.resolve((operation) => campaign.lookUp(direct, operation));
  const finals = (await campaign.finalReads({
    call: direct,
    errors: trading.errors,
    setUp: [],
    history: async () => sink.history(),
    restart: async () => {
      venue.writtenEvents = venue.venue.state.journal.length;
      crash(venue, DEFAULT_START_CLOCK_MS);
    },
    fresh: async () => ({
      target: inMemoryTarget(trading, memoryVenue(options)(DEFAULT_START_CLOCK_MS)),
    }),
  })) as TradingFinals;
  return { history: sink.history(), finals, kills: CRASHES, faults };
}

async function setUp(recorder: HistoryRecorder, direct: CallFunction): Promise<void> {
  const client = recorder.client(direct, { connection: 'set-up' });
  const prices = { tickSizeE4: 100, lotSize: 1, referencePriceE4: 1_000_000, collarBps: 5_000 };
  for (const symbol of SYMBOLS) await client.call('putSymbol', { symbol, ...prices });
  const most = 1_000_000_000;
  const limits = { maxPosition: most, maxOrderQty: 9, maxNotionalE4: most, maxOpenOrders: most };
  const more = { maxOrdersPerSec: most, creditLimitE4: most * 1_000, restrictedSymbols: [] };
  for (const account of ACCOUNTS) await client.call('putLimits', { account, ...limits, ...more });
}

interface OpenOrder {
  readonly account: string;
  readonly orderId: string;
}

async function runClient(
  client: number,
  recorder: HistoryRecorder,
  call: CallFunction,
  time: VirtualTime,
  random: Random,
  open: OpenOrder[],
): Promise<void> {
  const recorded = recorder.client(call, { connection: `client-${client}` });
  const sent: Recorded[] = [];
  for (let index = 0; index < CALLS_PER_CLIENT; index += 1) {
    await time.sleepBetween(0, 7);
    const [operation, input] = drawCall(random, `${client}-${index}`, open);
    let attempt = await recorded.call(operation, input);
    const isLost = (): boolean => attempt.answer.kind === 'indeterminate';
    const isRefused = attempt.answer.kind === 'refused' && random() < 0.5;
    // A refusal that may be repeated, and a command whose reply was lost: once more, at most twice.
    for (let again = 0; again < 2 && (isLost() || isRefused); again += 1) {
      if (random() >= RETRY_CHANCE) break;
      attempt = await recorded.call(operation, input, { retryOf: attempt.operation.id });
    }
    if (attempt.operation.idempotencyKey !== undefined) sent.push(attempt);
    await sendOldAgain(recorded, sent, random);
    if (attempt.answer.kind !== 'ok') continue;
    const { orderId, leavesQty, account } = attempt.answer.output;
    if (typeof orderId === 'string' && Number(leavesQty) > 0) {
      open.push({ orderId, account: String(account) });
    }
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

/** Few prices and small quantities: there orders meet. */
function drawCall(
  random: Random,
  clOrdId: string,
  open: readonly OpenOrder[],
): [string, JsonObject] {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const price = (): number => 1_000_000 + 100 * Math.floor(random() * 4);
  const qty = (): number => 1 + Math.floor(random() * 10);
  const symbol = pick(SYMBOLS);
  const account = pick(ACCOUNTS);
  const chance = random();
  if (chance < 0.15) return ['getBook', random() < 0.5 ? { symbol } : { symbol, depth: 2 }];
  if (chance < 0.17) return ['getPositions', { account }];
  if (chance < 0.18) return ['listTrades', { symbol }];
  if (chance < 0.19) return ['cancelAll', { account, reason: 'enough' }];
  if (chance < 0.2) return ['endSession', { symbol }];
  // Those that came last are most often still open.
  const known = pick(open.slice(-8));
  if (chance < 0.3 && known) return ['cancelOrder', { ...known }];
  if (chance < 0.48 && known) {
    const change = random() < 0.5 ? { qty: qty() } : { priceE4: price() };
    return ['replaceOrder', { ...known, newClOrdId: `r-${clOrdId}`, ...change }];
  }
  const order = { clOrdId, account, symbol, side: pick(['BUY', 'SELL']), qty: qty() };
  if (chance < 0.52) return ['submitOrder', { ...order, type: 'MARKET' }];
  const tif = pick(['GTC', 'GTC', 'GTC', 'GTC', 'DAY', 'IOC', 'FOK']);
  const stp = pick(['CANCEL_TAKER', 'CANCEL_MAKER', 'CANCEL_BOTH']);
  return ['submitOrder', { ...order, type: 'LIMIT', priceE4: price(), tif, stp }];
}
