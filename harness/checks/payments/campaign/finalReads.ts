/**
 * What is read when everything has healed and nothing is sent any more: the feed, the ledger, the providers' own charges and a sample of
 * payments; then all of it again after one more kill, as far as it can have changed.
 */
import { isDeepStrictEqual } from 'node:util';
import type { Payment } from '../../../../spec/payments/messages.d.ts';
import { asker } from '../../askHealed.ts';
import type { Ask } from '../../askHealed.ts';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { CouldNotRun } from '../../check.ts';
import { seededRandom } from '../../../load/seededRandom.ts';
import { paymentsWorld } from '../worldQuestions.ts';
import type { PaymentsWorld } from '../worldQuestions.ts';
import { readBooks } from './books.ts';
import type { Books } from './books.ts';
import { chargesInForce, scoredDevices } from './chargesInForce.ts';
import type { Charges } from './chargesInForce.ts';
import { emptyFeed } from './feed.ts';
import type { Feed, Stream } from './feed.ts';
import { restartOnce, unless } from '../../kit/campaign/finalFrame.ts';
import type { Waits } from '../../kit/campaign/finalFrame.ts';
import { findings } from '../../kit/campaign/findings.ts';
import type { Report } from '../../kit/campaign/findings.ts';
import { unsettledPayments } from './money.ts';
import { holdFeedStays, readFeed } from './readFeed.ts';
import { drawSample, readViews } from './sample.ts';
import type { Sample, Views } from './sample.ts';
import { settingOf } from './setting.ts';
import type { Setting } from './setting.ts';

export interface PaymentsFinals {
  readonly streams: ReadonlyMap<string, Stream>;
  readonly charges: Charges;
  /** By paymentId, as the fraud scorer was asked. */
  readonly devices: ReadonlyMap<string, string>;
  /** Payments whose outcome is not known: they may stand on either side. */
  readonly open: ReadonlySet<string>;
  /** Before and after the last kill. */
  readonly balances: Books['balances'];
  readonly accounts: Books['accounts'];
  readonly views: Views;
  /** Sentences: what was wrong with the streams and the state while they were read. */
  readonly findings: readonly string[];
}

/** What is unknown has to be resolved 20 s after its provider answers again. */
const SETTLE_TIMEOUT_MS = 25_000;
const SETTLE_POLL_MS = 1_000;
/** Readings of the ledger with no event between its beginning and its end: while something is still moving it says nothing. */
const MAX_BOOK_READINGS = 5;
const SAMPLE_SEED = 1;

interface Reading {
  readonly ask: Ask;
  readonly world: PaymentsWorld;
  readonly setting: Setting;
  readonly feed: Feed;
  readonly waits: Waits;
  readonly report: Report;
}

interface Settled extends Books {
  readonly charges: Charges;
  /** Payments that had their time and still may change, or ought to. */
  readonly unsettled: ReadonlySet<string>;
  readonly open: ReadonlySet<string>;
}

export async function finalReads(
  context: CampaignFinalContext,
  waits: Waits,
): Promise<PaymentsFinals> {
  if (!context.world) throw new CouldNotRun('Without the providers’ own ledger nothing is shown.');
  const { sentences, report } = findings();
  const random = seededRandom(SAMPLE_SEED);
  const feed = emptyFeed();
  const reading: Reading = {
    ...{ ask: asker(context.call), world: paymentsWorld(context.world) },
    ...{ setting: settingOf(context.setUp), feed, waits, report },
  };
  const { ask, world } = reading;

  const first = await settled(reading, new Set());
  const sample = drawSample(feed, first.open, random);
  const views = await unless(report, () => readViews(ask, sample));
  const events = feed.marks.length;

  const second = await unless(report, async () => {
    await restartOnce(context, 'the platform');
    return settled(reading, first.unsettled);
  });
  const { charges, open, accounts } = second ?? first;
  const balances = [...first.balances, ...(second?.balances ?? [])];
  const later = second && (await viewsAfter(reading, sample));
  if (second) {
    if (!feed.isBroken) await unless(report, () => holdFeedStays(ask, feed, random, report));
    if (feed.marks.length === events) holdBooksStay(first, second, report);
    if (views && later) holdViewsStay(views, later, report);
  }
  return {
    ...{ streams: feed.streams, charges, open, balances, accounts },
    views: later ?? views ?? { payments: new Map(), refunds: new Map() },
    devices: await scoredDevices(world, merchantsOf(feed)),
    findings: sentences,
  };
}

