/** MKT-REP-01.a: whatever node is cut off after a reservation was acknowledged, the others have it. */
import type { Reservation } from '../../../spec/marketplace/messages.d.ts';
import type { Check } from '../check.ts';
import { together } from '../kit/together.ts';
import { okOutput } from '../kit/replies.ts';
import { openMarket } from './market.ts';
import type { Market } from './market.ts';
import { converged, cutOff, join, nodesOf, whenTakenOver, within } from './replicas.ts';

const ON_HAND = 100;
const RESERVATIONS = 6;

export const survivesLossOfANode = (takeOverMs: number): Check => ({
  id: 'survives-loss-of-a-node',
  isolation: 'exclusive',
  needs: ['replicas'],
  async run(context) {
    const market = openMarket(context.session());
    const productId = await market.stocked(ON_HAND);
    const nodes = await nodesOf(market, productId);
    const acknowledged: Reservation[] = [];
    const reserve = async (): Promise<void> => {
      const reply = await whenTakenOver(takeOverMs, () => market.tryReserve(productId));
      acknowledged.push(okOutput('reserve', reply));
    };
    // The primary first, which has acknowledged them; then each of the others, one of which is the primary by then.
    const inTurn = [...nodes].sort((a, b) => Number(b.primary) - Number(a.primary));
    for (const { nodeId } of inTurn) {
      await together(RESERVATIONS, reserve);
      await cutOff(market, nodeId);
      context.hit('cuts');
      await holdAll(market, productId, acknowledged, takeOverMs);
      context.hit('acknowledged', RESERVATIONS);
      await reserve();
      await join(market, nodeId);
      await converged(market, productId, ON_HAND - acknowledged.length, takeOverMs);
    }
    await holdAll(market, productId, acknowledged, takeOverMs);
  },
});

/** At the latest when another node has taken over. */
async function holdAll(
  market: Market,
  productId: string,
  acknowledged: readonly Reservation[],
  takeOverMs: number,
): Promise<void> {
  await within(takeOverMs, async () => {
    const reply = await market.attempt<object>('getStock', { productId });
    const held = acknowledged.length;
    const isLatest =
      reply.kind === 'ok' &&
      'held' in reply.output &&
      reply.output.held === held &&
      !('stale' in reply.output && reply.output.stale === true);
    if (isLatest) return undefined;
    return {
      sentence: `the stock should have the ${held} units that were held before a node was cut off, and not be stale.`,
      expected: held,
      actual: reply,
    };
  });
  await together(acknowledged.length, (index) =>
    within(takeOverMs, async () => {
      const { reservationId } = acknowledged[index]!;
      const reply = await market.attempt<Reservation>('getReservation', { reservationId });
      if (reply.kind === 'ok' && reply.output.state === 'HELD') return undefined;
      return {
        sentence: 'a reservation that was acknowledged before a node was cut off should be HELD.',
        expected: 'HELD',
        actual: reply,
      };
    }),
  );
}
