/** HFT-COMP-01.d: nothing is fire-and-forget. What cannot be journaled does not happen. */
import type { AuditEvent, ExecutionReport, StateHash } from '../../../spec/trading/messages.d.ts';
import type { JsonObject } from '../../target/target.ts';
import { Violation } from '../check.ts';
import type { Check } from '../check.ts';
import { sendUnwritable, untilWritable } from '../kit/unwritableStore.ts';
import type { Command, LimitFiles, Sent } from '../kit/unwritableStore.ts';
import { comparable } from './auditJournal.ts';
import { asker } from './campaign/ask.ts';
import { idempotencyKeyOf } from './campaign/commands.ts';
import { holdFinalState } from './campaign/holdFinalState.ts';
import { readJournal } from './campaign/readJournal.ts';
import { venueLedger } from './campaign/venueLedger.ts';
import { viewOf } from './campaign/venueView.ts';
import { hold, holdSame, sameJson } from '../kit/hold.ts';
import { holdCanRestart, killAndRestart } from '../kit/restart.ts';
import { priceAt, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

interface Market {
  readonly venue: VenueSession;
  readonly symbol: string;
  readonly maker: string;
  readonly taker: string;
}

export function unwritableJournal(limitFiles: LimitFiles): Check {
  return {
    id: 'audit-unavailable',
    isolation: 'exclusive',
    needs: ['state-hash', 'restart'],
    async run(context) {
      const { target, hit } = context;
      holdCanRestart(target);
      const venue = venueSession(context.session());
      const market: Market = {
        ...{ venue, symbol: await venue.symbol('ACME') },
        ...{ maker: await venue.account('ann'), taker: await venue.account('tom') },
      };
      for (let level = 0; level < 3; level += 1) await rest(market, level);
      const before = await venue.call<StateHash>('getStateHash', {});

      const sent = await sendUnwritable({
        ...{ session: venue.session, target, limitFiles, code: 'AUDIT_UNAVAILABLE' },
        waveOf: (wave) => waveOf(market, wave),
      });
      const refused = sent.filter(({ answer }) => answer.kind === 'refused');
      hit('refused', refused.length);
      await untilWritable(
        () => takesCommands(market),
        () => killAndRestart(target),
      );
      const after = await venue.call<StateHash>('getStateHash', {});
      if (refused.length === sent.length) {
        holdSame(
          after.snapshot,
          before.snapshot,
          `${sent.length} commands were refused with AUDIT_UNAVAILABLE, and the state has changed.`,
        );
      }
      await holdJournal(market, sent);
      for (const { operation, input } of refused) {
        const answer = await venue.attempt(operation, input);
        hold(
          answer.kind === 'ok',
          `${operation} was refused with AUDIT_UNAVAILABLE; sent again when the journal could be written, it is refused with ${answer.kind === 'refused' ? answer.problem.code : ''}.`,
          'a reply',
          answer,
        );
        hit('resent');
      }
      await holdJournal(market, []);
      const last = await venue.call<StateHash>('getStateHash', {});
      await killAndRestart(target);
      holdSame(
        (await venue.call<StateHash>('getStateHash', {})).snapshot,
        last.snapshot,
        'After a time without a writable journal, SIGKILL and a restart give another state.',
      );
    },
  };
}

function rest({ venue, symbol, maker }: Market, level: number): Promise<unknown> {
  return venue.rest({ account: maker, symbol, side: 'SELL', priceE4: priceAt(level), qty: 3 });
}

/** Orders that rest and orders that take. Nothing speaks against any of them, so that nothing but the journal can refuse it. */
function waveOf({ venue, symbol, maker, taker }: Market, wave: number): Command[] {
  const order = { symbol, qty: 1, priceE4: priceAt(0) };
  const requests = [
    venue.order({ ...order, account: taker, side: 'BUY' }),
    venue.order({ ...order, account: maker, side: 'SELL', priceE4: priceAt(5 + wave) }),
    venue.order({ ...order, account: taker, side: 'BUY', tif: 'IOC', priceE4: priceAt(3) }),
  ];
  return requests.map((input) => ({
    operation: 'submitOrder',
    input: input as unknown as JsonObject,
  }));
}

/** Asks with a cancel of nothing, which is sequenced, and changes nothing. */
async function takesCommands({ venue, maker }: Market): Promise<boolean> {
  const answer = await venue.session.raw('cancelOrder', {
    ...{ orderId: venue.id('nothing'), account: maker },
  });
  return answer.kind === 'refused' && answer.problem.code === 'UNKNOWN_ORDER';
}

/** The journal is whole, has what was acknowledged and nothing that was refused, and the state is what it adds up to. */
async function holdJournal({ venue }: Market, sent: readonly Sent[]): Promise<void> {
  const broken = (sentence: string): void => {
    throw new Violation(`After a time without a writable journal: ${sentence}`);
  };
  const ask = asker((operation, input) => venue.session.raw(operation, input));
  const journal = await readJournal(ask, broken);
  const byKey = new Map<string | undefined, AuditEvent>();
  const ledger = venueLedger(broken);
  for (const event of journal) {
    byKey.set(idempotencyKeyOf(event.operation, event.input), event);
    ledger.apply(event);
  }
  for (const { operation, input, answer } of sent) {
    const event = byKey.get(idempotencyKeyOf(operation, input));
    if (answer.kind === 'refused') {
      hold(
        event === undefined,
        `${operation} was refused with AUDIT_UNAVAILABLE, and audit event ${event?.auditSeq} has it.`,
        'no event',
        event,
      );
    } else if (answer.kind === 'ok') {
      const report = answer.output as unknown as ExecutionReport;
      hold(
        event !== undefined && sameJson(comparable(event.output), comparable(report)),
        `${operation} was acknowledged with auditSeq ${report.auditSeq} while no file could be written, and the journal does not have that report.`,
        report,
        event,
      );
    }
  }
  holdFinalState(ledger, await viewOf(ask, journal), broken);
}
