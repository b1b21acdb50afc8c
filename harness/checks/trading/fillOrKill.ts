/** HFT-MATCH-05: a FOK order trades wholly or not at all. */
import fc from 'fast-check';
import type { Check, Session } from '../check.ts';
import { hold, holdOneOf } from '../kit/hold.ts';
import { predict } from './model.ts';
import { deepScenes, stage } from './scene.ts';
import type { ScenePlan } from './scene.ts';
import { because, holdBookUnchanged, told, venueSession } from './venueSession.ts';

const cases = fc.record({ plan: deepScenes, reach: fc.nat(3), extra: fc.nat(8) });
type Case = { plan: ScenePlan; reach: number; extra: number };

/** A FOK for more than stands within its limit, or for at most that. */
async function sendFok({ plan, reach, extra }: Case, session: Session, size: 'too-much' | 'fits') {
  const venue = venueSession(session);
  const { symbol, side, taker, makers, available, at } = await stage(venue, plan);
  const best = Math.min(...plan.makers.map(({ away }) => away));
  const order = { account: taker, side, priceE4: at(best + reach), type: 'LIMIT' } as const;
  const within = predict(makers, { ...order, qty: available }).cumQty;
  const qty = size === 'too-much' ? within + 1 + extra : 1 + (extra % within);
  const before = await venue.book(symbol);
  const report = await venue.submit({ ...order, symbol, qty, tif: 'FOK' });
  const standing = before[side === 'BUY' ? 'asks' : 'bids'].length;
  return { venue, symbol, report, before, within, qty, standing };
}

const fokAllOrNothing: Check = {
  id: 'fok-all-or-nothing',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(cases, async (each, session) => {
      const { report, within } = await sendFok(each, session, 'too-much');
      const { cumQty, fills } = report;
      hold(
        cumQty === 0 && fills.length === 0,
        `${told(report)}, FOK, traded ${cumQty} in ${fills.length} fills, although only ${within} stood within its limit.`,
        { cumQty: 0, fills: [] },
        { cumQty, fills },
      );
      holdOneOf(
        report.ordStatus,
        ['REJECTED', 'CANCELED', 'EXPIRED'],
        `${told(report)}, an unfillable FOK, ends wrongly`,
      );
      holdOneOf(
        report.reason,
        ['FOK_UNFILLABLE'],
        `${told(report)}, an unfillable FOK, has the wrong reason`,
      );
      hit('unfillable');
    }),
};

const fokLeavesNoTrace: Check = {
  id: 'fok-leaves-no-trace',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(cases, async (each, session) => {
      const { venue, symbol, report, before, standing } = await sendFok(each, session, 'too-much');
      holdBookUnchanged(before, await venue.book(symbol), `${told(report)}, an unfillable FOK,`);
      if (standing > 0) hit('unfillable');
    }),
};

const fokFillsWhenPossible: Check = {
  id: 'fok-fills-when-possible',
  isolation: 'shared',
  run: ({ property, hit }) =>
    property(cases, async (each, session) => {
      const { report, within, qty } = await sendFok(each, session, 'fits');
      hold(
        report.cumQty === qty && report.ordStatus === 'FILLED',
        `${told(report)}, FOK, is ${report.ordStatus}${because(report)} with cumQty ${report.cumQty}, although ${within} stood within its limit.`,
        { ordStatus: 'FILLED', cumQty: qty },
        report,
      );
      hit('fillable');
    }),
};

export const fillOrKill: readonly Check[] = [
  fokAllOrNothing,
  fokLeavesNoTrace,
  fokFillsWhenPossible,
];
