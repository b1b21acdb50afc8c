/** HFT-COMP-03: a crash loses nothing that was acknowledged and leaves nothing half done. */
import type {
  AuditEvent,
  AuditPage,
  CancelAll,
  CancelOrder,
  ExecutionReport,
  ReplaceOrder,
  SubmitOrder,
} from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import type { Answer, JsonObject } from '../../target/target.ts';
import { comparable, readAudit, witnessOf } from './auditJournal.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { afterAnswers, killInFlight } from '../kit/killInFlight.ts';
import { readPages } from '../kit/readPages.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { orderLedger } from './orderLedger.ts';
import type { OrderLedger } from './orderLedger.ts';
import { levelsText, openOrder, priceAt, sameLevels, told, venueSession } from './venueSession.ts';
import type { OpenOrder, VenueSession } from './venueSession.ts';

interface Market {
  readonly venue: VenueSession;
  readonly symbol: string;
  readonly accounts: readonly [string, string, string];
  readonly ledger: OrderLedger;
  /** The audit event after the last one that the ledger has. */
  nextSeq: number;
}

interface Acknowledged {
  readonly request: SubmitOrder;
  readonly report: ExecutionReport;
}

const KILLS_WHILE_SENDING = 10;
const KILLS_WHILE_MATCHING = 4;
const KILLS_BETWEEN = 3;

const acknowledgedSurvives: Check = {
  id: 'acknowledged-survives',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const market = await openMarket(venueSession(context.session()));
    const { venue } = market;
    for (let kill = 0; kill < KILLS_WHILE_SENDING; kill += 1) {
      const requests = waveOfOrders(market, kill);
      const send = (request: SubmitOrder) => () =>
        venue.session.raw('submitOrder', request as unknown as JsonObject);
      const moment = afterAnswers(4 + (kill % 5));
      const { answers } = await killInFlight(target, requests.map(send), moment);
      hit('kills');
      const acknowledged = answers.flatMap((answer, index): Acknowledged[] =>
        answer.kind === 'ok'
          ? [{ request: requests[index]!, report: answer.output as unknown as ExecutionReport }]
          : [],
      );
      const events = await replayJournal(market);
      for (const { request, report } of acknowledged) {
        await holdInForce(market, events, request, report);
        hit('acknowledged');
      }
    }
  },
};

/** Orders that rest and orders that take, so that acknowledged ones have fills. */
function waveOfOrders({ venue, symbol, accounts }: Market, round: number): SubmitOrder[] {
  return Array.from({ length: 12 }, (_, index) => {
    const isTaking = index % 3 === 2;
    return venue.order({
      ...{ symbol, account: accounts[isTaking ? 2 : index % 2]! },
      ...{ side: isTaking ? 'BUY' : 'SELL', priceE4: priceAt(index % 4), qty: 2 + (round % 3) },
      ...(isTaking && { tif: 'IOC' }),
    });
  });
}

async function holdInForce(
  { venue, ledger }: Market,
  events: ReadonlyMap<number, AuditEvent>,
  request: SubmitOrder,
  report: ExecutionReport,
): Promise<void> {
  const auditSeq = witnessOf(report, told(report));
  const event = events.get(auditSeq);
  hold(
    event !== undefined && sameJson(comparable(event.output), comparable(report)),
    `${told(report)} was acknowledged with auditSeq ${auditSeq}, then the venue was killed, and ${event ? `event ${auditSeq} now tells something else` : `its journal has no event ${auditSeq}`}.`,
    report,
    event,
  );
  if (report.ordStatus === 'REJECTED' || report.orderId === null) return;
  const { account, clOrdId } = request;
  const answer = await venue.attempt<ExecutionReport>('getOrder', { account, clOrdId });
  const after = ledger.orders.get(report.orderId);
  const now = answer.kind === 'ok' ? answer.output : undefined;
  hold(
    now?.orderId === report.orderId &&
      now.cumQty === after?.cumQty &&
      now.leavesQty === after.leavesQty,
    `${told(report)} was acknowledged (${report.orderId}), then the venue was killed. By the journal it has cumQty ${after?.cumQty} and leavesQty ${after?.leavesQty}; getOrder says ${now ? `cumQty ${now.cumQty} and leavesQty ${now.leavesQty}` : 'UNKNOWN_ORDER'}.`,
    after,
    answer,
  );
}

const nothingHalfApplied: Check = {
  id: 'nothing-half-applied',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const market = await openMarket(venueSession(context.session()));
    for (let kill = 0; kill < KILLS_WHILE_MATCHING; kill += 1) {
      const wave = await waveOfEverything(market);
      await killInFlight(target, wave, afterAnswers(1 + 2 * kill));
      await replayJournal(market);
      await holdStateIsJournal(market, `After kill ${kill + 1}`);
      hit('kills');
    }
  },
};

/** Sweeps of several orders, cancels and replaces of the same ones, at once. */
async function waveOfEverything(market: Market): Promise<(() => Promise<Answer>)[]> {
  const { venue, symbol, accounts } = market;
  const [ann, bob, tom] = accounts;
  const resting: OpenOrder[] = [];
  for (let index = 0; index < 8; index += 1) {
    const account = index % 2 === 0 ? ann : bob;
    const how = { side: 'SELL', priceE4: priceAt(index % 3), qty: 2 } as const;
    resting.push(await venue.rest({ account, symbol, ...how }));
  }
  const raw = (operation: string, input: object) => () =>
    venue.session.raw(operation, input as JsonObject);
  const sweep = (): (() => Promise<Answer>) =>
    raw(
      'submitOrder',
      venue.order({ account: tom, symbol, side: 'BUY', priceE4: priceAt(3), qty: 5, tif: 'IOC' }),
    );
  const cancel = ({ orderId, account }: OpenOrder) => raw('cancelOrder', { orderId, account });
  const replace = ({ orderId, account, clOrdId }: OpenOrder) =>
    raw('replaceOrder', { orderId, account, newClOrdId: venue.id(`r${clOrdId}`), qty: 3 });
  const [a, b, c, d] = resting as [OpenOrder, OpenOrder, OpenOrder, OpenOrder];
  const massCancel = raw('cancelAll', { account: bob, reason: 'check' });
  return [sweep(), cancel(a), sweep(), replace(b), replace(c), sweep(), cancel(d), massCancel];
}

