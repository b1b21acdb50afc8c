/** HFT-RISK-03: no limits, no trading. */
import fc from 'fast-check';
import type { ExecutionReport, Reason } from '../../../spec/trading/messages.d.ts';
import type { Check } from '../check.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import {
  holdAccepted,
  holdBookUnchanged,
  holdRejected,
  priceAt,
  told,
  venueSession,
} from './venueSession.ts';

const orders = fc.record({
  side: sideArbitrary,
  qty: qtyArbitrary,
  /** Whether it would trade with what rests, or rest itself. */
  ticks: fc.constantFrom(0, 3),
});

/** An account sends orders that are refused, then gets (back) its limits and sends the same. */
function refusedUntilLimited(
  id: string,
  reasons: readonly Reason[],
  why: string,
  before: 'unknown' | 'disabled',
): Check {
  return {
    id,
    isolation: 'shared',
    run: ({ property, hit }) =>
      property(
        orders,
        async ({ side, qty, ticks }, session) => {
          const venue = venueSession(session);
          const [symbol, other] = await Promise.all([venue.symbol('ACME'), venue.account('bob')]);
          const resting = { account: other, symbol, side: oppositeOf(side), qty };
          await venue.rest({ ...resting, priceE4: priceAt(0) });
          const account = venue.id('ann');
          if (before === 'disabled') await venue.account('ann', { enabled: false });
          const awayTicks = side === 'BUY' ? -ticks : ticks;
          const send = (): Promise<ExecutionReport> =>
            venue.submit({ account, symbol, side, priceE4: priceAt(awayTicks), qty });
          const book = await venue.book(symbol);
          for (const report of [await send(), await send()]) {
            holdRejected(report, reasons, why);
            holdBookUnchanged(book, await venue.book(symbol), told(report));
            hit('refused');
          }
          await venue.account('ann', { enabled: true });
          holdAccepted(await send(), 'the account has limits now and is enabled');
        },
        { runs: 8 },
      ),
  };
}

export const failClosed: readonly Check[] = [
  refusedUntilLimited(
    'no-limits-no-trading',
    ['UNKNOWN_ACCOUNT', 'RISK_NO_LIMITS'],
    'its account has no limits',
    'unknown',
  ),
  refusedUntilLimited('disabled-account', ['KILL_SWITCH'], 'its account is disabled', 'disabled'),
];
