/**
 * The set-up that most matching checks share: resting orders on one side, then an incoming order of another account on the other.
 * Prices are told in ticks *away* from the reference, towards which the incoming order reaches, so that one description serves
 * both sides: the smallest is the best.
 */
import fc from 'fast-check';
import type { Side } from '../../../spec/trading/messages.d.ts';
import { oppositeOf, sum } from './model.ts';
import type { Resting } from './model.ts';
import { priceAt } from './venueSession.ts';
import type { OpenOrder, VenueSession } from './venueSession.ts';

export interface MakerPlan {
  /** Which of the maker accounts, 0 or 1. */
  readonly owner: number;
  readonly away: number;
  readonly qty: number;
}

export interface ScenePlan {
  /** Side of the incoming order. */
  readonly side: Side;
  readonly makers: readonly MakerPlan[];
}

export interface Scene {
  readonly symbol: string;
  readonly side: Side;
  readonly makerSide: Side;
  /** Accounts: of the incoming order, and of the resting ones. */
  readonly taker: string;
  readonly owners: readonly string[];
  /** The resting orders, in the order in which they came. */
  readonly makers: readonly Resting[];
  readonly open: readonly OpenOrder[];
  /** Their total quantity. */
  readonly available: number;
  /** The price `away` ticks from the reference on the makers' side. */
  at(away: number): number;
}

/** So few levels that orders share one, so many that a sweep meets several. */
const MAX_AWAY = 4;
/** Incoming orders that should reach every maker are priced here or beyond. */
export const BEYOND_ALL = MAX_AWAY + 1;

export const sideArbitrary = fc.constantFrom<Side>('BUY', 'SELL');
export const qtyArbitrary = fc.integer({ min: 1, max: 9 });

const maker = fc.record<MakerPlan>({
  owner: fc.nat(1),
  away: fc.integer({ min: 1, max: MAX_AWAY }),
  qty: qtyArbitrary,
});

/** At least one resting order, anywhere. */
export const scenes: fc.Arbitrary<ScenePlan> = fc.record({
  side: sideArbitrary,
  makers: fc.array(maker, { minLength: 1, maxLength: 5 }),
});

/** At least two price levels. */
export const deepScenes: fc.Arbitrary<ScenePlan> = fc
  .record({
    side: sideArbitrary,
    levels: fc.uniqueArray(maker, { selector: ({ away }) => away, minLength: 2, maxLength: 4 }),
    more: fc.array(maker, { maxLength: 3 }),
  })
  .map(({ side, levels, more }) => ({ side, makers: [...levels, ...more] }));

/** All at one price, at least two. */
export const queueScenes: fc.Arbitrary<ScenePlan> = fc.record({
  side: sideArbitrary,
  makers: fc.array(fc.record({ owner: fc.nat(1), away: fc.constant(1), qty: qtyArbitrary }), {
    minLength: 2,
    maxLength: 5,
  }),
});

/** Opens a symbol of its own and places the makers one after another. */
export async function stage(venue: VenueSession, { side, makers }: ScenePlan): Promise<Scene> {
  const [symbol, taker, ...owners] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('tom'),
    venue.account('mia'),
    venue.account('max'),
  ]);
  const at = (away: number): number => priceAt(side === 'BUY' ? away : -away);
  const makerSide = oppositeOf(side);
  const open: OpenOrder[] = [];
  for (const { owner, away, qty } of makers) {
    const account = owners[owner]!;
    open.push(await venue.rest({ account, symbol, side: makerSide, priceE4: at(away), qty }));
  }
  const resting = open.map(({ orderId, account }, index): Resting => {
    const { away, qty } = makers[index]!;
    return { id: orderId, account, side: makerSide, priceE4: at(away), leavesQty: qty };
  });
  const available = sum(makers.map(({ qty }) => qty));
  return { symbol, side, makerSide, taker, owners, makers: resting, open, available, at };
}