async function holdStateIsJournal(market: Market, when: string): Promise<void> {
  const { venue, symbol, accounts, ledger } = market;
  const book = await venue.book(symbol);
  const levels = ledger.levels();
  hold(
    sameLevels(book, levels),
    `${when} the book of ${symbol} is not what the journal's outcomes add up to.`,
    levelsText(levels),
    levelsText(book),
  );
  for (const account of accounts) {
    holdSame(
      await venue.position(account, symbol),
      ledger.position(account),
      `${when} the position of ${account} is not what the journal's outcomes add up to.`,
    );
  }
  const trades = await venue.trades(symbol);
  holdSame(
    trades.map(({ tradeId }) => tradeId),
    ledger.fills.map(({ tradeId }) => tradeId),
    `${when} listTrades of ${symbol} has other trades than the journal.`,
  );
}

const sequencesContinue: Check = {
  id: 'sequences-continue',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const { venue, symbol, accounts } = await openMarket(venueSession(context.session()));
    const used = new Set<string>();
    let lastSeq = 0;
    let lastAuditSeq = 0;
    const fresh = (id: string, what: string): void => {
      hold(!used.has(id), `The ${what} ${id} was used before the venue was killed, and again.`);
      used.add(id);
    };
    for (let kill = 0; kill <= KILLS_BETWEEN; kill += 1) {
      const order = { symbol, priceE4: priceAt(0) };
      for (let trade = 0; trade < 3; trade += 1) {
        const resting = await venue.submit({
          ...order,
          account: accounts[0],
          side: 'SELL',
          qty: 3,
        });
        const taken = await venue.submit({ ...order, account: accounts[1], side: 'BUY', qty: 2 });
        for (const report of [resting, taken]) {
          fresh(openOrFilled(report), 'orderId');
          const auditSeq = witnessOf(report, told(report));
          hold(
            auditSeq > lastAuditSeq,
            `${told(report)} has auditSeq ${auditSeq}, although ${lastAuditSeq} had been used${kill > 0 ? ' before a kill' : ''}.`,
            `above ${lastAuditSeq}`,
            auditSeq,
          );
          lastAuditSeq = auditSeq;
          hold(
            (report.seq ?? 0) > lastSeq,
            `${told(report)} leaves ${symbol} at seq ${report.seq}, although ${lastSeq} had been used${kill > 0 ? ' before a kill' : ''}.`,
            `above ${lastSeq}`,
            report.seq,
          );
          lastSeq = report.seq ?? 0;
        }
        for (const { tradeId } of taken.fills) fresh(tradeId, 'tradeId');
      }
      if (kill === KILLS_BETWEEN) break;
      await killAndRestart(target);
      hit('kills');
    }
  },
};

function openOrFilled(report: ExecutionReport): string {
  if (report.ordStatus === 'FILLED' && report.orderId !== null) return report.orderId;
  return openOrder(report).orderId;
}

async function openMarket(venue: VenueSession): Promise<Market> {
  const symbol = await venue.symbol('ACME');
  const accounts = [
    await venue.account('ann'),
    await venue.account('bob'),
    await venue.account('tom'),
  ] as const;
  return { venue, symbol, accounts, ledger: orderLedger(symbol), nextSeq: 1 };
}

/** Adds what the journal has got since to the ledger; answers the events, by auditSeq. */
async function replayJournal(market: Market): Promise<Map<number, AuditEvent>> {
  const { venue, ledger } = market;
  const last = await lastAuditSeq(venue, market.nextSeq);
  const events = await readAudit(venue, market.nextSeq, last);
  market.nextSeq = last + 1;
  for (const { operation, input, output } of events) {
    const report = output as Partial<ExecutionReport>;
    // A refusal is a problem document, and changed nothing.
    if ('code' in output) continue;
    if (operation === 'submitOrder') {
      ledger.submitted(report as ExecutionReport, (input as SubmitOrder).tif);
    } else if (operation === 'cancelOrder') ledger.canceled((input as CancelOrder).orderId);
    else if (operation === 'replaceOrder') {
      ledger.replaced((input as ReplaceOrder).orderId, report as ExecutionReport);
    } else if (operation === 'cancelAll') ledger.massCanceled((input as CancelAll).account);
  }
  return new Map(events.map((event) => [event.auditSeq, event]));
}

/** Where the journal ends now. Each round adds some dozens of events, so it is soon found. */
async function lastAuditSeq(venue: VenueSession, fromSeq: number): Promise<number> {
  const events = await readPages<AuditEvent>({
    ...{ what: 'listAudit', from: fromSeq, maxPages: 100 },
    async page(from) {
      const page: AuditPage = await venue.call('listAudit', { fromSeq: from, limit: 1_000 });
      return { items: page.events, next: page.events.length === 0 ? null : page.nextFromSeq };
    },
  });
  return events.at(-1)?.auditSeq ?? fromSeq - 1;
}

export const recovery: readonly Check[] = [
  acknowledgedSurvives,
  nothingHalfApplied,
  sequencesContinue,
];
