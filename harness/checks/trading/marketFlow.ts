/** A short life of a market - orders, trades, cancels, replaces - for checks that watch it rather than judge it. */
import fc from 'fast-check';
import type { ExecutionReport, Side } from '../../../spec/trading/messages.d.ts';
import { oppositeOf } from './model.ts';
import { qtyArbitrary, sideArbitrary } from './scene.ts';
import { openOrder, priceAt } from './venueSession.ts';
import type { OpenOrder, VenueSession } from './venueSession.ts';

export interface FlowStep {
  readonly side: Side;
  readonly qty: number;
  /** Distance of resting orders from the reference. */
  readonly away: number;
  readonly takes: number;
  readonly then: 'cancel' | 'reduce' | 'move' | 'stay';
}

export const flows: fc.Arbitrary<FlowStep[]> = fc.array(
  fc.record<FlowStep>({
    side: sideArbitrary,
    qty: qtyArbitrary,
    away: fc.integer({ min: 1, max: 4 }),
    takes: qtyArbitrary,
    then: fc.constantFrom('cancel', 'reduce', 'move', 'stay'),
  }),
  { minLength: 3, maxLength: 5 },
);

export interface FlowMarket {
  readonly symbol: string;
  /** Rests. */
  readonly maker: string;
  /** Takes. */
  readonly taker: string;
}

export async function openFlow(venue: VenueSession): Promise<FlowMarket> {
  const [symbol, maker, taker] = await Promise.all([
    venue.symbol('ACME'),
    venue.account('mia'),
    venue.account('tom'),
  ]);
  return { symbol, maker, taker };
}

/** Called with each report of a command, in order, and what it was. */
export type OnReport = (report: ExecutionReport, how: FlowCommand) => void | Promise<void>;

export type FlowCommand =
  { kind: 'submit' } | { kind: 'cancel'; orderId: string } | { kind: 'replace'; orderId: string };

/** Each step: an order rests, part or all of it is taken, and what is left comes to its end. Every step makes at least one trade. */
export async function runFlow(
  venue: VenueSession,
  { symbol, maker, taker }: FlowMarket,
  steps: readonly FlowStep[],
  onReport: OnReport = () => undefined,
): Promise<void> {
  for (const { side, qty, away, takes, then } of steps) {
    const priceE4 = priceAt(side === 'BUY' ? -away : away);
    const resting = await venue.submit({ account: maker, symbol, side, priceE4, qty: qty + 1 });
    await onReport(resting, { kind: 'submit' });
    const open = openOrder(resting);
    const taken = await venue.submit({
      ...{ account: taker, symbol, side: oppositeOf(side), priceE4, qty: takes, tif: 'IOC' },
    });
    await onReport(taken, { kind: 'submit' });
    await endWith(then, open, priceE4);
  }

  async function endWith(then: FlowStep['then'], open: OpenOrder, priceE4: number): Promise<void> {
    const { orderId } = open;
    if (then === 'stay') return;
    if (then === 'cancel') {
      const answer = await venue.tryCancel(orderId, maker);
      if (answer.kind === 'ok') await onReport(answer.output, { kind: 'cancel', orderId });
      return;
    }
    const { orderQty, cumQty, side } = await venue.getOrder(maker, open.clOrdId);
    // Away from the market, or smaller by one: neither trades, and neither leaves nothing.
    const moved = { priceE4: priceE4 + (side === 'BUY' ? -100 : 100) };
    const change = then === 'move' ? moved : { qty: orderQty - 1 };
    if (then === 'reduce' && orderQty - 1 <= cumQty) return;
    const answer = await venue.tryReplace(orderId, maker, change);
    if (answer.kind === 'ok') await onReport(answer.output, { kind: 'replace', orderId });
  }
}
