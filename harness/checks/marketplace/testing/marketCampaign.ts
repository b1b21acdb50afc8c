/**
 * A campaign against the market in memory, in virtual time, all of it a function of the seed: clients buy over a network that loses and
 * delays, the market is killed now and then, what was not answered is sent again; then everything heals, is looked up and read, and judged.
 */
import { definiteBy } from '../../../history/classifyAnswer.ts';
import type { History, HistoryCall } from '../../../history/history.ts';
import { historyInMemory } from '../../../history/historyFile.ts';
import { historyRecorder } from '../../../history/historyRecorder.ts';
import type { CallFunction, HistoryRecorder, Recorded } from '../../../history/historyRecorder.ts';
import { unreliableNetwork } from '../../../history/testing/unreliableNetwork.ts';
import type { Fate } from '../../../history/testing/unreliableNetwork.ts';
import { virtualTime } from '../../../history/testing/virtualTime.ts';
import type { VirtualTime } from '../../../history/testing/virtualTime.ts';
import { seededRandom } from '../../../load/seededRandom.ts';
import type { Random } from '../../../load/seededRandom.ts';
import { DEFAULT_START_CLOCK_MS } from '../../../target/launchTarget.ts';
import { localWorld } from '../../../world/localWorld.ts';
import { marketCampaign } from '../campaign.ts';
import type { MarketFinals } from '../campaign/finalReads.ts';
import { createSimulators } from '../world.ts';
import { drawCall, emptyKnowledge, PRODUCTS, remember } from './campaignCalls.ts';
import type { Knowledge } from './campaignCalls.ts';
import { openCampaignMarket } from './campaignMarket.ts';
import type { Defect } from './defects.ts';
import type { Freedoms } from './freedoms.ts';
import { marketplace } from './judgeMarket.ts';

export interface PlayedCampaign {
  readonly history: History;
  readonly finals: MarketFinals;
  readonly kills: number;
  readonly faults: Readonly<Record<Fate, number>>;
}

export interface MarketPlayed {
  readonly freedoms: Freedoms;
  /** Default: none. */
  readonly defects?: readonly Defect[];
}

/** Of all calls: how many are not simply delivered. */
const FAULT_SHARE = 0.12;
const CLIENTS = 8;
const CALLS_PER_CLIENT = 14;
const CRASHES = 6;
/** Longer than most of what is delivered takes. */
const TIME_LIMIT_MS = 60;
/** Within which the crashes come: most of what the clients take for their calls. */
const RUN_MS = 400;
const RETRY_CHANCE = 0.8;
const MAX_RETRIES = 4;
const OLD_AGAIN_CHANCE = 0.08;

export async function playCampaign(
  seed: number,
  { freedoms, defects = [] }: MarketPlayed,
): Promise<PlayedCampaign> {
  const random = seededRandom(seed);
  const time = virtualTime(random);
  const world = localWorld(createSimulators, marketplace);
  const market = openCampaignMarket({ defects, freedoms, world, time, random });
  const judge = marketCampaign({
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
      definite: definiteBy(marketplace.errors),
      observes: (operation, code) => judge.observes?.(operation, code) ?? false,
    },
    partitionOf: judge.partitionOf,
    idempotencyKeyOf: judge.idempotencyKeyOf,
    witnessSeqOf: judge.witnessSeqOf,
    nowNs: () => time.nowMs() * 1e6,
  });
  const direct: CallFunction = async (operation, input) =>
    (await market.serve(operation, input)) ?? { kind: 'indeterminate', reason: 'it is down' };
  const setUp = setUpCalls();
  const operator = recorder.client(direct, { connection: 'set-up' });
  for (const { operation, input } of setUp) await operator.call(operation, input);

  const { call, struck: faults } = unreliableNetwork({
    ...{ time, random, timeLimitMs: TIME_LIMIT_MS, faultShare: FAULT_SHARE },
    serve: market.serve,
  });
  const known = emptyKnowledge();
  for (let client = 0; client < CLIENTS; client += 1) {
    void runClient(client, recorder, call, time, random, known);
  }
  for (let kill = 0; kill < CRASHES; kill += 1) {
    void time.sleepBetween(20, RUN_MS).then(() => market.crash(DEFAULT_START_CLOCK_MS));
  }
  await time.run();
  try {
    await recorder.resolve((operation) => judge.lookUp(direct, operation));
    const finals = await judge.finalReads({
      ...{ call: direct, errors: marketplace.errors, setUp, world },
      history: async () => sink.history(),
      async restart() {
        void market.crash(DEFAULT_START_CLOCK_MS);
        await time.run();
      },
      fresh: () => Promise.reject(new Error('a campaign of a market needs no other one')),
    });
    return { history: sink.history(), finals, kills: CRASHES, faults };
  } finally {
    market.end();
    await world.close();
  }
}

function setUpCalls(): HistoryCall[] {
  return PRODUCTS.map(({ productId, onHand }) => ({
    operation: 'putStock',
    input: { productId, onHand },
  }));
}

async function runClient(
  client: number,
  recorder: HistoryRecorder,
  call: CallFunction,
  time: VirtualTime,
  random: Random,
  known: Knowledge,
): Promise<void> {
  const recorded = recorder.client(call, { connection: `client-${client}` });
  const sent: Recorded[] = [];
  for (let index = 0; index < CALLS_PER_CLIENT; index += 1) {
    await time.sleepBetween(0, 10);
    const [operation, input] = drawCall(random, client, index, known);
    let attempt = await recorded.call(operation, input);
    const isOpen = (): boolean =>
      attempt.answer.kind === 'indeterminate' ||
      (attempt.answer.kind === 'refused' &&
        marketplace.errors.get(attempt.answer.problem.code)?.retryable === true);
    for (let again = 0; again < MAX_RETRIES && isOpen(); again += 1) {
      if (random() >= RETRY_CHANCE) break;
      await time.sleepBetween(0, 20);
      attempt = await recorded.call(operation, input, { retryOf: attempt.operation.id });
    }
    remember(known, attempt);
    sent.push(attempt);
    // A client that came up again sends what it does not know the end of, though it may have been answered long ago.
    const old = sent[Math.floor(random() * sent.length)]?.operation;
    if (!old || random() >= OLD_AGAIN_CHANCE) continue;
    await recorded.call(old.operation, old.input, { retryOf: old.id });
  }
}
