/**
 * What is read when everything has healed and nothing is sent any more: all that the history names. Then once more after another kill, and
 * what is still held a third time when its deadline has come.
 */
import type { Order, Reservation, Stock } from '../../../../spec/marketplace/messages.d.ts';
import { asker } from '../../askHealed.ts';
import type { CampaignFinalContext } from '../../campaignJudge.ts';
import { CouldNotRun } from '../../check.ts';
import { restartOnce, unless } from '../../kit/campaign/finalFrame.ts';
import type { Waits } from '../../kit/campaign/finalFrame.ts';
import { findings } from '../../kit/campaign/findings.ts';
import { marketWorld } from '../worldQuestions.ts';
import { marketHistory, possibleCommands } from './commands.ts';
import { readAll } from './readAll.ts';
import { readOrders, readStocks, readView } from './view.ts';
import type { Known, MarketView, OrdersView, Reading } from './view.ts';

export interface MarketFinals {
  /** Before one more kill; undefined when what it showed has not the shape of the contract. */
  readonly before: MarketView | undefined;
  readonly after: MarketView | undefined;
  /** After that, at the last of the deadlines: what was held. */
  readonly due: DueView | undefined;
  /** Products that the load was set up with. */
  readonly productIds: readonly string[];
  /** Of the newest operation that was known when it was read. */
  readonly lastEvent: number;
  /** Sentences: what was wrong while it was read. */
  readonly findings: readonly string[];
}

export interface DueView {
  readonly nowMs: number;
  readonly reservations: Known<Reservation>;
  readonly stocks: Known<Stock>;
}

/** What is not known has to be resolved 20 s after the payment service answers again. */
const SETTLE_TIMEOUT_MS = 25_000;
const SETTLE_POLL_MS = 1_000;
/** Of all keys: so many are asked for again after the last kill. */
const KEYS_AGAIN = 2_000;

export async function finalReads(
  context: CampaignFinalContext,
  waits: Waits,
): Promise<MarketFinals> {
  if (!context.world) throw new CouldNotRun('Without the book of the charges nothing is shown.');
  const { operations } = await context.history();
  const history = marketHistory(operations);
  const productIds = productsOf(context);
  const reading: Reading = {
    ...{ ask: asker(context.call, context.errors), world: marketWorld(context.world) },
    ...{ history, productIds, waits },
  };
  const { sentences, report } = findings();
  const keys = possibleCommands(history).map(({ key }) => key);

  const overdue = await unless(report, () => untilSettled(reading, new Set()));
  const before = await unless(report, () => readView(reading, keys));
  const after = await unless(report, async () => {
    await restartOnce(context, 'the market');
    await untilSettled(reading, overdue ?? new Set());
    return readView(reading, someOf(keys, KEYS_AGAIN), before);
  });
  const due = after && (await unless(report, () => readDue(reading, after)));
  const lastEvent = operations.reduce((last, { callEvent }) => Math.max(last, callEvent), 0);
  return { before, after, due, productIds, lastEvent, findings: sentences };
}

function productsOf({ setUp }: CampaignFinalContext): string[] {
  const stocked = setUp.filter(({ operation }) => operation === 'putStock');
  return [...new Set(stocked.map(({ input }) => String(input['productId'])))];
}

/**
 * Waits until no order is PENDING and the charges in force are those of orders that are paid for.
 * @param overdue orders and keys that are not waited for again
 * @returns those that had their time
 */
async function untilSettled(
  reading: Reading,
  overdue: ReadonlySet<string>,
): Promise<ReadonlySet<string>> {
  const { waits } = reading;
  const untilMs = waits.nowMs() + SETTLE_TIMEOUT_MS;
  for (;;) {
    const unsettled = unsettledIn(await readOrders(reading));
    const isSettled = unsettled.every((id) => overdue.has(id));
    if (isSettled || waits.nowMs() >= untilMs) return new Set(unsettled);
    await waits.sleep(SETTLE_POLL_MS);
  }
}

/** @returns ids of orders, references, and keys */
function unsettledIn({ keys, orders, charges }: OrdersView): string[] {
  const isPaid = (order: Order | null | undefined): boolean =>
    order?.state === 'PAID' || order?.state === 'FULFILLED';
  return [
    ...[...keys].flatMap(([key, record]) => (record?.state === 'in-progress' ? [key] : [])),
    ...[...orders].flatMap(([orderId, order]) => (order?.state === 'PENDING' ? [orderId] : [])),
    ...[...charges.keys()].filter((reference) => !isPaid(orders.get(reference))),
  ];
}

/** Spread over the whole campaign. */
function someOf(keys: readonly string[], most: number): string[] {
  const every = Math.ceil(keys.length / most);
  return keys.filter((_key, index) => index % every === 0);
}

/** Undefined where nothing is held, or there is no clock to move. */
async function readDue(reading: Reading, view: MarketView): Promise<DueView | undefined> {
  const { ask } = reading;
  const held = [...view.reservations.values()].filter(
    (each): each is Reservation => each?.state === 'HELD',
  );
  if (held.length === 0) return undefined;
  const nowMs = held.reduce((last, { expiresAtMs }) => Math.max(last, expiresAtMs), 0);
  if (!(await ask.ifOffered('setClock', { nowMs }))) return undefined;
  const ids = held.map(({ reservationId }) => reservationId);
  const reservations = await readAll(ids, (reservationId) =>
    ask.ifKnown<Reservation>('getReservation', { reservationId }),
  );
  return { nowMs, reservations, stocks: await readStocks(reading) };
}
