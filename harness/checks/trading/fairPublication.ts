/** HFT-MD-02: what is private is durable before it is seen, and what is public is anonymous. */
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { auditEvent, witnessOf } from './auditJournal.ts';
import { openFeed } from './feedBook.ts';
import { hold } from '../kit/hold.ts';
import { flows, openFlow, runFlow } from './marketFlow.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { priceAt, told, venueSession } from './venueSession.ts';

const KILLS = 3;

const fillIsDurable: Check = {
  id: 'fill-is-durable',
  isolation: 'exclusive',
  needs: ['restart'],
  async run(context) {
    const { target, hit } = context;
    holdCanRestart(target);
    const venue = venueSession(context.session());
    const { symbol, maker, taker } = await openFlow(venue);
    for (let kill = 1; kill <= KILLS; kill += 1) {
      const order = { symbol, priceE4: priceAt(0) };
      await venue.rest({ ...order, account: maker, side: 'SELL', qty: 2 });
      await venue.rest({ ...order, account: maker, side: 'SELL', qty: 3 });
      const report: ExecutionReport = await venue.submit({
        ...{ ...order, account: taker, side: 'BUY', qty: 5 },
      });
      await killAndRestart(target);
      hold(report.fills.length > 0, `${told(report)} reported no fill.`, 'fills', report);
      const auditSeq = witnessOf(report, told(report));
      const event = await auditEvent(venue, auditSeq);
      const { fills = [] } = event.output as Partial<ExecutionReport>;
      const trades = await venue.trades(symbol);
      for (const { tradeId } of report.fills) {
        hold(
          fills.some((fill) => fill.tradeId === tradeId),
          `Trade ${tradeId} was reported, then the venue was killed, and audit event ${auditSeq} does not have it.`,
          report.fills,
          event,
        );
        hold(
          trades.some((trade) => trade.tradeId === tradeId),
          `Trade ${tradeId} was reported, then the venue was killed, and listTrades no longer has it.`,
          tradeId,
          trades,
        );
        hit('fills');
      }
      hit('kills');
    }
  },
};

const publicIsAnonymous: Check = {
  id: 'public-is-anonymous',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      flows,
      async (steps, session) => {
        const venue = venueSession(session);
        const market = await openFlow(venue);
        const { symbol, maker, taker } = market;
        const secrets = new Set([maker, taker]);
        const feed = await openFeed(session, symbol);
        const messages: [string, unknown][] = [];
        await runFlow(venue, market, steps, async (report) => {
          secrets.add(report.clOrdId);
          const { seq } = report;
          messages.push(['getBook', await venue.book(symbol)]);
          if (seq !== null && seq > 0) await feed.waitFor(seq);
        });
        const late = await openFeed(session, symbol);
        await late.waitFor(0);
        messages.push(['listTrades', await venue.trades(symbol)]);
        messages.push(['getSymbol', await venue.symbolReport(symbol)]);
        for (const message of [...feed.messages, ...late.messages])
          messages.push(['feed', message]);
        for (const [what, message] of messages) {
          const text = JSON.stringify(message);
          for (const secret of secrets) {
            hold(
              !text.includes(secret),
              `A public message (${what}) tells ${secret}, which is ${secret === maker || secret === taker ? 'an account' : 'a clOrdId'}.`,
              'neither accounts nor clOrdIds',
              message,
            );
          }
        }
        const isAlive = feed.messages.some(({ type }) => type === 'EXECUTE');
        if (isAlive) hit('messages', messages.length);
      },
      { runs: 5 },
    ),
};

export const fairPublication: readonly Check[] = [fillIsDurable, publicIsAnonymous];
