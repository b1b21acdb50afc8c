/** HFT-MATCH-04: an IOC order trades what it can at once and never rests. */
import fc from 'fast-check';
import type { ExecutionReport } from '../../../spec/trading/messages.d.ts';
import type { Check, Session } from '../check.ts';
import { hold, holdOneOf, sameJson } from '../kit/hold.ts';
import { predict } from './model.ts';
import { deepScenes, qtyArbitrary, stage } from './scene.ts';
import type { Scene, ScenePlan } from './scene.ts';
import { levelsText, told, venueSession } from './venueSession.ts';
import type { VenueSession } from './venueSession.ts';

/** The limit reaches the best level and not always the last; the quantity is more than it reaches, or less. */
const cases = fc.record({
  plan: deepScenes,
  reach: fc.nat(3),
  extra: fc.integer({ min: -4, max: 9 }),
});
type Case = { plan: ScenePlan; reach: number; extra: number };

interface Sent {
  readonly venue: VenueSession;
  readonly scene: Scene;
  readonly report: ExecutionReport;
  readonly priceE4: number;
  /** What stood within the limit, and was therefore to be traded. */
  readonly tradable: number;
}

/** `atLeast`: the smallest `extra`; 1 makes sure of a remainder. */
async function sendIoc({ plan, reach, extra }: Case, session: Session, atLeast: number) {
  const venue = venueSession(session);
  const scene = await stage(venue, plan);
  const best = Math.min(...plan.makers.map(({ away }) => away));
  const priceE4 = scene.at(best + reach);
  const probe = { account: scene.taker, side: scene.side, priceE4, type: 'LIMIT' } as const;
  const within = predict(scene.makers, { ...probe, qty: scene.available }).cumQty;
  const qty = Math.max(1, within + Math.max(extra, atLeast));
  const { symbol } = scene;
  const before = await venue.book(symbol);
  const report = await venue.submit({ ...probe, symbol, qty, tif: 'IOC' });
  const sent: Sent = { venue, scene, report, priceE4, tradable: Math.min(qty, within) };
  return { ...sent, qty, before };
}

const iocFillsAvailable: Check = {
  id: 'ioc-fills-available',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(
      fc.record({ each: cases, isLarge: fc.boolean() }),
      async ({ each, isLarge }, session) => {
        const { report, tradable, qty } = await sendIoc(each, session, isLarge ? 1 : -4);
        hold(
          report.cumQty === tradable,
          `${told(report)}, IOC, filled ${report.cumQty}, although ${tradable} stood within its limit.`,
          tradable,
          report.cumQty,
        );
        if (report.cumQty < qty) hit('partialIocs');
      },
      { runs: 40 },
    ),
};

const iocRemainderCanceled: Check = {
  id: 'ioc-remainder-canceled',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(cases, async (each, session) => {
      const { report, qty } = await sendIoc(each, session, 1);
      // How much it fills is another clause; more than there was cannot have been.
      if (report.cumQty === qty) return;
      holdOneOf(report.ordStatus, ['CANCELED', 'EXPIRED'], `${told(report)}, IOC, ends wrongly`);
      holdOneOf(
        report.execType,
        ['CANCELED', 'EXPIRED'],
        `${told(report)}, IOC, has the wrong execType`,
      );
      holdOneOf(report.reason, ['IOC'], `${told(report)}, IOC, has the wrong reason`);
      hit('remainders');
    }),
};

const iocNeverRests: Check = {
  id: 'ioc-never-rests',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(fc.record({ each: cases, own: qtyArbitrary }), async ({ each, own }, session) => {
      const { venue, scene, report, priceE4, qty, before } = await sendIoc(each, session, 1);
      const { symbol, side, makerSide, owners } = scene;
      const mine = side === 'BUY' ? 'bids' : 'asks';
      const book = await venue.book(symbol);
      hold(
        sameJson(book[mine], before[mine]),
        `${told(report)}, IOC, rests: the ${mine} of ${symbol} changed.`,
        levelsText(before),
        levelsText(book),
      );
      const probe = await venue.submit({
        ...{ account: owners[0]!, symbol, side: makerSide, priceE4, qty: own, tif: 'IOC' },
      });
      hold(
        probe.cumQty === 0,
        `${told(report)}, IOC, rests: ${told(probe)} traded ${probe.cumQty} with it afterwards.`,
        0,
        probe.cumQty,
      );
      const theirs = side === 'BUY' ? before.asks : before.bids;
      if (report.cumQty < qty && theirs.length > 0) hit('remainders');
    }),
};

export const immediateOrCancel: readonly Check[] = [
  iocFillsAvailable,
  iocRemainderCanceled,
  iocNeverRests,
];