/**
 * Waits until nothing is under way, then reads the ledger at a moment when no event comes.
 * @param overdue payments that are not waited for again
 */
async function settled(reading: Reading, overdue: ReadonlySet<string>): Promise<Settled> {
  const { ask, feed, setting, report } = reading;
  for (let tried = 0; tried < MAX_BOOK_READINGS; tried += 1) {
    const { charges, unsettled } = await waitUntilSettled(reading, overdue);
    const events = feed.marks.length;
    const books = await readBooks(ask, feed, setting.networkIds);
    const open = await openAmong(ask, feed, unsettled);
    await readFeed(ask, feed, report);
    if (feed.marks.length === events) return { ...books, charges, unsettled, open };
  }
  throw new CouldNotRun(
    `The feed went on in each of ${MAX_BOOK_READINGS} readings of the ledger, although nothing was sent any more.`,
  );
}

async function waitUntilSettled(reading: Reading, overdue: ReadonlySet<string>) {
  const { ask, world, setting, feed, waits, report } = reading;
  const untilMs = waits.nowMs() + SETTLE_TIMEOUT_MS;
  await readFeed(ask, feed, report);
  for (;;) {
    // In this order: what a provider was asked has its events before.
    const charges = await chargesInForce(world, setting.providerIds);
    const more = await readFeed(ask, feed, report);
    const unsettled = new Set(unsettledPayments(feed.streams, charges));
    const isSettled = more === 0 && [...unsettled].every((id) => overdue.has(id));
    if (isSettled || waits.nowMs() >= untilMs) return { charges, unsettled };
    await waits.sleep(SETTLE_POLL_MS);
  }
}

/** Of what is still not settled: that of which the platform itself says so. */
async function openAmong(
  ask: Ask,
  { streams }: Feed,
  unsettled: ReadonlySet<string>,
): Promise<Set<string>> {
  const open = new Set<string>();
  for (const paymentId of unsettled) {
    const payment = streams.get(paymentId)?.payment;
    const isPending = payment?.status === 'processing' || (payment?.pendingRefunds.size ?? 0) > 0;
    const view = isPending ? undefined : await ask.ifOffered<Payment>('getPayment', { paymentId });
    if (isPending || view?.status === 'processing') open.add(paymentId);
  }
  return open;
}

async function viewsAfter(reading: Reading, sample: Sample): Promise<Views | undefined> {
  const { ask, feed, report } = reading;
  const views = await unless(report, () => readViews(ask, sample));
  await readFeed(ask, feed, report);
  return views;
}

function merchantsOf({ streams }: Feed): Set<string> {
  return new Set([...streams.values()].flatMap(({ payment }) => payment?.merchantId ?? []));
}

function holdBooksStay(before: Books, after: Books, report: Report): void {
  before.balances.forEach((balance, index) => {
    if (isDeepStrictEqual(balance, after.balances[index])) return;
    report(
      `After one more kill and restart the trial balance in ${balance.currency} is ${JSON.stringify(after.balances[index])} instead of ${JSON.stringify(balance)}, without an event between.`,
    );
  });
}

/** What the contract names: a platform may tell more, and other things each time. */
const KEPT = [
  ...['status', 'amountMinor', 'currency', 'amountCapturableMinor', 'amountReceivedMinor'],
  ...['amountRefundedMinor', 'declineCode', 'cancellationReason', 'regionId', 'settlement'],
  ...['paymentId', 'merchantId', 'createdMs', 'version'],
];

function holdViewsStay(before: Views, after: Views, report: Report): void {
  for (const kind of ['payments', 'refunds'] as const) {
    for (const [id, view] of before[kind]) {
      const now = after[kind].get(id);
      // What is not final moves on, and with it its version.
      if (!now || now.version > view.version) continue;
      const [old, fresh] = [view, now].map((each) => kept({ ...each }));
      if (isDeepStrictEqual(old, fresh)) continue;
      report(
        `After one more kill and restart ${id} is shown as ${JSON.stringify(fresh)} instead of ${JSON.stringify(old)}.`,
      );
    }
  }
}

function kept(view: Readonly<Record<string, unknown>>): unknown[] {
  return KEPT.map((name) => view[name]);
}
